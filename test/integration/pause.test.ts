/** What Callboard stops by itself is seen and resumed: by API, command line and pages. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { run } from "../../src/cli/index.ts";
import { openDatabase } from "../../src/host/store/db/database.ts";
import type { Database } from "../../src/host/store/db/database.ts";
import { raiseVersion } from "../../src/host/store/tables/sites.ts";
import { newPostgresUrl } from "../support/databases.ts";
import { environmentOfSeveral, startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { answer204, answerStatus, startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { logIn } from "../support/page-session.ts";
import { waitFor } from "../support/wait-for.ts";

const DAY = 86_400_000;
const KEY = "com.example.tired";

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
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function installed(): Promise<Receiver> {
  const receiver = await startReceiver(answer204);
  open.push(receiver.close, async () => {
    await host.call("DELETE", `/api/v1/sites/jira/addons/${KEY}`);
  });
  const descriptor = {
    key: KEY,
    name: "Tired add-on",
    baseUrl: receiver.url,
    authentication: { type: "none" },
    modules: { webhooks: [{ event: "jira:issue_created", url: "/hook" }] },
  };
  expect((await host.call("POST", "/api/v1/sites/jira/addons", { descriptor })).status).toBe(201);
  return receiver;
}
const send = async () => {
  const event = { event: "jira:issue_created", payload: {} };
  const accepted = await host.call("POST", "/api/v1/sites/jira/events", event);
  const id = accepted.body.deliveries[0]?.id as string | undefined;
  return async () => (await host.call("GET", `/api/v1/deliveries/${id ?? "none"}`)).body;
};
const endpoint = async () =>
  ((await host.call("GET", "/api/v1/endpoints?site=jira")).body.items as Record<string, unknown>[]).findLast(
    ({ addonKey }) => addonKey === KEY,
  ) ?? {};

/** Paused as by the last failure of many, without the five days. */
async function pause(): Promise<void> {
  const { number } = await endpoint();
  const now = database.now();
  await database.write(async (tx) => {
    await tx.query(
      `UPDATE callboard_endpoint SET failing_since = $1, failed_deliveries = 20, paused_at = $2, probe_at = $3, changed_in = NULL WHERE no = $4`,
      [now - 6 * DAY, now, now + 3_600_000, number],
    );
    await raiseVersion(tx, 1);
  });
}
async function pausedAddon(): Promise<Receiver> {
  const receiver = await installed();
  await pause();
  await waitFor(async () => expect((await host.call("GET", "/api/v1/endpoints")).text).toContain("paused"));
  // Both processes know within a second; the page of the one that serves it says so.
  const pages = await logIn(host);
  await waitFor(async () =>
    expect(await (await pages.get(`/admin/addons/jira/${KEY}`)).text()).toContain("Paused"),
  );
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return receiver;
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

test("a paused endpoint is shown with its name, waits, and is resumed by the API; twice changes nothing", async () => {
  const receiver = await pausedAddon();
  const delivery = await send();
  const { number } = await endpoint();
  expect(await endpoint()).toMatchObject({
    receiver: "Tired add-on",
    state: "paused",
    waiting: 1,
    pausedAt: expect.any(String) as string,
    nextProbeAt: expect.any(String) as string,
  });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(receiver.received).toEqual([]);

  const path = `/api/v1/sites/jira/endpoints/${String(number)}/resume`;
  expect(await host.call("POST", path)).toMatchObject({ status: 200, body: { endpoints: 1 } });

  await waitFor(async () => expect((await delivery()).state).toBe("delivered"));
  await waitFor(async () => expect(await endpoint()).toMatchObject({ state: "healthy", waiting: 0 }));
  expect(await host.call("POST", path)).toMatchObject({
    status: 200,
    body: { endpoints: 0, subscriptions: 0 },
  });
  const unknown = await host.call("POST", "/api/v1/sites/jira/endpoints/999999/resume");
  expect(unknown).toMatchObject({ status: 404, body: { code: "ENDPOINT_NOT_FOUND" } });
  const audit = (await host.call("GET", "/api/v1/audit?limit=1")).body.items as unknown[];
  expect(audit).toMatchObject([{ action: "endpoint.resumed", object: `jira/${KEY}` }]);
}, 30_000);

test("it is resumed from the command line", async () => {
  await pausedAddon();
  const { number } = await endpoint();
  const listed = await callboard("endpoints", "list", "--site", "jira");
  expect(listed.out).toContain("Tired add-on");
  expect(listed.out).toContain("paused");

  const resumed = await callboard("endpoints", "resume", String(number));

  expect(resumed).toMatchObject({ code: 0, out: expect.stringContaining("resumed") as string });
  expect((await endpoint())["state"]).toBe("healthy");
  expect((await callboard("endpoints", "resume", String(number))).out).toContain("nothing changed");
}, 30_000);

test("the dashboard and the lists show the pause, and a button resumes it", async () => {
  await pausedAddon();
  await send();
  const pages = await logIn(host);
  const dashboard = await (await pages.get("/admin")).text();
  const failing = dashboard.slice(dashboard.indexOf('id="failing"'));
  expect(failing).toMatch(/Paused<\/span>.*next probe/s);
  expect(failing).toContain(`/admin/addons/jira/${KEY}/resume`);
  for (const path of ["/admin/addons", "/admin/deliveries"])
    expect(await (await pages.get(path)).text()).toContain("Paused");

  const posted = await pages.post(`/admin/addons/jira/${KEY}/resume`, { csrf: pages.csrf });

  expect(posted.status).toBe(303);
  expect((await endpoint())["state"]).toBe("healthy");
  expect(await (await pages.get(`/admin/addons/jira/${KEY}`)).text()).not.toContain("Paused");
}, 30_000);

test("an upgrade resumes it, and enabling the add-on does", async () => {
  await pausedAddon();
  const descriptor = {
    key: KEY,
    name: "Tired add-on",
    baseUrl: (await endpoint())["origin"],
    authentication: { type: "none" },
    modules: { webhooks: [{ event: "jira:issue_created", url: "/hook" }] },
  };
  await host.call("POST", "/api/v1/sites/jira/addons", { descriptor });
  expect((await endpoint())["state"]).toBe("healthy");

  await host.call("POST", `/api/v1/sites/jira/addons/${KEY}/disable`);
  await pause();
  await host.call("POST", `/api/v1/sites/jira/addons/${KEY}/enable`);
  expect((await endpoint())["state"]).toBe("healthy");
}, 30_000);

test("an add-on's subscription that a 410 made inactive is shown as that, and resumed", async () => {
  const receiver = await installed();
  receiver.answer = answerStatus(410);
  const gone = await send();
  await waitFor(async () => expect((await gone()).reason).toBe("gone"));
  const addon = async () => (await host.call("GET", `/api/v1/sites/jira/addons/${KEY}`)).body.webhooks[0];
  expect(await addon()).toMatchObject({ active: false, goneSince: expect.any(String) as string });
  const pages = await logIn(host);
  await waitFor(async () => {
    const dashboard = await (await pages.get("/admin")).text();
    const failing = dashboard.slice(dashboard.indexOf('id="failing"'), dashboard.indexOf('id="latest"'));
    expect(failing).toContain("Inactive");
    expect(failing).not.toContain("with the next event");
    expect(failing).toContain("/resume");
  });
  receiver.answer = answer204;

  const resumed = await host.call("POST", `/api/v1/sites/jira/addons/${KEY}/resume`);

  expect(resumed.body).toEqual({ endpoints: 0, subscriptions: 1 });
  expect(await addon()).toMatchObject({ active: true, goneSince: null, inactiveBecause: null });
  const delivery = await send();
  await waitFor(async () => expect((await delivery()).state).toBe("delivered"));
}, 30_000);

test("an outgoing webhook is resumed after a 410, and by an edit of its URL after a pause", async () => {
  const receiver = await startReceiver(answerStatus(410));
  open.push(receiver.close);
  const values = { name: "To a chat", url: `${receiver.url}/a`, events: ["jira:issue_created"] };
  const { id } = (await host.call("POST", "/api/v1/sites/jira/webhooks", values)).body as { id: string };
  const path = `/api/v1/sites/jira/webhooks/${id}`;
  open.push(async () => {
    await host.call("DELETE", path);
  });
  const gone = await send();
  await waitFor(async () => expect((await gone()).reason).toBe("gone"));
  expect((await host.call("GET", path)).body).toMatchObject({
    active: false,
    goneSince: expect.any(String) as string,
  });

  expect((await host.call("POST", `${path}/resume`)).body).toEqual({ endpoints: 0, subscriptions: 1 });
  expect((await host.call("GET", path)).body).toMatchObject({ active: true, goneSince: null });

  const own = async () =>
    ((await host.call("GET", "/api/v1/endpoints")).body.items as Record<string, unknown>[]).find(
      ({ webhookId }) => webhookId === id,
    ) ?? {};
  await database.write(async (tx) => {
    await tx.query(
      "UPDATE callboard_endpoint SET paused_at = 1, failing_since = 1, changed_in = NULL WHERE no = $1",
      [(await own())["number"]],
    );
    await raiseVersion(tx, 1);
  });
  expect((await own())["state"]).toBe("paused");
  await host.call("PUT", path, { ...values, url: `${receiver.url}/b` });
  expect((await own())["state"]).toBe("healthy");
}, 30_000);
