/** Signals under load, to a real process: nothing accepted is lost, and what is under way may finish. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startServeProcess } from "../support/serve-process.ts";
import type { ServeProcess } from "../support/serve-process.ts";
import { waitFor } from "../support/wait-for.ts";

const CLONE = join(import.meta.dirname, "../..");
const KEY = "org.example.bell";

let folder: string;
let addon: Receiver;
/** Webhooks that were not answered yet. */
let held: ServerResponse[];
let started: ServeProcess[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "callboard-stop-"));
  held = [];
  started = [];
  addon = await startReceiver((request, response) => {
    if (request.url === "/hook") held.push(response);
    else response.end(JSON.stringify(descriptor()));
  });
});
afterEach(async () => {
  for (const { send } of started) send("SIGKILL");
  await addon.close();
  rmSync(folder, { recursive: true, force: true });
});

const descriptor = () => ({
  key: KEY,
  name: "Bell",
  baseUrl: addon.url,
  authentication: { type: "none" },
  modules: { webhooks: [{ event: "jira:issue_created", url: "/hook" }] },
});
async function serve(): Promise<ServeProcess> {
  const host = await startServeProcess({
    command: process.execPath,
    args: [join(CLONE, "bin/callboard.cjs"), "serve", "--port", "0", "--log-level", "warn"],
    cwd: folder,
  });
  started.push(host);
  return host;
}
/** By npm, which puts a shell in between. Its own script, or the command of the package below node_modules. */
async function serveByNpm(how: "npm start" | "npx callboard serve"): Promise<ServeProcess> {
  // Without the build before it: the tests run on what is built, and beside each other.
  const [command = "", ...args] =
    how === "npm start"
      ? ["npm", "start", "--ignore-scripts", "--prefix", CLONE]
      : ["npx", "--offline", "callboard", "serve"];
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  symlinkSync(join(CLONE, "bin/callboard.cjs"), join(folder, "node_modules/.bin/callboard"));
  writeFileSync(join(folder, "package.json"), "{}");
  const host = await startServeProcess({
    command,
    args,
    cwd: folder,
    env: { CALLBOARD_PORT: "0", CALLBOARD_DATA_DIR: join(folder, ".callboard") },
  });
  started.push(host);
  return host;
}
const call = (host: ServeProcess, method: string, path: string, body?: object) => {
  const token = readFileSync(join(folder, ".callboard/token"), "utf8").trim();
  return fetch(`${host.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
};
const install = (host: ServeProcess) =>
  call(host, "POST", "/api/v1/sites/jira/addons", { descriptorUrl: `${addon.url}/atlassian-connect.json` });

/** What a receiver gets at a time that has not answered yet. */
const UNDER_WAY = 5;

/** Posts events until one is refused; resolves to that answer, or undefined when the connection was. */
async function postUntilRefused(host: ServeProcess, accepted: string[]): Promise<unknown> {
  for (;;) {
    let reply: Response;
    try {
      reply = await call(host, "POST", "/api/v1/sites/jira/events", { event: "jira:issue_created" });
    } catch {
      return undefined;
    }
    const body = (await reply.json()) as { deliveries: readonly { id: string }[]; code?: string };
    if (reply.status !== 202) return [reply.status, body.code];
    accepted.push(...body.deliveries.map(({ id }) => id));
  }
}

const answerHeld = () => {
  for (const response of held.splice(0)) response.writeHead(204).end();
};
const identifiers = () =>
  addon.received.flatMap(({ headers }) => headers["x-atlassian-webhook-identifier"] ?? []);

test("new events are refused, readyz says so, attempts under way are settled, the rest waits for the next start", async () => {
  const first = await serve();
  expect((await install(first)).status).toBe(201);
  const accepted: string[] = [];
  const load = Promise.all(Array.from({ length: 8 }, () => postUntilRefused(first, accepted)));
  await waitFor(() => expect(accepted.length).toBeGreaterThan(200));
  await waitFor(() => expect(held.length).toBe(UNDER_WAY));

  first.send("SIGTERM");
  for (const refusal of await load) expect(refusal).toEqual([503, "SHUTTING_DOWN"]);
  expect((await fetch(`${first.url}/readyz`)).status).toBe(503);
  const underWay = identifiers();
  expect(underWay).toHaveLength(UNDER_WAY);
  answerHeld();
  expect(await first.ended).toBe(0);
  expect(identifiers()).toEqual(underWay);

  addon.answer = (_request, response) => void response.writeHead(204).end();
  const second = await serve();
  await waitFor(() => expect(identifiers().length).toBeGreaterThanOrEqual(accepted.length), 30_000);
  second.send("SIGTERM");
  expect(await second.ended).toBe(0);
  // Each of them once: an orderly stop makes no duplicates.
  expect(identifiers().toSorted()).toEqual(accepted.toSorted());
}, 90_000);

test("an attempt that hangs does not hold up the stop for ever, and is made again at the next start", async () => {
  const first = await serve();
  await install(first);
  await call(first, "POST", "/api/v1/sites/jira/events", { event: "jira:issue_created" });
  await waitFor(() => expect(held).toHaveLength(1));
  first.send("SIGTERM");
  expect(await first.ended).toBe(0);

  const second = await serve();
  await waitFor(() => expect(identifiers()).toHaveLength(2));
  answerHeld();
  second.send("SIGTERM");
  expect(await second.ended).toBe(0);
  expect(new Set(identifiers()).size).toBe(1);
}, 90_000);

/** Publishes an event whose delivery hangs at the receiver. */
async function hang(host: ServeProcess): Promise<void> {
  expect((await install(host)).status).toBe(201);
  await call(host, "POST", "/api/v1/sites/jira/events", { event: "jira:issue_created" });
  await waitFor(() => expect(held).toHaveLength(1));
}
const draining = (host: ServeProcess) =>
  waitFor(async () => expect((await fetch(`${host.url}/readyz`)).status).toBe(503));

/** What was held is answered; the host ends in order, frees port and file, and the next one sends nothing again. */
async function expectOrderlyEnd(host: ServeProcess): Promise<void> {
  answerHeld();
  await host.ended;
  expect(host.output()).toContain('"event":"host.stopped"');
  await expect(fetch(`${host.url}/healthz`)).rejects.toThrow();
  const next = await serve();
  expect(await (await call(next, "GET", "/api/v1/deliveries?state=delivered")).json()).toMatchObject({
    items: [{ attempts: 1 }],
  });
  next.send("SIGTERM");
  expect(await next.ended).toBe(0);
  expect(identifiers()).toHaveLength(1);
}

test.each(["SIGHUP", "SIGQUIT", "SIGUSR2", "SIGINT"] as const)(
  "%s stops in order",
  async (signal) => {
    const host = await startServeProcess({
      command: process.execPath,
      args: [join(CLONE, "bin/callboard.cjs"), "serve", "--port", "0"],
      cwd: folder,
    });
    started.push(host);
    await hang(host);
    host.send(signal);
    await draining(host);
    await expectOrderlyEnd(host);
    expect(await host.ended).toBe(0);
  },
  90_000,
);

test("a second signal, later than the same Ctrl-C could bring it, ends at once", async () => {
  const host = await serve();
  await hang(host);
  host.send("SIGTERM");
  await draining(host);
  await new Promise((resolve) => setTimeout(resolve, 1_100));

  host.send("SIGTERM");

  expect(await host.ended).toBe(1);
  expect(held).toHaveLength(1);
});

test.each([
  ["npm start", "SIGTERM"],
  ["npm start", "SIGINT"],
  ["npx callboard serve", "SIGTERM"],
] as const)(
  "%s stops in order when npm alone gets %s",
  async (how, signal) => {
    const host = await serveByNpm(how);
    await hang(host);
    host.sendToFirst(signal);
    await draining(host);
    await expectOrderlyEnd(host);
  },
  90_000,
);

test.each(["npm start", "npx callboard serve"] as const)(
  "%s stops in order by Ctrl-C, which npm passes on a second time",
  async (how) => {
    const host = await serveByNpm(how);
    await hang(host);
    host.send("SIGINT");
    await draining(host);
    await expectOrderlyEnd(host);
  },
  90_000,
);

test("the Inspector ends by SIGHUP as well", async () => {
  const child = spawn(process.execPath, [join(CLONE, "bin/callboard.cjs"), "inspect", "--port", "0"], {
    cwd: folder,
    env: { PATH: process.env["PATH"], CALLBOARD_TOKEN: "unused" },
  });
  const ended = new Promise((resolve) => child.once("close", (code, signal) => resolve(code ?? signal)));
  let printed = "";
  child.stderr.on("data", (text: Buffer) => (printed += text.toString()));
  await waitFor(() => expect(printed).toContain("Inspector "), 30_000);

  child.kill("SIGHUP");

  expect(await ended).toBe(0);
});
