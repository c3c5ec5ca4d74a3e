/** `callboard test`: a command beside a test host. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../../support/wait-for.ts";

const CALLBOARD = join(import.meta.dirname, "../../../bin/callboard.cjs");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "callboard-test-command-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [CALLBOARD, "test", ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"], CALLBOARD_URL: "http://127.0.0.1:1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text.err += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return { child, text, ended };
}

async function run(...args: readonly string[]) {
  const { text, ended } = start(...args);
  return { code: await ended, ...text };
}

const script = (code: string) => ["--", process.execPath, "--input-type=module", "-e", code];

test("the command finds the host by its environment, and its exit code is passed on", async () => {
  const { code, out } = await run(
    ...script(`
      const { CALLBOARD_URL: url, CALLBOARD_TOKEN: token, AC_HOST, AC_OPTS, CONNECT_KEYS_CDN_URL, SCHEMA_HOST } = process.env;
      const headers = { authorization: "Bearer " + token };
      const site = await (await fetch(url + "/api/v1/sites/jira", { headers })).json();
      const { port } = new URL(url);
      console.log(JSON.stringify({
        product: site.product,
        retries: site.retryProfile,
        isHost: AC_HOST === "http://admin:" + token + "@localhost:" + port + "/jira",
        keys: CONNECT_KEYS_CDN_URL === url + "/keys",
        schema: (await fetch(SCHEMA_HOST.replace("%s", "jira"))).status,
        AC_OPTS,
      }));
      process.exit(7);`),
  );
  expect(JSON.parse(out)).toEqual({
    product: "jira",
    retries: "dev",
    isHost: true,
    keys: true,
    schema: 200,
    AC_OPTS: "force-reg",
  });
  expect(code).toBe(7);
  expect(readdirSync(folder)).toEqual([]);
});

test("--json prints the result after the output of the command", async () => {
  const { code, out } = await run(
    "--json",
    "--product",
    "confluence",
    "--site",
    "wiki",
    ...script("console.log('hi')"),
  );
  expect(code).toBe(0);
  expect(out).toMatch(/^hi\n/);
  expect(JSON.parse(out.slice(3))).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    command: expect.arrayContaining([process.execPath]),
    exitCode: 0,
    signal: null,
  });
});

test("the product can come from a product file, and delays from the command line", async () => {
  const file = join(folder, "harbor.yaml");
  writeFileSync(
    file,
    "product: harbor\nname: Harbor\ndescription: Port\nevents:\n  crane.stopped:\n    description: Stopped.\n    sample: { crane: 4 }\n",
  );
  const { code, out, err } = await run(
    "--product",
    file,
    "--retry-schedule",
    "1s,2s",
    ...script(`
      const { CALLBOARD_URL: url, CALLBOARD_TOKEN: token } = process.env;
      const headers = { authorization: "Bearer " + token };
      console.log((await (await fetch(url + "/api/v1/sites/harbor", { headers })).json()).product);`),
  );
  rmSync(file);
  expect({ code, out, err }).toEqual({ code: 0, out: "harbor\n", err: "" });
});

test("a command that a signal ended is reported as shells do", async () => {
  expect(
    (await run(...script("process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1e3)"))).code,
  ).toBe(137);
});

test("a signal ends the command and what it started, and then the host", async () => {
  // Its child would go on for ever.
  const { child, text, ended } = start(
    ...script(`
      import { spawn } from "node:child_process";
      const inner = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e3)"]);
      console.log(JSON.stringify({ pid: inner.pid, url: process.env.CALLBOARD_URL }));
      setInterval(() => {}, 1e3);`),
  );
  await waitFor(() => expect(text.out).toContain("\n"), 15_000);
  const { pid, url } = JSON.parse(text.out) as { pid: number; url: string };
  child.kill("SIGTERM");
  expect(await ended).toBe(143);
  await waitFor(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"));
  await expect(fetch(url)).rejects.toThrow();
});

test.each<[string, readonly string[], number, string]>([
  ["no command", [], 2, "missing required argument 'command'"],
  [
    "a command that doesn't exist",
    ["--", "no-such-command-here"],
    4,
    'error[COMMAND_NOT_FOUND]: Command not found: "no-such-command-here"',
  ],
  ["a file that can't be run", ["--", "/"], 1, 'error[EACCES]: The command "/" can\'t be run'],
  [
    "a product that doesn't exist",
    ["--product", "trello", "--", "true"],
    2,
    "--product trello can't be the product of the test site",
  ],
  [
    "a product file that is missing",
    ["--product", "./none.yaml", "--", "true"],
    4,
    "./none.yaml can't be read: there is no such file",
  ],
  [
    "a retry schedule that is none",
    ["--retry-schedule", "soon", "--", "true"],
    2,
    "argument 'soon' is invalid. It must be jira, standard, dev",
  ],
])("%s is refused with an exit code", async (_what, args, expected, words) => {
  const { code, err } = await run(...args);
  expect(err).toContain(words);
  expect(code).toBe(expected);
});
