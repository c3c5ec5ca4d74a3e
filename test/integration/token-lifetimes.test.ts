/**
 * Access tokens over four processes and one hour of deliveries, on a database whose clock the test sets forward: one request to the
 * token server for each lifetime, and no delivery with a token that has ended.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newPostgresUrl } from "../support/databases.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Received, Receiver } from "../support/http-receiver.ts";
import { startServeProcess } from "../support/serve-process.ts";
import type { ServeProcess } from "../support/serve-process.ts";
import { createServerClock } from "../support/server-clock.ts";
import type { ServerClock } from "../support/server-clock.ts";
import { CLIENT, answerJson, startTokenServer } from "../support/token-server.ts";
import type { TestTokenServer } from "../support/token-server.ts";
import { waitFor } from "../support/wait-for.ts";

const CALLBOARD = join(import.meta.dirname, "../../bin/callboard.cjs");
const TOKEN = "a-token-that-all-processes-know";
const PROCESSES = 4;
const HOUR_MS = 3_600_000;
const LIFETIME_MS = 600_000;
const RENEWED_AHEAD_MS = 60_000;
/** One of these steps is always within the time before the end in which a token is renewed. */
const STEP_MS = 50_000;
/** Until shortly before, nothing is due: two deliveries of each process show that no token is renewed by then. */
const MIDDLE_STEP_MS = 225_000;
/** Nothing is delivered for longer than a token lives: then all processes need the next one at once. */
const IDLE_MS = LIFETIME_MS + 100_000;
const IDLE_AT_STEP = 9;
/** Processes look at the clock every two seconds, and later on a busy computer. */
const NOTICED_WITHIN_MS = 30_000;
const CLOSE_MS = 5_000;
/** At most, on a busy computer. */
const DELIVERED_WITHIN_MS = 20_000;

let directory: string;
let database: pg.Client;
let clock: ServerClock;
let receiver: Receiver;
let tokenServer: TestTokenServer;
const processes: ServeProcess[] = [];
/** When each token was issued, on the database's clock. */
const issuedAt = new Map<string, number>();
/** Deliveries that came with a token that was none, or had ended. */
const wrong: string[] = [];
/** What happened, shown when the test fails. */
const history: string[] = [];

const now = () => performance.now() + clock.aheadMs();
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
const ageOfToken = () => now() - Math.max(...issuedAt.values());

const getId = ({ headers }: Pick<Received, "headers">): string =>
  String(headers["webhook-id"] ?? headers["x-atlassian-webhook-identifier"]);

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "callboard-tokens-"));
  const url = await newPostgresUrl();
  database = new pg.Client({ connectionString: url });
  await database.connect();
  clock = await createServerClock(url);
  tokenServer = await startTokenServer();
  tokenServer.answer = (_request, response) => {
    const token = `access-token-${issuedAt.size + 1}`;
    issuedAt.set(token, now());
    history.push(`${seconds(now())}: ${token}`);
    const answer = () => answerJson(response, 200, { access_token: token, expires_in: LIFETIME_MS / 1_000 });
    // Long enough for every process to want one meanwhile.
    setTimeout(answer, 100);
  };
  const arrived = new Set<string>();
  receiver = await startReceiver((request, response) => {
    const { headers } = request;
    const id = getId(request);
    // Of a delivery that comes twice, the second request was made before the clock jumped.
    if (arrived.has(id)) return void response.writeHead(204).end();
    arrived.add(id);
    const token = (headers.authorization ?? "").replace(/^Bearer /, "");
    const age = now() - (issuedAt.get(token) ?? -Infinity);
    if (age > LIFETIME_MS) wrong.push(`${token} of ${age} ms at ${clock.aheadMs()}`);
    response.writeHead(204).end();
  });
  const env = {
    CALLBOARD_DATABASE_URL: url,
    CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"),
    CALLBOARD_ADMIN_TOKEN: TOKEN,
  };
  for (let no = 0; no < PROCESSES; no += 1) {
    const args = [CALLBOARD, "serve", "--port", "0"];
    processes.push(await startServeProcess({ command: process.execPath, args, cwd: directory, env }));
  }
}, 120_000);

afterAll(async () => {
  for (const each of processes) each.send("SIGTERM");
  await Promise.all(processes.map(({ ended }) => ended));
  await receiver.close();
  await tokenServer.close();
  await clock.close();
  await database.end();
  rmSync(directory, { recursive: true, force: true });
});

async function post({ url }: ServeProcess, path: string, body: object): Promise<void> {
  const response = await fetch(`${url}/api/v1/sites/jira/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.ok, await response.text()).toBe(true);
}

/** A clock that jumps ends leases: a delivery may come twice. */
const countDelivered = (): number => new Set(receiver.received.map(getId)).size;

/** Resolves when the process knows the clock of the database again. */
async function noticeClock({ url }: ServeProcess): Promise<void> {
  await waitFor(async () => {
    const metrics = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
    const [, ahead = ""] = /^callboard_database_clock_ahead_seconds (\S+)$/m.exec(await metrics.text()) ?? [];
    // It knows the time as exactly as the database answers.
    expect(Math.abs(Number.parseFloat(ahead) * 1_000 - clock.aheadMs())).toBeLessThan(CLOSE_MS);
  }, NOTICED_WITHIN_MS);
}

/** Resolves when all processes know of it. */
async function forward(ms: number): Promise<void> {
  await clock.forward(ms);
  await Promise.all(processes.map(noticeClock));
  history.push(
    `${seconds(now())}: the clock is at ${seconds(clock.aheadMs())}, the token of ${seconds(ageOfToken())}`,
  );
}

/** Every process takes two events at once and delivers them. */
async function deliverFromAll(): Promise<void> {
  const before = countDelivered();
  const event = { event: "jira:issue_created", payload: { issue: { key: "DEMO-1" } } };
  await Promise.all([...processes, ...processes].map((each) => post(each, "events", event)));
  await waitFor(() => expect(countDelivered()).toBe(before + 2 * PROCESSES), DELIVERED_WITHIN_MS);
}

/** Resolves when no process asks for a token: a clock that is set forward meanwhile would end its lease. */
async function waitForLease(): Promise<void> {
  await waitFor(async () => {
    const { rows } = await database.query(
      "SELECT lease_id FROM callboard_access_token WHERE lease_id IS NOT NULL",
    );
    expect(rows).toEqual([]);
  }, 20_000);
}

/** Reports whether a process may renew the token during the next deliveries, or may not. */
function isUncertain(): boolean {
  const untilDue = LIFETIME_MS - RENEWED_AHEAD_MS - ageOfToken();
  return untilDue > -CLOSE_MS && untilDue < DELIVERED_WITHIN_MS;
}

test("one request for each lifetime, and every delivery has a token that has not ended", async () => {
  const [first] = processes;
  if (first === undefined) throw new Error("there are processes");
  const authentication = {
    kind: "oauth2",
    tokenUrl: tokenServer.tokenUrl,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
  };
  await post(first, "webhooks", { name: "Board", url: receiver.url, authentication });
  // Whatever asks for the first token has it before the clock is set forward.
  await deliverFromAll();
  await waitForLease();
  const startedAt = now();
  for (let step = 1; now() - startedAt < HOUR_MS; step += 1) {
    const isMiddle = ageOfToken() + MIDDLE_STEP_MS < LIFETIME_MS - RENEWED_AHEAD_MS;
    await forward(step === IDLE_AT_STEP ? IDLE_MS : isMiddle ? MIDDLE_STEP_MS : STEP_MS);
    if (isUncertain()) await forward(DELIVERED_WITHIN_MS);
    const issued = issuedAt.size;
    const isDue = ageOfToken() > LIFETIME_MS - RENEWED_AHEAD_MS + CLOSE_MS;
    await deliverFromAll();
    // It is issued beside the deliveries, and at this time.
    if (isDue) await waitFor(() => expect(issuedAt.size).toBeGreaterThan(issued));
    await waitForLease();
  }

  const failures = processes.flatMap(({ output }) => output().match(/^.*fetch-failed.*$/gm) ?? []);
  expect(failures, history.join("\n")).toEqual([]);
  expect(wrong, history.join("\n")).toEqual([]);
  const times = [...issuedAt.values()];
  const lives = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  // Renewed in the last minute, or when the next delivery needs it.
  const early = lives.filter((life) => life < LIFETIME_MS - RENEWED_AHEAD_MS - CLOSE_MS);
  expect(early, history.join("\n")).toEqual([]);
  expect(times.length).toBeGreaterThanOrEqual(6);
}, 600_000);
