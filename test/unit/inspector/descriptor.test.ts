import { describe, expect, test } from "vitest";
import { defineProduct } from "../../../src/catalogue/index.ts";
import {
  ADDON_PRODUCTS,
  descriptorFor,
  isWebhookUrl,
  readEventName,
  readInspectorDescriptor,
  subscribe,
  webhookUrl,
} from "../../../src/inspector/descriptor.ts";

const descriptor = readInspectorDescriptor();
const webhooks = [descriptor.modules?.webhooks ?? []].flat();
const namesOf = ({ eventTypes }: (typeof ADDON_PRODUCTS)[number]) => eventTypes.map(({ event }) => event);

describe("atlassian-connect.json", () => {
  test("has one webhook for each Jira and Confluence event of the catalogue, and no other", () => {
    const names = [...new Set(ADDON_PRODUCTS.flatMap(namesOf))];
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
    expect(part.map(({ event }) => event).toSorted()).toEqual(namesOf(product).toSorted());
  });

  test("asks for no scope of a product that has its own", () => {
    const data = { product: "harbor", name: "Harbor", description: "d", events: {} };
    expect(descriptorFor(descriptor, defineProduct(data)).scopes).toEqual(["READ"]);
    const scopes = { "cranes.read": { description: "Read cranes" } };
    expect(descriptorFor(descriptor, defineProduct({ ...data, scopes })).scopes).toEqual([]);
  });
});

describe("the descriptor of a product with many event types", () => {
  const HOST_LIMIT = 512 * 1024;
  const createPort = (count: number, envelope = {}) =>
    defineProduct({
      product: "port",
      name: "Port",
      description: "d",
      ...envelope,
      events: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `port.berth-${index}.mooring-line-tension-changed`,
          { description: "d", group: "g", sample: {} },
        ]),
      ),
    });
  const sizeOf = (product: ReturnType<typeof createPort>) =>
    Buffer.byteLength(JSON.stringify(descriptorFor(descriptor, product)));

  test("has a webhook for each, while it is short enough", () => {
    const port = createPort(4_000);
    expect(subscribe(descriptor, port)).toMatchObject({ left: 0, webhooks: { length: 4_000 } });
    expect(sizeOf(port)).toBeLessThan(HOST_LIMIT);
  });

  test("has one for all of 10,000 whose bodies name them, with the name from the body in its URL", () => {
    const port = createPort(10_000, { envelope: { event: "type" } });
    expect(subscribe(descriptor, port)).toEqual({
      webhooks: [{ event: "*", url: "/named/{type}" }],
      left: 0,
    });
    const nested = createPort(10_000, { eventPath: ["meta", "event"] });
    expect(subscribe(descriptor, nested).webhooks).toEqual([{ event: "*", url: "/named/{meta.event}" }]);
    expect(sizeOf(port)).toBeLessThan(2_000);
  });

  test("has those that fit of 10,000 whose bodies don't, and counts the others", () => {
    const port = createPort(10_000);
    const { webhooks: some, left } = subscribe(descriptor, port);
    expect(left).toBeGreaterThan(1_000);
    expect(some.length + left).toBe(10_000);
    expect(sizeOf(port)).toBeLessThan(HOST_LIMIT);
    expect(sizeOf(port)).toBeGreaterThan(490 * 1024);
  });

  test.each([
    ["crane.stopped", "/webhooks/crane.stopped", "crane.stopped"],
    ["*", "/named/crane.stopped?jwt=x", "crane.stopped"],
    ["*", "/inspector/named/crane%20%2F4", "crane /4"],
    ["*", "/named/%E0%A4%A", "%E0%A4%A"],
  ])("the event type of %s at %s is %s", (event, url, name) => {
    expect(readEventName(event, url)).toBe(name);
  });

  test("both URLs are its own", () => {
    const base = "https://inspector.example.com";
    expect(isWebhookUrl(`${base}/webhooks/crane.stopped`, base, "crane.stopped")).toBe(true);
    expect(isWebhookUrl(`${base}/named/crane.stopped`, base, "crane.stopped")).toBe(true);
    expect(isWebhookUrl(`${base}/named/crane.halted`, base, "crane.stopped")).toBe(false);
  });
});
