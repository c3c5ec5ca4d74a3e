/** An endpoint that Callboard pauses, and everything that resumes it: told once, with an entry in the audit. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/host/store/db/database.ts";
import type { Database } from "../../src/host/store/db/database.ts";
import { raiseVersion } from "../../src/host/store/tables/sites.ts";
import { newPostgresUrl } from "../support/databases.ts";
import { answer204, answerStatus, startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { ALL_OPERATIONAL, expectAsInCatalogue, toldIn } from "../support/operational.ts";
import { waitFor } from "../support/wait-for.ts";

const DAY = 86_400_000;

let database: Database;
let host: TestHost;
/** Asks for every operational event of jira, and of Callboard's own site. */
let watcher: Receiver;
let everywhere: Receiver;
/** Serves a descriptor, answers callbacks, and fails to take webhooks as `status` says. */
let addon: Receiver;
let status = 503;
let number = 0;

beforeAll(async () => {
  const url = await newPostgresUrl();
  host = await startTestHost({
    CALLBOARD_DATABASE_URL: url,
    CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"),
    CALLBOARD_RETRY_SCHEDULE: "10ms",
  });
  database = await openDatabase(url);
  watcher = await startReceiver();
  everywhere = await startReceiver();
  addon = await startReceiver((request, response) => {
    if (request.url.startsWith("/descriptor/"))
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify(descriptor(request.url.split("/").at(-1) ?? "")));
    else response.writeHead(request.url === "/hook" ? status : 204).end();
  });
  await addWebhook("jira", { url: `${watcher.url}/hook`, events: ALL_OPERATIONAL });
  await addWebhook("callboard", { url: `${everywhere.url}/hook`, events: ALL_OPERATIONAL });
});
afterAll(async () => {
  await Promise.all([addon.close(), watcher.close(), everywhere.close()]);
  await database.close();
  await host.stop();
});

const descriptor = (key: string) => ({
  key,
  name: `The ${key}`,
  baseUrl: addon.url,
  authentication: { type: "none" },
  modules: {
    webhooks: [
      { event: "jira:issue_created", url: "/hook" },
      { event: "endpoint.*", url: "/hook" },
    ],
  },
});
async function addWebhook(site: string, values: object): Promise<string> {
  const made = await host.call("POST", `/api/v1/sites/${site}/webhooks`, { name: "one", ...values });
  expect(made.status, made.text).toBe(201);
  return made.body.id as string;
}
const addonPath = (key: string) => `/api/v1/sites/jira/addons/${key}`;
async function installed(): Promise<string> {
  const key = `addon-${(number += 1)}`;
  const made = await install(key);
  expect(made.status, made.text).toBe(201);
  return key;
}
const install = (key: string) =>
  host.call("POST", "/api/v1/sites/jira/addons", { descriptorUrl: `${addon.url}/descriptor/${key}` });
const send = () =>
  host.call("POST", "/api/v1/sites/jira/events", { event: "jira:issue_created", payload: {} });

interface Endpoint {
  readonly number: number;
  readonly origin: string;
  readonly addonKey?: string;
  readonly webhookId?: string;
  readonly state: string;
}
async function readEndpoint(receiver: string): Promise<Endpoint> {
  const { body } = await host.call("GET", "/api/v1/sites/jira/endpoints");
  const items = body.items as readonly Endpoint[];
  return items.find(({ addonKey, webhookId }) => addonKey === receiver || webhookId === receiver)!;
}
/** As after days in which every attempt failed. */
async function failedFor(receiver: string, change: string): Promise<Endpoint> {
  const endpoint = await readEndpoint(receiver);
  await database.write(async (tx) => {
    await tx.query(`UPDATE callboard_endpoint SET ${change}, changed_in = NULL WHERE no = $1`, [
      endpoint.number,
    ]);
    await raiseVersion(tx, 1);
  });
  // The running host reads it by itself.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  return endpoint;
}
async function pausedByFailing(receiver: string): Promise<Endpoint> {
  const since = database.now() - 6 * DAY;
  const endpoint = await failedFor(
    receiver,
    `failing_since = ${since}, failed_attempts = 50, failed_deliveries = 19, failing_stage = 3`,
  );
  status = 503;
  await send();
  await waitFor(async () => expect((await readEndpoint(receiver)).state).toBe("paused"));
  return endpoint;
}
/** What one endpoint was told to have become, on jira; Callboard's own site heard the same. */
async function waitForTurns({ origin }: Endpoint, receiver: string, expected: number) {
  const about = (received: Receiver) =>
    toldIn(received.received).filter(
      ({ event, receiver: told }) =>
        event.startsWith("endpoint.") &&
        [(told as { key?: string }).key, (told as { id?: string }).id].includes(receiver),
    );
  await waitFor(() => {
    expect(about(watcher).length).toBeGreaterThanOrEqual(expected);
    expect(about(everywhere).length).toBeGreaterThanOrEqual(expected);
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(about(watcher).map(({ id }) => id)).toEqual(about(everywhere).map(({ id }) => id));
  for (const told of about(watcher)) {
    expectAsInCatalogue(told);
    expect(told).toMatchObject({ site: "jira", receiver: { origin } });
  }
  const { body } = await host.call("GET", "/api/v1/audit?limit=100");
  const audit = (body.items as { action: string; object: string; actor: string; detail: string }[]).filter(
    ({ action, object }) =>
      ["endpoint.failing", "endpoint.paused", "endpoint.resumed"].includes(action) &&
      object === `jira/${receiver}`,
  );
  return { told: about(watcher), audit: audit.toReversed() };
}

test.each([
  ["5-attempts", "failed_attempts = 4", 0],
  ["50-percent", "failing_stage = 1, failed_attempts = 30", 0.5],
  ["90-percent", "failing_stage = 2, failed_attempts = 60", 0.9],
])(
  "endpoint.failing of stage %s is told once",
  async (stage, before, share) => {
    const key = await installed();
    const since = Math.round(database.now() - share * 5 * DAY - 60_000);
    const endpoint = await failedFor(key, `${before}, failing_since = ${since}, failed_deliveries = 1`);
    status = 503;
    await send();
    await send();
    const { told, audit } = await waitForTurns(endpoint, key, 1);
    expect(told).toMatchObject([
      { event: "endpoint.failing", state: "failing", stage, since: new Date(since).toISOString() },
    ]);
    // Nothing was done about it yet.
    expect(audit).toEqual([]);
    await host.call("DELETE", addonPath(key));
  },
  30_000,
);

const BY_PERSON = "token:first";
const WAYS: Readonly<
  Record<string, { by: string; work: (key: string, endpoint: Endpoint) => Promise<unknown> }>
> = {
  "a person at the endpoint": {
    by: BY_PERSON,
    work: (_key, { number: no }) => host.call("POST", `/api/v1/sites/jira/endpoints/${no}/resume`),
  },
  "a person at the add-on": {
    by: BY_PERSON,
    work: (key) => host.call("POST", `${addonPath(key)}/resume`),
  },
  "a success": {
    by: "callboard",
    work: async (_key, { number: no }) => {
      await send();
      status = 204;
      return host.call("POST", `/api/v1/sites/jira/endpoints/${no}/try`);
    },
  },
  "an upgrade": { by: BY_PERSON, work: (key) => host.call("POST", `${addonPath(key)}/upgrade`) },
  "disabling and enabling": {
    by: BY_PERSON,
    work: async (key) => {
      await host.call("POST", `${addonPath(key)}/disable`);
      return host.call("POST", `${addonPath(key)}/enable`);
    },
  },
  "another install": { by: BY_PERSON, work: (key) => install(key) },
  "a re-install": {
    by: BY_PERSON,
    work: async (key) => {
      await host.call("DELETE", addonPath(key));
      return install(key);
    },
  },
};

describe("endpoint.paused, and endpoint.resumed by", () => {
  test.each(Object.entries(WAYS))(
    "%s",
    async (_way, { by, work }) => {
      const key = await installed();
      const endpoint = await pausedByFailing(key);
      const done = (await work(key, endpoint)) as { status: number; text: string };
      expect(done.status, done.text).toBeLessThan(300);

      const { told, audit } = await waitForTurns(endpoint, key, 2);
      expect(told).toMatchObject([
        { event: "endpoint.paused", state: "paused" },
        { event: "endpoint.resumed", state: "healthy", by },
      ]);
      expect(audit).toMatchObject([
        { action: "endpoint.paused", actor: "callboard" },
        { action: "endpoint.resumed", actor: by },
      ]);
      // A receiver is told nothing of itself.
      expect(toldIn(addon.received.filter(({ url }) => url === "/hook"))).toEqual([]);
      await host.call("DELETE", addonPath(key));
    },
    30_000,
  );

  test("an edit of the URL of an outgoing webhook", async () => {
    const target = await startReceiver(answerStatus(503));
    const values = { url: `${target.url}/one`, events: ["jira:issue_created"] };
    const id = await addWebhook("jira", values);
    const endpoint = await pausedByFailing(id);
    target.answer = answer204;
    const path = `/api/v1/sites/jira/webhooks/${id}`;
    const changed = await host.call("PUT", path, { name: "one", ...values, url: `${target.url}/two` });
    expect(changed.status, changed.text).toBe(200);
    const { told, audit } = await waitForTurns(endpoint, id, 2);
    expect(told).toMatchObject([
      { event: "endpoint.paused", receiver: { kind: "webhook", id } },
      { event: "endpoint.resumed", by: BY_PERSON },
    ]);
    expect(audit).toMatchObject([
      { action: "endpoint.paused" },
      { action: "endpoint.resumed", actor: BY_PERSON },
    ]);
    await host.call("DELETE", path);
    await target.close();
  }, 30_000);
});
