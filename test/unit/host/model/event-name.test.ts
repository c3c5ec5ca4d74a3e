import { describe, expect, test } from "vitest";
import {
  eventsFitting,
  isReachedByWildcard,
  whyUnknownEvent,
} from "../../../../src/host/model/event-name.ts";
import { getProduct } from "../../../support/products.ts";
import { builtInCatalogue } from "../../../../src/catalogue/index.ts";

test.each([
  ["jira", "jira:issue_created"],
  ["jira", "enabled"],
  ["confluence", "disabled"],
  ["backlog", "1"],
  ["backlog", "99999"],
  ["jira", "*"],
  ["jira", "jira:issue_*"],
  ["jira", "*_created"],
  ["projectrak", "*"],
] as const)("nothing is wrong with %s %s", (product, event) => {
  expect(whyUnknownEvent(builtInCatalogue, getProduct(product), event)).toBeUndefined();
});

test.each([
  ["jira", "issue_created", 'jira has no event type "issue_created"; did you mean jira:issue_created?'],
  ["jira", "issueCreated", 'jira has no event type "issueCreated"; did you mean jira:issue_created?'],
  [
    "jira",
    "jira:comment_created",
    'jira has no event type "jira:comment_created"; did you mean comment_created?',
  ],
  ["jira", "page_created", '"page_created" is an event type of confluence, not of jira'],
  ["jira", "story_update_activity", '"story_update_activity" is an event type of tracker, not of jira'],
  ["backlog", "enabled", '"enabled" is an event type of jira and confluence, not of backlog'],
  ["jira", "confluence:*", '"confluence:*" matches no event type of jira'],
  ["jira", "connect_addon_*", '"connect_addon_*" matches no event type of jira'],
  ["jira", "zzzzzz", 'jira has no event type "zzzzzz"'],
  ["jira", "", 'jira has no event type ""'],
] as const)("of %s %s is said why", (product, event, why) => {
  expect(whyUnknownEvent(builtInCatalogue, getProduct(product), event)).toBe(why);
});

test("a letter that is wrong finds the name", () => {
  expect(whyUnknownEvent(builtInCatalogue, getProduct("jira"), "issue_cretaed")).toMatch(
    /; did you mean jira:issue_created or /,
  );
});

describe("a wildcard", () => {
  test("stands for what fits it", () => {
    expect(eventsFitting(getProduct("jira"), "jira:issue_*")).toEqual([
      "jira:issue_created",
      "jira:issue_updated",
      "jira:issue_deleted",
    ]);
  });

  test("stands for nothing that a host tells of itself and its add-ons", () => {
    const hosts = ["connect_addon_enabled", "remote_plugin_installed", "plugin_enabled", "server_upgraded"];

    for (const event of hosts) {
      expect(isReachedByWildcard(getProduct("jira"), event)).toBe(false);
      expect(eventsFitting(getProduct("jira"), "*")).not.toContain(event);
    }
    expect(isReachedByWildcard(getProduct("jira"), "an:event_of_tomorrow")).toBe(true);
  });
});
