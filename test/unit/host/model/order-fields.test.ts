import { describe, expect, test } from "vitest";
import type { Product } from "../../../../src/catalogue/index.ts";
import { eventTypesWithoutKey, findKeyWarning } from "../../../../src/host/model/order-fields.ts";
import { getProduct } from "../../../support/products.ts";

describe("event types without a key", () => {
  const jira = getProduct("jira");
  test.each([
    ["/issue/id", ["jira:issue_created"], []],
    ["/issue/id", ["jira:issue_created", "jira:version_released"], ["jira:version_released"]],
    ["/issue", ["jira:issue_created"], ["jira:issue_created"]],
    ["/issue/nothing", ["jira:issue_created"], ["jira:issue_created"]],
    ["/issue/id", ["invented"], []],
  ])("%s of %j: %j", (pointer, events, without) => {
    expect(eventTypesWithoutKey(pointer, events, jira)).toEqual(without);
  });
  test("of all event types, some have it", () => {
    expect(eventTypesWithoutKey("/issue/id", undefined, jira)).toEqual([]);
    expect(eventTypesWithoutKey("/isue/id", undefined, jira)).toHaveLength(jira.eventTypes.length);
  });
});

describe("the warning about an order's pointer", () => {
  const jira = getProduct("jira");
  test("names up to three event types, and counts more", () => {
    const detail = (events: readonly string[] | undefined) =>
      findKeyWarning("/isue/id", events, jira)?.detail;
    expect(detail(["jira:issue_created"])).toContain("at /isue/id in bodies of jira:issue_created:");
    expect(detail(undefined)).toContain(`in bodies of ${jira.eventTypes.length} of the event types:`);
  });
  test.each([
    [undefined, ["jira:issue_created"]],
    ["/issue/id", ["jira:issue_created"]],
    ["/isue/id", ["invented"]],
  ])("is not given for %s of %j", (orderBy, events) => {
    expect(findKeyWarning(orderBy, events, jira)).toBeUndefined();
  });
});

describe("the value at a pointer", () => {
  const isKey = (pointer: string, path: string, type: string) =>
    eventTypesWithoutKey(pointer, undefined, {
      eventTypes: [{ event: "a", fields: [{ path, type }] }],
    } as unknown as Product).length === 0;

  test.each([
    ["string", true],
    ["integer", true],
    ["number", true],
    ["boolean", true],
    ["object", false],
    ["array", false],
    ["any", false],
  ])("of the type %s is a key: %s", (type, expected) => {
    expect(isKey("/id", "id", type)).toBe(expected);
  });

  test.each([
    ["/items/0/id", "items[].id"],
    ["/items/12/id", "items[].id"],
    ["/a/2b", "a.2b"],
    ["/a/b2", "a.b2"],
  ])("%s is that of %s", (pointer, path) => {
    expect(isKey(pointer, path, "string")).toBe(true);
  });
});

test("the warning has its code, the pointer of the setting and the names of three event types", () => {
  const events = ["jira:issue_created", "jira:issue_updated", "jira:issue_deleted"];
  const warning = findKeyWarning("/isue/id", events, getProduct("jira"));
  expect(warning).toMatchObject({ code: "ORDER_BY_UNKNOWN", pointer: "/orderBy" });
  expect(warning?.detail).toContain(
    "in bodies of jira:issue_created, jira:issue_updated, jira:issue_deleted:",
  );
});
