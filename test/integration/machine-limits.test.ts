/** What the machine does to the server: few open files, and time that passes without it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startServeProcess } from "../support/serve-process.ts";
import type { ServeProcess } from "../support/serve-process.ts";
import { waitFor } from "../support/wait-for.ts";

const CALLBOARD = join(import.meta.dirname, "../../bin/callboard.cjs");

interface Started {
  readonly host: ServeProcess;
  readonly call: (path: string, body: unknown) => Promise<Response>;
}

async function serve(openFiles: number, env: Readonly<Record<string, string>>): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), "callboard-limits-"));
  const host = await startServeProcess({
    command: "sh",
    args: [
      "-c",
      `ulimit -n ${openFiles} && exec "$@"`,
      "sh",
      process.execPath,
      CALLBOARD,
      "serve",
      "--port",
      "0",
    ],
    cwd: folder,
    env,
  });
  onTestFinished(async () => {
    host.send("SIGTERM");
    await host.ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const token = readFileSync(join(folder, ".callboard/token"), "utf8").trim();
  const call = (path: string, body: unknown) =>
    fetch(`${host.url}/api/v1/sites/jira${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  return { host, call };
}

async function receiver(): Promise<Receiver> {
  const started = await startReceiver();
  onTestFinished(() => started.close());
  return started;
}

test("requests that hang leave open files for those who come in, and reaching the limit is told", async () => {
  const hanging = await receiver();
  hanging.answer = () => undefined;
  // 300 open files: 118 requests in flight, of which 30 are for endpoints that answer promptly.
  const { host, call } = await serve(300, { CALLBOARD_REQUEST_TIMEOUT: "20s" });
  for (let count = 0; count < 30; count += 1) {
    const webhook = { name: `slow ${count}`, url: `${hanging.url}/${count}` };
    expect((await call("/webhooks", webhook)).status).toBe(201);
  }
  for (let count = 0; count < 5; count += 1) {
    expect((await call("/events", { event: "jira:issue_created", payload: { count } })).status).toBe(202);
  }
  await waitFor(() => expect(hanging.received).toHaveLength(88), 20_000);
  await waitFor(() => expect(host.output()).toContain('"event":"delivery.open-files-limit"'));

  const answers = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const response = await fetch(`${host.url}/healthz`, { headers: { connection: "close" } });
      return response.status;
    }),
  );
  expect(new Set(answers)).toEqual(new Set([200]));
  const metrics = await (await fetch(`${host.url}/metrics`)).text();
  expect(metrics).toMatch(/^callboard_deliveries_in_flight 88$/m);
  expect(metrics).toMatch(/^callboard_deliveries_in_flight_limit 118$/m);
  expect(metrics).toMatch(/^callboard_deliveries_in_flight_limit_reached_total 1$/m);
  expect(hanging.received).toHaveLength(88);
  await hanging.close();
}, 60_000);

test("a server that was stopped for longer than a request may take blames no receiver", async () => {
  const addon = await receiver();
  // The first five come to nothing while the server is stopped, the others are answered.
  addon.answer = (_request, response, count) => {
    if (count > 5) response.writeHead(204).end();
  };
  const { host, call } = await serve(1_024, { CALLBOARD_REQUEST_TIMEOUT: "1500ms" });
  expect((await call("/webhooks", { name: "healthy", url: addon.url })).status).toBe(201);
  for (let count = 0; count < 5; count += 1) {
    await call("/events", { event: "jira:issue_created", payload: { count } });
  }
  await waitFor(() => expect(addon.received).toHaveLength(5));
  host.send("SIGSTOP");
  await sleep(4_000);
  host.send("SIGCONT");

  await waitFor(() => expect(addon.received).toHaveLength(10), 20_000);
  expect(host.output()).not.toContain("circuit.opened");
}, 60_000);

test("an environment that wants certificates unverified is told that it has no effect", async () => {
  const { host } = await serve(1_024, { NODE_TLS_REJECT_UNAUTHORIZED: "0" });
  expect(host.output()).toContain("NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect");
});

test("with too few open files to load, the start says so", () => {
  const { status, stderr } = spawnSync(
    "sh",
    ["-c", 'ulimit -n 128 && exec "$@"', "sh", process.execPath, CALLBOARD, "serve", "--port", "0"],
    { cwd: tmpdir(), encoding: "utf8" },
  );
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^error\[EMFILE\]: Callboard cannot open enough files: this process may open 128\n {2}Raise the limit/,
  );
}, 60_000);
