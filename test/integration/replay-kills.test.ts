/** A replay outlives the process that runs it: killed, restarted or taken over, it sends each event once and leaves none out. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openDatabase } from "../../src/host/store/db/database.ts";
import { newPostgresUrl } from "../support/databases.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startServeProcess } from "../support/serve-process.ts";
import type { ServeProcess } from "../support/serve-process.ts";
import { waitFor } from "../support/wait-for.ts";

const ROOT = join(import.meta.dirname, "../..");
const TOKEN = "a-token-of-the-replay-test-0123456789";
const EVENTS = 2_000;
const MAX_MS = 90_000;

let receiver: Receiver;
const servers: ServeProcess[] = [];
const directories: string[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.send("SIGKILL");
    await server.ended;
  }
  await receiver.close();
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

async function serve(directory: string, env: Readonly<Record<string, string>>): Promise<ServeProcess> {
  const server = await startServeProcess({
    command: process.execPath,
    args: [join(ROOT, "bin/callboard.cjs"), "serve"],
    cwd: directory,
    env: { CALLBOARD_PORT: "0", CALLBOARD_DATA_DIR: directory, CALLBOARD_ADMIN_TOKEN: TOKEN, ...env },
  });
  servers.push(server);
  return server;
}

async function call(url: string, method: string, path: string, body?: object) {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const answer: any = await response.json();
  return answer;
}

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "callboard-replay-"));
  directories.push(directory);
  return directory;
}

/** Publishes events that nobody receives, and begins to replay them to a new webhook. */
async function begin(url: string): Promise<string> {
  for (let first = 0; first < EVENTS; first += 1_000) {
    const events = Array.from({ length: 1_000 }, (_, index) => ({
      event: "jira:issue_created",
      payload: { mark: first + index },
    }));
    await call(url, "POST", "/sites/jira/events/batch", { events });
  }
  const { id } = await call(url, "POST", "/sites/jira/webhooks", { name: "Late", url: receiver.url });
  const replay = await call(url, "POST", "/sites/jira/replays", { to: { webhook: id }, since: "2020-01-01" });
  expect(replay).toMatchObject({ state: "running", aboutEvents: EVENTS });
  return replay.id as string;
}

const deliveryIds = () =>
  receiver.received.map(({ headers }) => String(headers["x-atlassian-webhook-identifier"]));
const untilReceived = (count: number) =>
  waitFor(() => expect(receiver.received.length).toBeGreaterThanOrEqual(count), MAX_MS);

async function untilDone(url: string, id: string) {
  return waitFor(async () => {
    const replay = await call(url, "GET", `/sites/jira/replays/${id}`);
    expect(replay).toMatchObject({ state: "done", waiting: 0 });
    return replay;
  }, MAX_MS);
}

/** One delivery ID for each event, and every event. */
function expectEachOnce(): void {
  const marks = new Map<number, Set<string>>();
  for (const [index, { body }] of receiver.received.entries()) {
    const { mark } = JSON.parse(body.toString()) as { mark: number };
    marks.set(mark, (marks.get(mark) ?? new Set()).add(deliveryIds()[index] ?? ""));
  }
  expect(marks.size).toBe(EVENTS);
  expect([...marks.values()].filter(({ size }) => size !== 1)).toEqual([]);
}

test(
  "on SQLite a replay goes on after kill -9 and after a stop, and a second one sends none",
  async () => {
    receiver = await startReceiver();
    const directory = newDirectory();
    let server = await serve(directory, {});
    const id = await begin(server.url);
    for (const [count, signal] of [
      [200, "SIGKILL"],
      [600, "SIGKILL"],
      [1_200, "SIGTERM"],
    ] as const) {
      await untilReceived(count);
      server.send(signal);
      await server.ended;
      server = await serve(directory, {});
    }
    expect(await untilDone(server.url, id)).toMatchObject({ events: EVENTS, created: EVENTS, leftOut: [] });
    expectEachOnce();
    const [{ webhookId }] = (await call(server.url, "GET", "/sites/jira/replays")).items;
    const before = receiver.received.length;
    const again = await call(server.url, "POST", "/sites/jira/replays", {
      to: { webhook: webhookId },
      since: "2020-01-01",
    });
    expect(await untilDone(server.url, again.id as string)).toMatchObject({ created: 0, redelivered: 0 });
    expect(receiver.received).toHaveLength(before);
  },
  MAX_MS * 2,
);

test(
  "on PostgreSQL one of two processes runs a replay, and the other takes over when it is killed",
  async () => {
    receiver = await startReceiver();
    const databaseUrl = await newPostgresUrl();
    const env = {
      CALLBOARD_DATABASE_URL: databaseUrl,
      CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"),
    };
    const [first, second] = [await serve(newDirectory(), env), await serve(newDirectory(), env)];
    const id = await begin(first.url);
    const database = await openDatabase(databaseUrl);
    const leases = new Set<string>();
    const readLease = async () => {
      const [row] = await database.read.query<{ lease_id: string | null }>(
        "SELECT lease_id FROM callboard_replay",
      );
      if (typeof row?.lease_id === "string") leases.add(row.lease_id);
    };
    await waitFor(async () => {
      await readLease();
      expect(receiver.received.length).toBeGreaterThanOrEqual(500);
    }, MAX_MS);
    // The process that a replay was created at is woken, so it runs there.
    expect(leases.size).toBe(1);
    first.send("SIGKILL");
    await first.ended;
    // As if the time of its leases had passed.
    await database.autocommit.query("UPDATE callboard_replay SET lease_until = 0");
    await database.autocommit.query("UPDATE callboard_delivery SET lease_until = 0 WHERE state = 1");
    expect(await untilDone(second.url, id)).toMatchObject({ events: EVENTS, created: EVENTS, leftOut: [] });
    await readLease();
    expect(leases.size).toBe(2);
    await database.close();
    expectEachOnce();
  },
  MAX_MS * 2,
);
