import { describe, expectTypeOf, test } from "vitest";
import type {
  BacklogActivity,
  EventPayload,
  JiraEventName,
  JiraIssue,
  ProjectrakUpdate,
} from "../../../src/catalogue/index.ts";

describe("the type of a body", () => {
  test("of an issue event has the issue and the event's own name", () => {
    type Body = EventPayload<"jira", "jira:issue_created">;

    expectTypeOf<Body["issue"]>().toEqualTypeOf<JiraIssue>();
    expectTypeOf<Body["webhookEvent"]>().toEqualTypeOf<"jira:issue_created">();
    expectTypeOf<Body["timestamp"]>().toBeNumber();
  });

  test("depends on the product as well as on the name", () => {
    expectTypeOf<EventPayload<"jira", "comment_created">["comment"]["id"]>().toBeString();
    expectTypeOf<EventPayload<"confluence", "comment_created">["comment"]["id"]>().toEqualTypeOf<
      number | string
    >();
  });

  test("of an add-on's own event says what was done", () => {
    expectTypeOf<EventPayload<"jira", "connect_addon_enabled">["eventType"]>().toEqualTypeOf<"enabled">();
    expectTypeOf<EventPayload<"confluence", "server_upgraded">["newVersion"]>().toBeString();
  });

  test("of a format with one shape is that shape", () => {
    expectTypeOf<EventPayload<"projectrak", "updated">>().toEqualTypeOf<ProjectrakUpdate>();
    expectTypeOf<EventPayload<"backlog", "issue_created">>().toEqualTypeOf<BacklogActivity>();
    expectTypeOf<
      EventPayload<"tracker", "story_move_activity">["kind"]
    >().toEqualTypeOf<"story_move_activity">();
  });

  test("does not exist for a name that the product does not have", () => {
    expectTypeOf<"jira:issue_updated">().toExtend<JiraEventName>();
    expectTypeOf<"page_created">().not.toExtend<JiraEventName>();
  });
});
