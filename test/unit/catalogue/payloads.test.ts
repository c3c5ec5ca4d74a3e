import { describe, expectTypeOf, test } from "vitest";
import type { EventPayload, JiraEventName } from "../../../src/catalogue/index.ts";
import type { BacklogProject } from "../../../src/catalogue/bodies/backlog.ts";
import type { JiraIssue, JiraUser } from "../../../src/catalogue/bodies/jira.ts";

describe("the type of a body", () => {
  test("of an issue event has the issue and the event's own name", () => {
    type Body = EventPayload<"jira", "jira:issue_created">;

    expectTypeOf<Body["issue"]>().toEqualTypeOf<JiraIssue>();
    expectTypeOf<Body["webhookEvent"]>().toEqualTypeOf<"jira:issue_created">();
    expectTypeOf<Body["timestamp"]>().toBeNumber();
  });

  test("has what is inside of the things that it is about", () => {
    type Comment = EventPayload<"jira", "comment_created">["comment"];

    expectTypeOf<Comment["author"]>().toEqualTypeOf<JiraUser>();
    expectTypeOf<Comment["author"]["displayName"]>().toBeString();
    expectTypeOf<JiraIssue["fields"]["status"]["statusCategory"]["key"]>().toBeString();
    expectTypeOf<JiraIssue["fields"]["assignee"]>().toEqualTypeOf<JiraUser | null | undefined>();
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

  test("of the other products is theirs", () => {
    expectTypeOf<EventPayload<"projectrak", "updated">["data"]["project"]["key"]>().toBeString();
    expectTypeOf<EventPayload<"backlog", "issue_created">["project"]>().toEqualTypeOf<BacklogProject>();
    expectTypeOf<
      EventPayload<"tracker", "story_move_activity">["kind"]
    >().toEqualTypeOf<"story_move_activity">();
    expectTypeOf<EventPayload<"callboard", "endpoint.paused">["receiver"]["name"]>().toBeString();
  });

  test("does not exist for a name that the product does not have", () => {
    expectTypeOf<"jira:issue_updated">().toExtend<JiraEventName>();
    expectTypeOf<"page_created">().not.toExtend<JiraEventName>();
  });
});
