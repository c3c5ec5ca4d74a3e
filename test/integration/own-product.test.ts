/**
 * A product that nobody built in, given as data: the whole flow on a real host, from its site to the delivery log. Once it is given
 * to the host by the program that embeds it, once it is created while the host runs.
 */
import { decodeSymmetric } from "atlassian-jwt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUILT_IN_PRODUCTS, defineProduct } from "../../src/catalogue/index.ts";
import { createHost } from "../../src/host/index.ts";
import { silentLogger } from "../../src/logger.ts";
import { toBodyKey, checkBody } from "../../src/protocol/body-signature.ts";
import { startCallingAddon } from "../support/calling-addon.ts";
import type { CallingAddon } from "../support/calling-addon.ts";
import { testConfig } from "../support/config.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Received, Receiver } from "../support/http-receiver.ts";
import { waitFor } from "../support/wait-for.ts";

const DOCUMENT = {
  product: "harbor",
  name: "Harbor",
  description: "Port operations",
  envelope: { event: "what", timestamp: "at" },
  schemas: {
    Crane: {
      type: "object",
      required: ["id"],
      properties: { id: { type: "integer", description: "number" } },
    },
    Berth: { type: "string" },
  },
  events: {
    "crane.stopped": {
      name: "Crane stopped",
      description: "A crane has stopped",
      group: "Cranes",
      schema: {
        type: "object",
        required: ["crane"],
        properties: { crane: { $ref: "#/schemas/Crane" }, reason: { type: "string" } },
      },
      sample: { crane: { id: 4 }, reason: "wind" },
      variables: { "berth.crane": "/crane/id" },
    },
    "crane.halted": {
      description: "A crane was halted",
      group: "Cranes",
      sample: {},
      status: "deprecated" as const,
    },
  },
};
const HARBOR = defineProduct(DOCUMENT);
const EVENT = "crane.stopped";
const CRANE = '"crane":{"id":12345678901234567890}';

let host: TestHost;
let receiver: Receiver;
let addon: CallingAddon;
let secret = "";
let webhookId = "";

const api = (method: string, path: string, body?: unknown) => host.call(method, `/api/v1${path}`, body);
const last = (received: readonly Received[]) => received.at(-1)!;
const isSigned = ({ headers, body }: Received) =>
  checkBody({
    id: headers["webhook-id"] as string,
    timestamp: headers["webhook-timestamp"] as string,
    signature: headers["webhook-signature"] as string,
    body,
    keys: [toBodyKey(secret)],
    nowSeconds: Date.now() / 1_000,
  });

describe.each<[string, () => Promise<TestHost>]>([
  ["given to the host", () => startTestHost({}, silentLogger, [...BUILT_IN_PRODUCTS, HARBOR])],
  [
    "created while the host runs",
    async () => {
      const started = await startTestHost();
      expect((await started.call("PUT", "/api/v1/products/harbor", DOCUMENT)).status).toBe(200);
      return started;
    },
  ],
])("%s", (_name, start) => {
  beforeAll(async () => {
    host = await start();
    receiver = await startReceiver();
  });
  afterAll(async () => {
    await addon.stop();
    await receiver.close();
    await host.stop();
  });

  test("a site of it is created, and one of an unknown product is not", async () => {
    expect((await api("POST", "/sites", { key: "quay", product: "harbor", name: "Quay" })).status).toBe(201);
    const refused = await api("POST", "/sites", { key: "other", product: "harbour", name: "Other" });
    expect([refused.status, refused.body.code, refused.text]).toEqual([
      422,
      "BODY_SCHEMA",
      expect.stringContaining("tracker, harbor"),
    ]);
  });

  test("OpenAPI, catalogue and descriptor schema have it", async () => {
    const { paths } = (await host.call("GET", "/api/openapi.json")).body;
    const getBodySchema = (path: string) =>
      paths[`/api/v1${path}`].post.requestBody.content["application/json"].schema.properties;
    expect(getBodySchema("/sites").product.enum).toContain("harbor");
    expect(getBodySchema("/descriptors/validate").product.enum).toContain("harbor");
    expect(getBodySchema("/sites/{site}/webhooks").format.enum).toContain("harbor");
    expect((await api("GET", "/catalogue/harbor")).body.items).toMatchObject([
      { product: "harbor", event: EVENT, name: "Crane stopped", group: "Cranes", status: "current" },
      { event: "crane.halted", name: "Crane halted", status: "deprecated" },
    ]);
    const shown = (await api("GET", `/catalogue/harbor/${EVENT}`)).body;
    expect(shown.schema.schemas).toEqual({ Crane: DOCUMENT.schemas.Crane });
    expect(shown).toMatchObject({
      variables: ["berth.crane"],
      fields: [
        { path: "crane", type: "object", required: true },
        { path: "crane.id", type: "integer", required: true, note: "number" },
        { path: "reason", type: "string", required: false },
      ],
      sample: { what: EVENT, at: expect.any(Number), crane: { id: 4 }, reason: "wind" },
    });
    expect((await host.call("GET", "/schema/harbor-global-schema.json")).status).toBe(200);
  });

  test.each([
    ["lists its event types for a token that may look up the catalogue", () => host.token, true],
    ["lists none of them without a token", () => "", false],
    ["lists none of them for an unknown token", () => "cb_unknown", false],
  ])("the OpenAPI document %s", async (_name, token, isShown) => {
    const headers = { authorization: token() === "" ? "" : `Bearer ${token()}` };
    const {
      status,
      body,
      headers: received,
    } = await host.call("GET", "/api/openapi.json", undefined, headers);
    expect([status, received.get("vary")]).toEqual([200, "authorization"]);
    expect(body.webhooks["jira/jira:issue_created"].post.tags).toEqual(["jira"]);
    expect(Object.hasOwn(body.webhooks, `harbor/${EVENT}`)).toBe(isShown);
    expect(Object.hasOwn(body.components.schemas, "harbor.Crane")).toBe(isShown);
  });

  test("a webhook has its format, and an event is sent in its envelope, signed", async () => {
    const url = `${receiver.url}/hook?crane={berth.crane}`;
    const created = await api("POST", "/sites/quay/webhooks", { name: "Quay", url, generateSecret: true });
    expect([created.status, created.body.format, created.body.signature]).toEqual([
      201,
      "harbor",
      "standard",
    ]);
    ({ secret, id: webhookId } = created.body);

    const sent = await host.call(
      "POST",
      "/api/v1/sites/quay/events",
      `{"event":"${EVENT}","payload":{${CRANE}}}`,
    );
    expect([sent.status, sent.body.notes]).toEqual([202, undefined]);
    await waitFor(() => expect(receiver.received).toHaveLength(1));
    const { url: path, body } = last(receiver.received);
    expect(body.toString()).toMatch(new RegExp(`^\\{"what":"${EVENT}","at":\\d+,${CRANE}\\}$`));
    expect(path).toBe("/hook?crane=12345678901234567890");
    expect(isSigned(last(receiver.received))).toMatchObject({ state: "ok" });
  });

  test("its own body is taken as it is, and names its event type", async () => {
    const body = `{"what":"${EVENT}",${CRANE},"at":1}`;
    const sent = await host.call("POST", "/quay/ingest", body);
    expect([sent.status, sent.body.event]).toEqual([202, EVENT]);
    await waitFor(() => expect(receiver.received).toHaveLength(2));
    expect(last(receiver.received).body.toString()).toBe(body);
  });

  test("an unknown event type is a note with the near name, and one off its schema is told on its page", async () => {
    const near = await api("POST", "/sites/quay/events", { event: "crane.stoped", payload: {} });
    expect(near.body.notes).toEqual(['harbor has no event type "crane.stoped"; did you mean crane.stopped?']);
    const off = await api("POST", "/sites/quay/events", { event: EVENT, payload: { crane: { id: "four" } } });
    const shown = await api("GET", `/sites/quay/events/${off.body.id}`);
    expect(shown.body.notes).toEqual([expect.stringContaining("at /crane/id it must be integer")]);
  });

  test("an add-on is installed, told of the product, and gets a sample with a valid token", async () => {
    addon = await startCallingAddon(host, "quay", "org.example.quay", {
      webhooks: [{ event: EVENT, url: "/stopped?crane={berth.crane}" }],
    });
    const { sample } = (await api("GET", `/catalogue/harbor/${EVENT}`)).body;
    const { body } = await api("POST", "/sites/quay/events", { event: EVENT, payload: sample });
    await waitFor(() => expect(addon.webhooks).toHaveLength(1));
    const got = last(addon.webhooks);
    const token = got.headers.authorization?.replace("JWT ", "") ?? "";
    expect(decodeSymmetric(token, addon.secret, "HS256" as never)).toHaveProperty("qsh");
    expect([got.url, JSON.parse(got.body.toString())]).toEqual(["/stopped?crane=4", sample]);

    const about = await addon.call("GET", "/rest/atlassian-connect/1/addons/org.example.quay");
    expect(about.body.host.product).toBe("Harbor");
    const why = await api("GET", `/sites/quay/events/${body.id}/why?addon=org.example.quay`);
    expect(why.body.items).toMatchObject([{ kind: "sent" }]);
  });

  test("a test delivery is signed, and the delivery log has everything", async () => {
    const tested = await api("POST", `/sites/quay/webhooks/${webhookId}/execute`, { event: EVENT });
    expect(tested.body).toMatchObject({ state: "delivered", test: true });
    expect(JSON.parse(last(receiver.received).body.toString())).toMatchObject({
      what: EVENT,
      reason: "wind",
    });
    expect(isSigned(last(receiver.received))).toMatchObject({ state: "ok" });
    const { items } = (await api("GET", "/deliveries?site=quay")).body;
    expect(new Set(items.map(({ state }: { state: string }) => state))).toEqual(new Set(["delivered"]));
  });
});

test("without the product, the host starts, shows its site and refuses its events by name", async () => {
  const { config, remove } = testConfig({});
  const open = async (products: typeof BUILT_IN_PRODUCTS) =>
    createHost({ config, logger: silentLogger, products }).start();
  const first = await open([...BUILT_IN_PRODUCTS, HARBOR]);
  await first.stop();
  const later = await open(BUILT_IN_PRODUCTS);
  const { readFileSync } = await import("node:fs");
  const token = config.adminToken ?? readFileSync(later.firstRun.tokenFile, "utf8").trim();
  const call = async (method: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const response = await fetch(`${later.url}/api/v1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  expect((await call("GET", "/sites/harbor")).body).toMatchObject({ product: "harbor" });
  const missing = { status: 409, body: expect.objectContaining({ code: "PRODUCT_MISSING" }) };
  expect(await call("POST", "/sites/harbor/events", { event: EVENT, payload: {} })).toEqual(missing);
  expect(await call("POST", "/sites/harbor/webhooks", { name: "W", url: receiver.url })).toEqual(missing);
  await later.stop();
  remove();
});
