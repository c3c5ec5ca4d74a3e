import { expect, test } from "vitest";
import { fieldsOfWebhook, otherEvents } from "../../../../../src/host/web/pages/webhook-form.ts";
import type { Webhook } from "../../../../../src/host/model/webhook.ts";
import { getProduct } from "../../../../support/products.ts";

const toFields = (events: readonly string[] | undefined) =>
  fieldsOfWebhook(
    {
      name: "w",
      url: "https://hooks.example/w",
      format: "jira",
      project: undefined,
      events,
      filter: undefined,
      excludeBody: false,
      description: "",
      secret: undefined,
      active: true,
    } as unknown as Webhook,
    getProduct("jira"),
  );

test("the form has the event types that are not of the catalogue, so that saving it keeps them", () => {
  const fields = toFields(["jira:issue_created", "jira:issue_*", "an:event_of_tomorrow"]);

  expect(otherEvents(getProduct("jira"), fields)).toEqual(["jira:issue_*", "an:event_of_tomorrow"]);
  expect(otherEvents(getProduct("jira"), toFields(undefined))).toEqual([]);
});

test.each([
  [["an:event_of_tomorrow", "comment_*"], "comment_created"],
  [["jira:issue_deleted", "*"], "jira:issue_deleted"],
])("the test event of a webhook for %j is %s", (events, testEvent) => {
  expect(toFields(events).testEvent).toBe(testEvent);
});

test("without one of the catalogue, the first of the catalogue is the test event", () => {
  expect(toFields(["an:event_of_tomorrow"]).testEvent).toBe(toFields(undefined).testEvent);
});
