/** Several processes on one PostgreSQL: one takes requests, the other delivers; either answers for both. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newPostgresUrl } from "../support/databases.ts";
import { startReceiver } from "../support/http-receiver.ts";
import { environmentOfSeveral, startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startSampleAddon } from "../support/sample-addon.ts";
import type { SampleAddon } from "../support/sample-addon.ts";
import { waitFor } from "../support/wait-for.ts";

const KEY = "org.example.bell";
const PLUGINS = "/jira/rest/plugins/1.0/";

let front: TestHost;
/** Accepts as well: a worker serves health and metrics only. */
let other: TestHost;
let worker: TestHost;
let addon: SampleAddon;

beforeAll(async () => {
  const env = environmentOfSeveral(await newPostgresUrl());
  front = await startTestHost({ ...env, CALLBOARD_ROLE: "api" });
  other = await startTestHost({ ...env, CALLBOARD_ROLE: "api" });
  worker = await startTestHost({ ...env, CALLBOARD_ROLE: "worker" });
  addon = await startSampleAddon({ findPublicKey: () => Promise.resolve(undefined) });
  addon.describe({
    authentication: { type: "none" },
    modules: { webhooks: [{ event: "connect_addon_disabled", url: "/hooks/disabled" }] },
  });
});
afterAll(async () => {
  await addon.close();
  await worker.stop();
  await other.stop();
  await front.stop();
});

test("an install that one process began is polled at the other, with a token of the other", async () => {
  const token = (await other.call("GET", PLUGINS)).headers.get("upm-token") ?? "";
  const begun = await front.call("POST", `${PLUGINS}?token=${token}`, { pluginUri: addon.descriptorUrl });
  expect(begun.status).toBe(202);
  await waitFor(async () => {
    const { body } = await other.call("GET", begun.body.links.self as string);
    expect(body).toMatchObject({ key: KEY, enabled: true });
  });
});

test("an add-on that is disabled still hears of it, though the worker sends it afterwards", async () => {
  const { body } = await front.call("POST", `/api/v1/sites/jira/addons/${KEY}/disable`);
  expect(body.state).toBe("disabled");
  await waitFor(() => expect(addon.callbacks.map(({ path }) => path)).toContain("/ctx/hooks/disabled"));
});

test("a request with an idempotency key is done once, whichever process gets it", async () => {
  const create = (host: TestHost) =>
    host.call("POST", "/api/v1/tokens", { name: "t", scopes: ["read"] }, { "idempotency-key": "one" });
  const first = await create(front);
  expect(first.status).toBe(201);
  const again = await create(other);
  expect([again.status, again.headers.get("idempotent-replayed"), again.text]).toEqual([
    201,
    "true",
    first.text,
  ]);
});

test("an event without a body is sent without one, from the database", async () => {
  const receiver = await startReceiver();
  const webhook = { name: "bare", url: `${receiver.url}/bare?of={issue.key}` };
  expect((await front.call("POST", "/api/v1/sites/jira/webhooks", webhook)).status).toBe(201);
  const ingest = "/jira/ingest?event=jira:issue_deleted";
  expect((await front.call("POST", ingest)).status).toBe(202);
  await waitFor(() => expect(receiver.received).toHaveLength(1));
  expect([receiver.received[0]?.url, receiver.received[0]?.body.toString()]).toEqual(["/bare?of=", ""]);
  await receiver.close();
});

test("processes that start at once with another token of the configuration agree on it", async () => {
  const env = {
    CALLBOARD_DATABASE_URL: await newPostgresUrl(),
    CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"),
  };
  const startBoth = (token: string) =>
    Promise.all([1, 2].map(() => startTestHost({ ...env, CALLBOARD_ADMIN_TOKEN: token })));
  const stopAll = (hosts: readonly TestHost[]) => Promise.all(hosts.map((host) => host.stop()));
  const readStatus = async (host: TestHost, token: string) =>
    (await host.call("GET", "/api/v1/sites", undefined, { authorization: `Bearer ${token}` })).status;
  await stopAll(await startBoth("the-first-token-of-all"));

  const second = await startBoth("the-second-token-of-all");
  for (const host of second) {
    expect(await readStatus(host, "the-first-token-of-all")).toBe(401);
    expect(await readStatus(host, "the-second-token-of-all")).toBe(200);
  }
  const { body } = await second[0]!.call("GET", "/api/v1/audit");
  expect(body.items).toMatchObject([{ action: "token.revoked", actor: "configuration" }]);
  await stopAll(second);

  // The environment of yesterday: no crash, and the token stays revoked.
  const third = await startBoth("the-first-token-of-all");
  for (const host of third) {
    expect(await readStatus(host, "the-first-token-of-all")).toBe(401);
    expect(await readStatus(host, "the-second-token-of-all")).toBe(200);
  }
  await stopAll(third);
});
