import { describe, expect, test } from "vitest";
import {
  chooseProducts,
  makeWebhook,
  withLongText,
  withOtherIdentities,
  withUnknownMembers,
} from "../../../src/check/samples.ts";
import { BUILT_IN_PRODUCTS, createLiveCatalogue } from "../../../src/catalogue/index.ts";
import type { ResolvedWebhook } from "../../../src/protocol/descriptor.ts";

const catalogue = createLiveCatalogue(BUILT_IN_PRODUCTS);
const products = (...events: string[]) => {
  const { main, second } = chooseProducts(events, catalogue);
  return [main.key, second.key];
};
const webhook = (event: string, more: Partial<ResolvedWebhook> = {}): ResolvedWebhook => ({
  event,
  url: "/hook",
  resolvedUrl: "https://addon.example/hook",
  params: {},
  excludeBody: false,
  position: 0,
  ...more,
});
const make = (event: string, more: Partial<ResolvedWebhook> = {}) =>
  makeWebhook(webhook(event, more), catalogue.require("jira"), { catalogue, addonKey: "mine", now: 1_000 });
const makeBody = (event: string) => JSON.parse(make(event)!.body.toString("utf8"));

describe("products", () => {
  test("are the one with most of the events, and the one with most of the others", () => {
    expect(products("jira:issue_created", "page_created", "jira:issue_deleted")).toEqual([
      "jira",
      "confluence",
    ]);
    expect(products("page_created")).toEqual(["confluence", "confluence"]);
    expect(products("jira:issue_*")).toEqual(["jira", "jira"]);
    expect(products("nothing_known")[0]).toBe(products()[0]);
  });
});

describe("a webhook", () => {
  test("has the sample as its body, and a URL with the values of the sample", () => {
    expect(makeBody("jira:issue_created").webhookEvent).toBe("jira:issue_created");
    const { url } = make("jira:issue_created", { resolvedUrl: "https://a.example/h?k={issue.key}" })!;
    expect(url).toBe(`https://a.example/h?k=${makeBody("jira:issue_created").issue.key}`);
  });
  test("has no body if it excludes it", () => {
    expect(make("jira:issue_created", { excludeBody: true })).toMatchObject({
      body: Buffer.alloc(0),
      excludesBody: true,
    });
  });
  test("of a pattern is the first event that fits; of an unknown event it is none", () => {
    expect(make("jira:issue_*")?.event).toMatch(/^jira:issue_/);
    expect(make("page_created")).toBeUndefined();
  });
  test("is about the add-on if the event goes to no other", () => {
    expect(makeBody("connect_addon_enabled").key).toBe("mine");
  });
});

const BODY = {
  webhookEvent: "x",
  issue: { id: "10", key: "DEMO-7", fields: { text: "long", n: [{ id: 3 }] } },
};
const changed = (change: (body: Buffer) => Buffer, body: unknown = BODY) =>
  JSON.parse(change(Buffer.from(JSON.stringify(body))).toString("utf8"));

describe("variants of a body", () => {
  test("unknown members are in every object", () => {
    const { issue, callboardCheckUnknown, webhookEvent } = changed(withUnknownMembers);
    expect([
      callboardCheckUnknown,
      issue.callboardCheckUnknown,
      issue.fields.n[0].callboardCheckUnknown,
    ]).toEqual(Array(3).fill({ since: 2031, list: [null, "ß"] }));
    expect([webhookEvent, issue.key]).toEqual(["x", "DEMO-7"]);
  });
  test("a long text makes the body as large as it must be, and changes nothing else", () => {
    const large = withLongText(Buffer.from(JSON.stringify(BODY)), 1024 * 1024);
    expect(large.length).toBeGreaterThanOrEqual(1024 * 1024);
    expect(large.length).toBeLessThan(1024 * 1024 + 1_000);
    expect(JSON.parse(large.toString("utf8")).webhookEvent).toBe("x");
  });
  test("every event type of the catalogue can be made large", () => {
    for (const product of catalogue.addonProducts) {
      for (const { event } of product.eventTypes) {
        const made = makeWebhook(webhook(event), product, { catalogue, addonKey: "mine", now: 1_000 });
        expect(withLongText(made!.body, 20_000).length, event).toBeGreaterThanOrEqual(20_000);
      }
    }
  });
  test("other identities replace IDs and keys alone", () => {
    expect(changed(withOtherIdentities)).toEqual({
      webhookEvent: "x",
      issue: { id: "70010", key: "DEMO-70007", fields: { text: "long", n: [{ id: 7_000_003 }] } },
    });
  });
  test.each([withUnknownMembers, withOtherIdentities])("an empty body stays empty", (change) => {
    expect(change(Buffer.alloc(0))).toHaveLength(0);
  });
});
