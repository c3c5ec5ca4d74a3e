import { describe, expect, test } from "vitest";
import { eventTypesWithoutKey } from "../../../../src/host/model/order-fields.ts";
import { productOf } from "../../../support/products.ts";

describe("event types without a key", () => {
  const jira = productOf("jira");
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
