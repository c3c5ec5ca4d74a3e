import { describe, expect, test } from "vitest";
import { createLiveCatalogue, defineProduct } from "../../../src/catalogue/index.ts";
import { MAX_DESCRIPTOR_BYTES as HOST_MAX_DESCRIPTOR_BYTES } from "../../../src/host/descriptor/parse.ts";
import { MAX_WEBHOOKS as HOST_MAX_WEBHOOKS } from "../../../src/host/descriptor/schema.ts";
import {
  ADDON_PRODUCTS,
  MAX_DESCRIPTOR_BYTES,
  MAX_WEBHOOKS,
  descriptorFor,
  isWebhookUrl,
  findNamedEvent,
  readInspectorDescriptor,
  subscribe,
  webhookUrl,
} from "../../../src/inspector/descriptor.ts";

const descriptor = readInspectorDescriptor();
const webhooks = [descriptor.modules?.webhooks ?? []].flat();
const listNames = ({ eventTypes }: (typeof ADDON_PRODUCTS)[number]) => eventTypes.map(({ event }) => event);

describe("atlassian-connect.json", () => {
  test("has one webhook for each Jira and Confluence event of the catalogue, and no other", () => {
    const names = [...new Set(ADDON_PRODUCTS.flatMap(listNames))];
    expect(webhooks.map(({ event }) => event).toSorted()).toEqual(names.toSorted());
  });

  test("has the event in each url, and a url for each event", () => {
    expect(webhooks.filter(({ event, url }) => url !== webhookUrl(event))).toEqual([]);
  });

  test("asks for what webhooks need", () => {
    expect(descriptor).toMatchObject({
      key: "callboard-inspector",
      baseUrl: "{{baseUrl}}",
      authentication: { type: "jwt" },
      scopes: ["READ"],
    });
    expect(Object.keys(descriptor.lifecycle ?? {}).toSorted()).toEqual([
      ...["disabled", "enabled", "installed", "uninstalled"],
    ]);
  });

  test.each(ADDON_PRODUCTS)("has a part for %s with exactly its events", (product) => {
    const part = [descriptorFor(descriptor, product).modules?.webhooks ?? []].flat();
    expect(part.map(({ event }) => event).toSorted()).toEqual(listNames(product).toSorted());
  });

  test("asks for no scope of a product that has its own", () => {
    const data = { product: "harbor", name: "Harbor", description: "d", events: {} };
    expect(descriptorFor(descriptor, defineProduct(data)).scopes).toEqual(["READ"]);
    const scopes = { "cranes.read": { description: "Read cranes" } };
    expect(descriptorFor(descriptor, defineProduct({ ...data, scopes })).scopes).toEqual([]);
  });
});

describe("the descriptor of a product with many event types", () => {
  const createPort = (count: number, envelope = {}, name = "") =>
    defineProduct({
      product: "port",
      name: "Port",
      description: "d",
      ...envelope,
      events: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `port.berth-${index}${name}`,
          { description: "d", group: "g", sample: {} },
        ]),
      ),
    });
  const countBytes = (product: ReturnType<typeof createPort>) =>
    Buffer.byteLength(JSON.stringify(descriptorFor(descriptor, product)));

  test("keeps within the limits of a host", () => {
    expect(MAX_WEBHOOKS).toBe(HOST_MAX_WEBHOOKS);
    expect(MAX_DESCRIPTOR_BYTES).toBeLessThan(HOST_MAX_DESCRIPTOR_BYTES);
  });

  test("has a webhook for each of 500", () => {
    expect(subscribe(descriptor, createPort(500))).toMatchObject({ left: 0, webhooks: { length: 500 } });
  });

  test("has one for all of 1,000 whose bodies name them", () => {
    const one = { webhooks: [{ event: "*", url: "/named/port" }], left: 0 };
    const port = createPort(1_000, { envelope: { event: "type" } });
    expect(subscribe(descriptor, port)).toEqual(one);
    expect(subscribe(descriptor, createPort(1_000, { eventPath: ["meta", "event"] }))).toEqual(one);
    expect(countBytes(port)).toBeLessThan(2_000);
  });

  test("has those that fit of more whose bodies don't, and counts the others", () => {
    expect(subscribe(descriptor, createPort(1_000))).toMatchObject({
      left: 500,
      webhooks: { length: 500 },
    });
    expect(subscribe(descriptor, createPort(501)).left).toBe(1);
  });

  test("is short enough with the longest names", () => {
    const port = createPort(500, {}, "-long".repeat(200));
    const { left } = subscribe(descriptor, port);
    expect(left).toBeGreaterThan(200);
    expect(countBytes(port)).toBeLessThan(HOST_MAX_DESCRIPTOR_BYTES);
    expect(countBytes(port)).toBeGreaterThan(490 * 1024);
  });

  test.each([
    ["crane.stopped", "/webhooks/crane.stopped", { type: "crane.halted" }, "crane.stopped"],
    ["*", "/named/port", { type: "crane.stopped" }, "crane.stopped"],
    ["*", "/inspector/named/port?user_id=maja", { type: "crane.stopped" }, "crane.stopped"],
    ["*", "/named/port", { kind: "crane.stopped" }, "*"],
    ["*", "/named/port", undefined, "*"],
    ["*", "/named/harbor", { type: "crane.stopped" }, "*"],
  ])("the event type of %s at %s with the body %j is %s", (event, rawUrl, json, name) => {
    const catalogue = createLiveCatalogue([createPort(1, { envelope: { event: "type" } })]);
    expect(findNamedEvent(event, { rawUrl, json }, catalogue)).toBe(name);
  });

  test("both URLs are its own", () => {
    const base = "https://inspector.example.com";
    expect(isWebhookUrl(`${base}/webhooks/crane.stopped`, base, "crane.stopped")).toBe(true);
    expect(isWebhookUrl(`${base}/named/port`, base, "crane.stopped")).toBe(true);
    expect(isWebhookUrl(`${base}/webhooks/crane.halted`, base, "crane.stopped")).toBe(false);
  });
});
