/**
 * Endpoints as people see them and act on them: API, command line and pages of a process with the role api, deliveries by another
 * one with the role worker, on PostgreSQL.
 */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { run } from "../../src/cli/index.ts";
import { openDatabase } from "../../src/host/store/db/database.ts";
import type { Database } from "../../src/host/store/db/database.ts";
import { raiseVersion } from "../../src/host/store/tables/sites.ts";
import { newPostgresUrl } from "../support/databases.ts";
import { environmentOfSeveral, startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { answer204, answerStatus, startReceiver } from "../support/http-receiver.ts";
import type { Answer, Receiver } from "../support/http-receiver.ts";
import { logIn } from "../support/page-session.ts";
import { waitFor } from "../support/wait-for.ts";

const DAY = 86_400_000;

let database: Database;
let host: TestHost;
let worker: TestHost;
beforeAll(async () => {
  const env = {
    ...environmentOfSeveral(await newPostgresUrl()),
    CALLBOARD_RETRY_SCHEDULE: "1h",
  };
  host = await startTestHost({ ...env, CALLBOARD_ROLE: "api" });
  worker = await startTestHost({ ...env, CALLBOARD_ROLE: "worker" });
  database = await openDatabase(env.CALLBOARD_DATABASE_URL);
});
afterAll(async () => {
  await database.close();
  await worker.stop();
  await host.stop();
});
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

interface Webhook {
  readonly receiver: Receiver;
  readonly id: string;
  readonly no: number;
  readonly name: string;
}

async function webhook(name: string, answer: Answer): Promise<Webhook> {
  const receiver = await startReceiver(answer);
  const made = await host.call("POST", "/api/v1/sites/jira/webhooks", {
    name,
    url: receiver.url,
    events: ["jira:issue_created"],
  });
  expect(made.status).toBe(201);
  open.push(receiver.close, () => host.call("DELETE", `/api/v1/sites/jira/webhooks/${made.body.id}`));
  const { number } = await readEndpoint(name);
  return { receiver, id: made.body.id as string, no: number as number, name };
}

const list = async (query = "") => (await host.call("GET", `/api/v1/sites/jira/endpoints${query}`)).body;
async function readEndpoint(name: string): Promise<Record<string, unknown>> {
  const { items } = (await list()) as { items: Record<string, unknown>[] };
  return items.find(({ receiver }) => receiver === name) ?? {};
}
const show = async ({ no }: Webhook) => (await host.call("GET", `/api/v1/sites/jira/endpoints/${no}`)).body;
const tryNow = ({ no }: Webhook) => host.call("POST", `/api/v1/sites/jira/endpoints/${no}/try`);
const send = async () =>
  host.call("POST", "/api/v1/sites/jira/events", { event: "jira:issue_created", payload: {} });
const delivery = async (id: string) => (await host.call("GET", `/api/v1/deliveries/${id}`)).body;

async function set(no: number, columns: Readonly<Record<string, number | null>>): Promise<void> {
  const names = Object.keys(columns);
  await database.write(async (tx) => {
    await tx.query(
      `UPDATE callboard_endpoint SET ${names.map((name, index) => `${name} = $${index + 2}`).join(", ")}, changed_in = NULL WHERE no = $1`,
      [no, ...Object.values(columns)],
    );
    await raiseVersion(tx, 1);
  });
}
/** As by the last failure of many, without the five days. */
async function pause({ no }: Webhook): Promise<void> {
  const now = database.now();
  await set(no, {
    failing_since: now - 6 * DAY,
    failed_deliveries: 20,
    paused_at: now,
    probe_at: now + 3_600_000,
  });
  // The worker reads the registry when it is told of something due, and every 5 s.
  await send();
  await waitFor(async () => expect((await readEndpoint("unused"))["state"] ?? "none").toBe("none"));
}

async function callboard(...args: readonly string[]) {
  let out = "";
  const code = await run(args, {
    env: { CALLBOARD_URL: host.url, CALLBOARD_TOKEN: host.token },
    out: (text) => void (out += text),
    note: (text) => void (out += text),
    readInput: () => Promise.resolve(""),
  });
  return { code, out };
}

test("the list has figures, what waits and what comes next, by trouble", async () => {
  const healthy = await webhook("Healthy", answer204);
  const failing = await webhook("Failing", answerStatus(500));
  await send();
  await waitFor(async () =>
    expect(await readEndpoint("Failing")).toMatchObject({ state: "failing", waiting: 1 }),
  );
  await waitFor(() => expect(healthy.receiver.received).toHaveLength(1));

  const body = await list();
  expect(body.total).toBe(2);
  expect(body.items.map(({ receiver }: { receiver: string }) => receiver)).toEqual(["Failing", "Healthy"]);
  const [first, second] = body.items;
  expect(first).toMatchObject({
    number: failing.no,
    webhookId: failing.id,
    origin: new URL(failing.receiver.url).origin,
    receiverState: "active",
    last: { outcome: "refused", status: 500 },
    rates: { "1h": { attempts: 1, success: 0 }, "24h": { attempts: 1 }, "7d": { attempts: 1 } },
  });
  expect(Date.parse(first.nextAttemptAt)).toBeGreaterThan(Date.now() + 1_800_000);
  expect(Date.now() - Date.parse(first.oldestWaitingAt)).toBeLessThan(60_000);
  expect(first.series).toHaveLength(24);
  expect(first.series.at(-1)).toMatchObject({ good: 0, bad: 1 });
  await waitFor(async () =>
    expect(await readEndpoint("Healthy")).toMatchObject({
      state: "healthy",
      waiting: 0,
      nextAttemptAt: null,
      rates: { "1h": { attempts: 1, success: 1, failedDeliveries: 0 } },
    }),
  );
  expect(second).toMatchObject({ number: healthy.no });

  expect((await list("?q=fail")).total).toBe(1);
  expect((await list("?state=healthy")).items).toMatchObject([{ receiver: "Healthy" }]);
  const page = await list("?limit=1");
  expect(page.items).toMatchObject([{ receiver: "Failing" }]);
  expect(await list(`?limit=1&cursor=${page.next}`)).toMatchObject({
    items: [{ receiver: "Healthy" }],
    next: null,
  });
  expect((await host.call("GET", "/api/v1/endpoints?cursor=x")).body).toMatchObject({
    code: "QUERY_INVALID",
  });
  expect((await host.call("GET", "/api/v1/endpoints?state=x")).body).toMatchObject({ code: "QUERY_INVALID" });
}, 30_000);

test("Try now sends what waits although its circuit is open, as an attempt that spends no retry", async () => {
  const down = await webhook("Down", (_request, response) => void response.destroy());
  for (let sent = 0; sent < 5; sent += 1) await send();
  await waitFor(async () =>
    expect(await readEndpoint("Down")).toMatchObject({ state: "circuit-open", waiting: 5 }),
  );
  const requests = down.receiver.received.length;

  const tried = await tryNow(down);
  expect(tried.status).toBe(202);
  const oldest = tried.body.deliveryId as string;
  await waitFor(async () => expect((await delivery(oldest)).attempts).toHaveLength(2));
  // The only retry of the schedule is still to come.
  expect(await delivery(oldest)).toMatchObject({ state: "waiting" });
  expect(down.receiver.received).toHaveLength(requests + 1);
  expect((await host.call("GET", "/api/v1/audit?limit=1")).body.items).toMatchObject([
    { action: "endpoint.tried", object: expect.stringContaining("jira/") as string },
  ]);

  down.receiver.answer = answer204;
  const told = await callboard("endpoints", "try", String(down.no));
  const [, again = ""] = /sending (dlv_\w+)/.exec(told.out) ?? [];
  await waitFor(async () => expect((await delivery(again)).state).toBe("delivered"));
  await waitFor(async () =>
    expect(await readEndpoint("Down")).toMatchObject({ state: "healthy", waiting: 4 }),
  );
  await callboard("endpoints", "cancel", String(down.no), "--yes");
  await waitFor(async () => expect(await readEndpoint("Down")).toMatchObject({ waiting: 0 }));
  expect(await tryNow(down)).toMatchObject({ status: 409, body: { code: "ENDPOINT_STATE" } });
}, 30_000);

test("a paused endpoint: Try now is a probe, a healthy one is resumed without a change, what waits is canceled", async () => {
  const tired = await webhook("Tired", answerStatus(500));
  await pause(tired);
  const accepted = await send();
  const { id } = accepted.body.deliveries[0] as { id: string };
  await waitFor(async () =>
    expect(await readEndpoint("Tired")).toMatchObject({ state: "paused", waiting: 2 }),
  );
  const before = tired.receiver.received.length;
  expect(await show(tired)).toMatchObject({ notSending: { reason: "paused", endpoints: 1 } });

  const tried = await tryNow(tired);
  await waitFor(() => expect(tired.receiver.received).toHaveLength(before + 1));
  const probed = tried.body.deliveryId as string;
  await waitFor(async () => expect((await delivery(probed)).lastStatus).toBe(500));
  expect(await readEndpoint("Tired")).toMatchObject({ state: "paused", waiting: 2 });

  const cancelled = await callboard("endpoints", "cancel", String(tired.no), "--yes", "--json");
  expect(cancelled.code).toBe(0);
  await waitFor(async () => expect(await readEndpoint("Tired")).toMatchObject({ waiting: 0 }));
  expect(await delivery(id)).toMatchObject({ state: "failed", reason: "cancelled" });
  expect((await callboard("endpoints", "cancel", "999999")).code).not.toBe(0);
  const wrong = { filter: { endpoint: String(tired.no) } };
  expect(await host.call("POST", "/api/v1/cancellations", wrong)).toMatchObject({ status: 422 });
}, 30_000);

test("a disabled receiver: nothing is tried, and the reason is told", async () => {
  const off = await webhook("Off", answer204);
  const saved = (await host.call("GET", `/api/v1/sites/jira/webhooks/${off.id}`)).body;
  const values = { name: saved.name, url: saved.url, events: saved.events };
  await pause(off);
  await send();
  await waitFor(async () => expect(await readEndpoint("Off")).toMatchObject({ state: "paused" }));
  const edited = await host.call("PUT", `/api/v1/sites/jira/webhooks/${off.id}`, {
    ...values,
    active: false,
  });
  expect(edited.status).toBe(200);
  await set(off.no, { paused_at: database.now(), probe_at: database.now() + 3_600_000 });
  await waitFor(async () => expect(await readEndpoint("Off")).toMatchObject({ receiverState: "inactive" }));
  expect(await tryNow(off)).toMatchObject({ status: 409, body: { code: "ENDPOINT_STATE" } });
  expect((await list("?state=inactive")).items).toMatchObject([{ receiver: "Off", nextAttemptAt: null }]);
}, 30_000);

test("a test of a paused endpoint that the api takes in is sent at once by the worker", async () => {
  const tired = await webhook("Tested", answer204);
  await pause(tired);
  await waitFor(async () =>
    expect(await readEndpoint("Tested")).toMatchObject({ state: "paused", waiting: 1 }),
  );
  const before = tired.receiver.received.length;

  const test = await host.call("POST", `/api/v1/sites/jira/webhooks/${tired.id}/execute`, {
    event: "jira:issue_created",
  });

  expect(test).toMatchObject({ status: 200, body: { state: "delivered" } });
  expect(tired.receiver.received).toHaveLength(before + 1);
  // It says nothing of the endpoint, and what waits goes on waiting.
  expect(await readEndpoint("Tested")).toMatchObject({ state: "paused", waiting: 1 });
}, 30_000);

test("the status names what runs and why nothing is sent, in the API, on the command line and on the pages", async () => {
  const tired = await webhook("Silent", answer204);
  const calm = await host.call("GET", "/api/v1/status");
  expect(calm.body).toMatchObject({ notSending: { reason: "nothing-waits" } });
  expect(calm.body.processes.map(({ role }: { role: string }) => role).sort()).toEqual(["api", "worker"]);
  await pause(tired);
  await waitFor(async () =>
    expect(await readEndpoint("Silent")).toMatchObject({ state: "paused", waiting: 1 }),
  );

  expect((await host.call("GET", "/api/v1/status")).body.notSending).toMatchObject({
    reason: "paused",
    endpoints: 1,
    until: expect.any(String) as string,
  });
  const told = await callboard("status");
  expect(told).toMatchObject({ code: 0 });
  expect(told.out).toContain("paused receiver");
  expect(told.out).toContain("worker");
  expect(JSON.parse((await callboard("status", "--json")).out)).toMatchObject({
    notSending: { reason: "paused" },
  });
  const shown = await callboard("endpoints", "show", String(tired.no));
  expect(shown.out).toContain("paused receiver");
  const pages = await logIn(host);
  for (const path of ["/admin", "/admin/endpoints", `/admin/webhooks/jira/${Number(tired.id.split("_")[2])}`])
    expect(await (await pages.get(path)).text(), path).toContain("Nothing is being sent right now");

  // The only process that delivers says goodbye, and comes back.
  await database.write((tx) => tx.query("DELETE FROM callboard_process WHERE role = 'worker'"));
  expect((await host.call("GET", "/api/v1/status")).body.notSending).toMatchObject({ reason: "no-worker" });
  await waitFor(
    async () => expect((await host.call("GET", "/api/v1/status")).body.notSending.reason).toBe("paused"),
    15_000,
  );
}, 40_000);

test("the page lists endpoints by trouble, with buttons that act", async () => {
  const tired = await webhook("Worn <b>out</b>", answer204);
  await pause(tired);
  await waitFor(async () =>
    expect(await readEndpoint(tired.name)).toMatchObject({ state: "paused", waiting: 1 }),
  );
  const pages = await logIn(host);
  const page = await (await pages.get("/admin/endpoints?q=worn")).text();
  expect(page).toContain("Worn &lt;b&gt;out&lt;/b&gt;");
  expect(page).toContain("Paused");
  expect(await (await pages.get("/admin/endpoints?q=nobody")).text()).toContain("No matching endpoints");

  const tried = await pages.post(`/admin/endpoints/jira/${tired.no}/try`, { csrf: pages.csrf });
  expect(tried.status).toBe(303);
  await waitFor(() => expect(tired.receiver.received).toHaveLength(1));
  // A success ends the pause.
  await waitFor(async () => expect(await readEndpoint(tired.name)).toMatchObject({ state: "healthy" }));
  const resumed = await pages.post(`/admin/endpoints/jira/${tired.no}/resume`, { csrf: pages.csrf });
  expect(resumed.status).toBe(303);
}, 30_000);
