/** The settings of an add-on's endpoint: API, command line and page change the same, and an outgoing webhook has its own. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { run } from "../../src/cli/index.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { answer204, startReceiver } from "../support/http-receiver.ts";
import { logIn } from "../support/page-session.ts";
import { startSampleAddon } from "../support/sample-addon.ts";

const ENDPOINTS = "/api/v1/sites/jira/endpoints";
const PACE = {
  rate: { count: 5, per: "second" },
  slots: 4,
  timeoutMs: 10_000,
  retryProfile: null,
  retryDelaysMs: [5_000, 60_000],
};

let host: TestHost;
let ofAddon: string;
let ofWebhook: string;
let webhookId: string;
let close: readonly (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  host = await startTestHost();
  const addon = await startSampleAddon({
    findPublicKey: async (kid) => (await fetch(`${host.url}/keys/${kid}`)).text(),
  });
  const receiver = await startReceiver(answer204);
  close = [receiver.close, addon.close, host.stop];
  await host.call("POST", "/api/v1/sites/jira/addons", { descriptorUrl: addon.descriptorUrl });
  const values = { name: "Own", url: receiver.url, events: ["jira:issue_created"] };
  webhookId = (await host.call("POST", "/api/v1/sites/jira/webhooks", values)).body.id as string;
  const { items } = (await host.call("GET", ENDPOINTS)).body as {
    items: { number: number; addonKey: string | null }[];
  };
  const find = (isOfAddon: boolean) =>
    items.find(({ addonKey }) => (addonKey !== null) === isOfAddon)?.number;
  ofAddon = `${ENDPOINTS}/${find(true)}`;
  ofWebhook = `${ENDPOINTS}/${find(false)}`;
});
afterAll(async () => {
  for (const each of close) await each();
});
beforeEach(async () => {
  await host.call("PATCH", ofAddon, { pace: null });
});

const showPace = async () => (await host.call("GET", ofAddon)).body.pace as unknown;
const lastAudit = async () =>
  (await host.call("GET", "/api/v1/audit")).body.items[0] as Record<string, string>;

test("a pace is kept, shown, and written in the audit", async () => {
  const changed = await host.call("PATCH", ofAddon, { pace: { ...PACE, retryProfile: undefined } });
  expect(changed.status).toBe(200);
  expect(changed.body.pace).toEqual(PACE);
  expect(await showPace()).toEqual(PACE);
  expect(await lastAudit()).toMatchObject({
    action: "endpoint.changed",
    detail: expect.stringMatching(/^pace: http:/) as string,
  });
});

test("a member that is left out stays, null takes it away", async () => {
  await host.call("PATCH", ofAddon, { pace: PACE });
  const { id } = await lastAudit();
  expect((await host.call("PATCH", ofAddon, {})).body.pace).toEqual(PACE);
  expect((await lastAudit())["id"]).toBe(id);
  expect((await host.call("PATCH", ofAddon, { pace: null })).body.pace).toBeNull();
});

test("an order whose pointer the catalogue doesn't know is saved with a warning, which the page shows", async () => {
  const warned = await host.call("PATCH", ofAddon, { orderBy: "/isue/id" });
  expect(warned.body).toMatchObject({
    orderBy: "/isue/id",
    warnings: [
      {
        code: "ORDER_BY_UNKNOWN",
        pointer: "/orderBy",
        detail: expect.stringContaining("/isue/id") as string,
      },
    ],
  });
  const page = await (await logIn(host)).get(ofAddon.replace(ENDPOINTS, "/admin/endpoints/jira"));
  expect(await page.text()).toContain("The catalogue knows no value at /isue/id");
  expect((await host.call("PATCH", ofAddon, { orderBy: "/issue/id" })).body.warnings).toEqual([]);
  expect((await host.call("PATCH", ofAddon, { orderBy: null })).body.warnings).toEqual([]);
});

test("every problem is told with its place, and nothing is saved", async () => {
  await host.call("PATCH", ofAddon, { pace: PACE });
  const refused = await host.call("PATCH", ofAddon, {
    pace: { rate: { count: 0, per: "hour" }, slots: 9, timeoutMs: 1 },
  });
  expect(refused.status).toBe(422);
  expect(refused.body.code).toBe("PACE");
  expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
    "/pace/rate/count",
    "/pace/rate/per",
    "/pace/timeoutMs",
  ]);
  expect(await showPace()).toEqual(PACE);
});

test("an unknown member, an unknown endpoint and the endpoint of a webhook have their own codes", async () => {
  expect((await host.call("PATCH", ofAddon, { speed: 1 })).body.code).toBe("BODY_SCHEMA");
  expect((await host.call("PATCH", `${ENDPOINTS}/999999`, {})).body.code).toBe("ENDPOINT_NOT_FOUND");
  const refused = await host.call("PATCH", ofWebhook, { pace: PACE });
  expect(refused.status).toBe(409);
  expect(refused.body).toMatchObject({
    code: "ENDPOINT_OF_WEBHOOK",
    detail: expect.stringContaining(webhookId) as string,
  });
});

test("the command line changes what it is told, and shows the rest", async () => {
  let out = "";
  const number = ofAddon.split("/").at(-1) ?? "";
  const callboard = (...args: readonly string[]) =>
    run(["endpoints", "update", number, ...args], {
      env: { CALLBOARD_URL: host.url, CALLBOARD_TOKEN: host.token },
      out: (text) => void (out += text),
      note: (text) => void (out += text),
      readInput: () => Promise.resolve(""),
    });
  expect(await callboard("--rate", "5/second", "--retry-delays", "5s,1m")).toBe(0);
  expect(await callboard("--slots", "4", "--request-timeout", "10s")).toBe(0);
  expect(await showPace()).toEqual(PACE);
  expect(out).toContain("5 per second");
  expect(await callboard("--rate", "", "--retry-profile", "jira")).toBe(0);
  expect(await showPace()).toEqual({ ...PACE, rate: null, retryDelaysMs: null, retryProfile: "jira" });
  expect(await callboard("--rate", "fast")).toBe(2);
});

test("the page has a form, tells a mistake at its field, and saves", async () => {
  const pages = await logIn(host);
  const path = ofAddon.replace("/api/v1/sites/jira/endpoints", "/admin/endpoints/jira");
  const fields = { csrf: pages.csrf, rateCount: "5", ratePer: "second", slots: "4", timeout: "10s" };
  const wrong = await pages.post(path, { ...fields, slots: "<b>" });
  expect(wrong.status).toBe(422);
  const text = await wrong.text();
  expect(text).toContain(
    `id="slots-error"><p>Requests at the same time must be a whole number from 1 to 1000`,
  );
  expect(text).toContain(`value="&lt;b&gt;"`);
  expect(await showPace()).toBeNull();

  const saved = await pages.post(path, { ...fields, retryDelays: "5s, 1m" });
  expect(saved.status).toBe(303);
  expect(await showPace()).toEqual(PACE);
  expect(await (await pages.get(path)).text()).toContain(`value="5s, 1m"`);
});

test("the page of a webhook's endpoint leads to the webhook", async () => {
  const pages = await logIn(host);
  const path = ofWebhook.replace("/api/v1/sites/jira/endpoints", "/admin/endpoints/jira");
  const text = await (await pages.get(path)).text();
  expect(text).toContain("The settings of an outgoing webhook are on the webhook");
  expect(text).not.toContain(`name="rateCount"`);
});
