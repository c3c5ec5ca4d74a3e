/** `callboard check` as people run it: a process of its own, which starts the add-on and leaves nothing behind. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CHECK_IDS } from "../../src/check/checks.ts";
import { freePort } from "../support/free-port.ts";
import { listen } from "../support/listen.ts";
import { waitFor } from "../support/wait-for.ts";

const ROOT = join(import.meta.dirname, "../..");
const CALLBOARD = join(ROOT, "bin/callboard.cjs");
const EXAMPLE = join(ROOT, "examples/first-addon.mjs");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "check-command-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A longer limit of one response gives a loaded machine more time for the run. */
const PATIENT = ["--timeout", "20s"];

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly notes: string;
}

interface Running {
  readonly output: () => string;
  readonly send: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Ran>;
}

/** The temporary folders of the command are made below the folder of the test. */
function start(...args: string[]): Running {
  const { PATH = "" } = process.env;
  const env = { PATH, TMPDIR: folder, TENANTS: join(folder, "tenants.json") };
  const child = spawn(process.execPath, [CALLBOARD, "check", ...args], { cwd: folder, env });
  let out = "";
  let notes = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (notes += text));
  return {
    output: () => out + notes,
    send: (signal) => void child.kill(signal),
    ended: new Promise((resolve) => child.once("close", (code) => resolve({ code, out, notes }))),
  };
}
const check = (...args: string[]) => start(...args).ended;
const isLeft = () => readdirSync(folder).filter((name) => name.startsWith("callboard-check-"));
const script = (text: string) => {
  const file = join(folder, "addon.mjs");
  writeFileSync(file, text);
  return file;
};

describe("the example add-on", { timeout: 60_000 }, () => {
  test("passes every check that applies, and leaves nothing behind", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, out, notes } = await check(
      url,
      ...PATIENT,
      "--json",
      "--junit",
      "check.xml",
      "--",
      "node",
      EXAMPLE,
    );

    expect([code, notes]).toEqual([0, expect.stringContaining("descriptor.valid")]);
    const report = JSON.parse(out);
    expect(report).toMatchObject({ url: `${url}/atlassian-connect.json`, passed: true });
    const states = report.checks.map(({ id, state }: { id: string; state: string }) => [id, state]);
    const notDeclared = ["lifecycle.disabled", "callback.disabled-unsigned"];
    expect(states).toEqual(CHECK_IDS.map((id) => [id, notDeclared.includes(id) ? "skipped" : "passed"]));
    expect(report.requests).toBeLessThan(500);
    expect(readFileSync(join(folder, "check.xml"), "utf8")).toContain(
      `tests="${CHECK_IDS.length}" failures="0"`,
    );
    expect(isLeft()).toEqual([]);
    await expect(fetch(url)).rejects.toThrow("fetch failed");
  });

  test("is ended with everything that its command has started, when a signal ends the check", async () => {
    const port = await freePort();
    // A shell that does not pass signals on, as npm's.
    const running = start(`http://127.0.0.1:${port}`, "--", "sh", "-c", `node ${EXAMPLE}; true`);
    await waitFor(() => expect(running.output()).toContain("descriptor.valid"), 30_000);

    running.send("SIGINT");
    const { code, notes } = await running.ended;

    expect([code, notes]).toEqual([1, "error[INTERRUPTED]: The check was interrupted\n"]);
    expect(isLeft()).toEqual([]);
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow("fetch failed");
  });
});

describe("what can't be checked is one sentence with a code", () => {
  const refusals: readonly (readonly [what: string, code: number, name: string, args: readonly string[]])[] =
    [
      ["no URL", 2, "USAGE", []],
      ["no valid URL", 2, "URL_INVALID", ["localhost:3000"]],
      ["a URL with a password", 2, "URL_INVALID", ["http://user:pass@localhost:3000"]],
      ["another machine", 5, "CHECK_URL_DENIED", ["https://addon.example.com/atlassian-connect.json"]],
      ["an address of a network", 5, "CHECK_URL_DENIED", ["http://192.0.2.7:3000"]],
      ["an unknown check", 2, "USAGE", ["http://localhost:9", "--only", "tokens"]],
      ["no duration", 2, "USAGE", ["http://localhost:9", "--timeout", "soon"]],
      ["no port", 2, "USAGE", ["http://localhost:9", "--port", "70000"]],
      ["no such product file", 4, "ENOENT", ["http://localhost:9", "--product", "no-such.yaml"]],
      ["nothing there", 3, "ADDON_UNREACHABLE", ["http://127.0.0.1:9"]],
      ["no such command", 1, "ADDON_NOT_STARTED", ["http://127.0.0.1:9", "--", "no-such-command"]],
      [
        "a command that ends",
        1,
        "ADDON_NOT_STARTED",
        ["http://127.0.0.1:9", "--", "sh", "-c", "echo oops; exit 3"],
      ],
    ];
  test.each(refusals)("%s: exit code %i, %s", async (_what, code, name, args) => {
    const ran = await check(...args);
    expect([ran.code, ran.notes, ran.out]).toEqual([code, expect.stringContaining(`error[${name}]: `), ""]);
    expect(isLeft()).toEqual([]);
  });

  test("the output of a command that ends is shown", async () => {
    const { notes } = await check("http://127.0.0.1:9", "--", "sh", "-c", "echo oops; exit 3");
    expect(notes).toContain("exit code 3");
    expect(notes).toContain("oops");
  });

  const served: readonly (readonly [what: string, code: number, name: string, listener: RequestListener])[] =
    [
      [
        "a page that is not found",
        4,
        "DESCRIPTOR_NOT_FOUND",
        (_request, response) => response.writeHead(404).end(),
      ],
      ["a page that is no JSON", 4, "DESCRIPTOR_NOT_FOUND", (_request, response) => response.end("<html>")],
      [
        "a baseUrl on another machine",
        5,
        "CHECK_URL_DENIED",
        (_request, response) => response.end('{"key":"a","baseUrl":"https://addon.example.com"}'),
      ],
    ];
  test.each(served)("%s: exit code %i, %s", async (_what, code, name, listener) => {
    const server = await listen(listener);
    const ran = await check(server.url, "--port", "0");
    await server.close();
    expect([ran.code, ran.notes]).toEqual([code, expect.stringContaining(`error[${name}]: `)]);
  });

  test("a URL that responds before the command is started", async () => {
    const server = await listen((_request, response) => response.end("{}"));
    const ran = await check(server.url, "--", "node", EXAMPLE);
    await server.close();
    expect([ran.code, ran.notes]).toEqual([1, expect.stringContaining("error[URL_IN_USE]: ")]);
  });

  test("a port that is in use", async () => {
    const addon = await listen((_request, response) => response.end("{}"));
    const other = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
    const ran = await check(addon.url, "--port", String(port));
    await addon.close();
    other.close();
    expect([ran.code, ran.notes]).toEqual([1, expect.stringContaining("error[PORT_IN_USE]: ")]);
    expect(isLeft()).toEqual([]);
  });

  test("a report that can't be written", async () => {
    const server = await listen((_request, response) => response.end("{}"));
    const ran = await check(
      server.url,
      "--port",
      "0",
      "--only",
      "descriptor.valid",
      "--junit",
      "no/such/folder.xml",
    );
    await server.close();
    expect([ran.code, ran.notes]).toEqual([1, expect.stringContaining("error[REPORT_NOT_WRITTEN]: ")]);
  });
});

test("a descriptor that is not valid fails its check, and what needs it could not be made", async () => {
  const server = await listen((_request, response) => response.end('{"key":"a"}'));
  const { code, out } = await check(
    server.url,
    "--port",
    "0",
    "--json",
    "--only",
    "descriptor.valid,token.missing",
  );
  await server.close();
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    passed: false,
    counts: { failed: 1, blocked: 1 },
    checks: [{ state: "failed", reason: expect.stringContaining("baseUrl") }, { state: "blocked" }],
  });
});

test("the output is plain text where there is no terminal, with the exact request of each finding", async () => {
  const file = script(`
    import { createServer } from "node:http";
    const port = Number(process.env.PORT);
    const descriptor = {
      key: "open-door", name: "Open door", baseUrl: "http://127.0.0.1:" + port, scopes: ["READ"],
      authentication: { type: "jwt" }, lifecycle: { installed: "/installed" },
      modules: { webhooks: [{ event: "jira:issue_created", url: "/hook" }] },
    };
    createServer((request, response) => {
      if (request.method === "GET") response.end(JSON.stringify(descriptor));
      else request.resume().on("end", () => response.writeHead(204).end());
    }).listen(port, "127.0.0.1");
  `);
  const url = `http://127.0.0.1:${await freePort()}`;
  const { code, out } = await check(
    url,
    ...PATIENT,
    "--only",
    "token.missing",
    "webhook.events",
    "--",
    "node",
    file,
  );

  expect(code).toBe(1);
  expect(out).not.toContain("\u001b");
  expect(out).toContain("✓ webhook.events");
  expect(out).toContain("✗ token.missing");
  expect(out).toContain("no Authorization header: accepted with 204");
  expect(out).toMatch(new RegExp(`curl -X POST '${url}/hook' \\\\\n +-H 'content-type: application/json`));
  expect(out).toContain("Fix with atlassian-connect-express: ");
  expect(out).toContain("Checks    1 passed, 1 failed (2)");
});

test("--list lists the checks and makes none", async () => {
  const { code, out } = await check("--list", "--json", "--only", "install.*");
  expect(code).toBe(0);
  expect(JSON.parse(out).map(({ id }: { id: string }) => id)).toEqual(
    CHECK_IDS.filter((id) => id.startsWith("install.")),
  );
  expect((await check("--list")).out.split("\n")).toHaveLength(CHECK_IDS.length + 2);
});
