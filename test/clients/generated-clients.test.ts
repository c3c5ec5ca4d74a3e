/**
 * Clients that the usual generators of four languages make of the document of a running host: each is compiled under the strictest
 * checks of its language, and lists, creates and shows without a cast. A language that is missing here is skipped.
 */
import { execFile, execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";

const CLIENTS = join(import.meta.dirname, "generated");

let host: TestHost;
let receiver: Receiver;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "callboard-generated-"));
  [host, receiver] = await Promise.all([startTestHost(), startReceiver()]);
  for (const [file, query] of [
    ["whole.json", ""],
    ["api.json", "?webhooks=false"],
  ] as const)
    writeFileSync(join(folder, file), (await host.call("GET", `/api/openapi.json${query}`)).text);
});
afterAll(async () => {
  await Promise.all([host.stop(), receiver.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** A command in a folder below the test's own. Its output is shown where it fails. */
async function run(name: string, program: string, args: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    CALLBOARD_URL: host.url,
    CALLBOARD_TOKEN: host.token,
    RECEIVER: `${receiver.url}/hook`,
    // The module proxy and the cache stay those of the machine; the toolchain too.
    GOFLAGS: "-mod=mod",
    GOTOOLCHAIN: "local",
    MYPYPATH: join(folder, name),
  };
  try {
    const options = { cwd: join(folder, name), env, maxBuffer: 2 ** 26 };
    return (await promisify(execFile)(program, args, options)).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    throw new Error(`${program} ${args.join(" ")} fails:\n${stdout.slice(-10_000)}\n${stderr.slice(-10_000)}`);
  }
}

/** What each of the programs prints last is what the host has. */
async function expectDone(output: string, site: string): Promise<void> {
  const [line = ""] = /\{.*"site".*\}/.exec(output) ?? [];
  const printed = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const { body: webhooks } = await host.call("GET", `/api/v1/sites/${site}/webhooks`);
  const { body: deliveries } = await host.call("GET", `/api/v1/deliveries?site=${site}`);
  const [webhook] = (webhooks as { items: { id: string; hasSecret: boolean }[] }).items;
  const [delivery] = (deliveries as { items: { id: string }[] }).items;
  expect(webhook?.hasSecret).toBe(true);
  expect(printed).toEqual({
    site,
    webhook: webhook?.id,
    delivery: delivery?.id,
    state: "delivered",
    listed: 1,
    code: "SITE_NOT_FOUND",
  });
}

function has(program: string): boolean {
  try {
    execFileSync("which", [program]);
    return true;
  } catch {
    return false;
  }
}

const TIMEOUT = { timeout: 400_000 };

test("TypeScript: @hey-api/openapi-ts", TIMEOUT, async () => {
  const own = join(folder, "typescript");
  mkdirSync(own);
  for (const file of ["main.ts", "package.json", "tsconfig.json"])
    copyFileSync(join(CLIENTS, "typescript", file), join(own, file));
  symlinkSync(join(CLIENTS, "typescript/node_modules"), join(own, "node_modules"));
  const bin = (name: string) => join(own, "node_modules/.bin", name);
  await run("typescript", bin("openapi-ts"), ["-i", "../whole.json", "-o", "client", "--no-log-file"]);
  await run("typescript", bin("tsc"), ["-p", "."]);
  await expectDone(await run("typescript", process.execPath, ["main.js"]), "typescript");
});

const PYTHON = join(CLIENTS, "python/.venv/bin/python");

test.skipIf(!existsSync(PYTHON))("Python: openapi-python-client", TIMEOUT, async () => {
  const own = join(folder, "python");
  cpSync(join(CLIENTS, "python/main.py"), join(own, "main.py"));
  writeFileSync(join(own, "config.yaml"), "post_hooks: []\n");
  const options = ["--meta", "none", "--output-path", "callboard_api", "--config", "config.yaml"];
  const generate = ["-m", "openapi_python_client", "generate", "--path", "../whole.json", ...options];
  expect(await run("python", PYTHON, generate)).not.toMatch(/Warning|Error/);
  await run("python", PYTHON, ["-m", "mypy", "--strict", "--follow-imports=silent", "main.py"]);
  await expectDone(await run("python", PYTHON, ["main.py"]), "python");
});

test.skipIf(!has("go"))("Go: oapi-codegen", TIMEOUT, async () => {
  const own = join(folder, "go");
  cpSync(join(CLIENTS, "go"), own, { recursive: true });
  mkdirSync(join(own, "api"));
  const generate = ["tool", "oapi-codegen", "-config", "oapi-codegen.yaml", "-o", "api/api.gen.go", "../api.json"];
  await run("go", "go", generate);
  await expectDone(await run("go", "go", ["run", "."]), "go");
});

test.skipIf(!has("mvn") || !has("javac"))("Java: openapi-generator", TIMEOUT, async () => {
  const own = join(folder, "java");
  cpSync(join(CLIENTS, "java"), own, { recursive: true });
  const options = ["-q", "-B", `-Dbuild=${join(own, "target")}`, `-Ddocument=${join(folder, "api.json")}`];
  await expectDone(await run("java", "mvn", [...options, "compile", "exec:java"]), "java");
});
