import { describe, expect, test } from "vitest";
import type { AddonDescriptor } from "../../../src/addon/descriptor.ts";
import { createRoutes, readEventType } from "../../../src/addon/routes.ts";
import type { Route } from "../../../src/addon/routes.ts";

const DESCRIPTOR: AddonDescriptor = {
  key: "my-addon",
  baseUrl: "https://addon.example/app",
  authentication: { type: "jwt" },
  lifecycle: { installed: "/installed", enabled: "https://addon.example/app/enabled" },
  modules: {
    webhooks: [
      { event: "jira:issue_created", url: "/created" },
      { event: "jira:issue_updated", url: "shared" },
      { event: "jira:issue_deleted", url: "/shared" },
      { event: "comment_created", url: "/issue/{issue.key}/comment" },
      { event: "comment_updated", url: "/comment?kind=updated&id={comment.id}" },
      { event: "comment_deleted", url: "/comment?kind=deleted" },
      { event: "project_created", url: "/project", params: { how: "made", id: "{project.id}" } },
      { event: "project_deleted", url: "/project", params: { how: "gone" } },
      { event: "a.b", url: "/a.b(c)" },
    ],
  },
};
const find = createRoutes(DESCRIPTOR, "/app", "/dynamic");
const told = (route: Route | undefined) =>
  route === undefined ? undefined : route.kind === "lifecycle" ? route.event : route.events.join(" ");

test.each([
  ["/app/installed", "installed"],
  ["/app/installed?user_is=0", "installed"],
  ["/app/enabled", "enabled"],
  ["/installed", "installed"],
  ["/app/created", "jira:issue_created"],
  ["/app/created/", "jira:issue_created"],
  ["/app/created/x", undefined],
  ["/app/recreated", undefined],
  ["/app/shared", "jira:issue_updated jira:issue_deleted"],
  ["/app/issue/A-1/comment", "comment_created"],
  ["/app/issue//comment", "comment_created"],
  ["/app/issue/A/1/comment", undefined],
  ["/app/comment?kind=updated&id=5", "comment_updated"],
  ["/app/comment?kind=deleted", "comment_deleted"],
  ["/app/comment?kind=else", undefined],
  ["/app/comment?kind=else&kind=deleted", "comment_deleted"],
  ["/app/project?how=made&id=7", "project_created"],
  ["/app/project?how=gone", "project_deleted"],
  ["/app/project", "project_created project_deleted"],
  ["/app/project?how=else", undefined],
  ["/app/a.b(c)", "a.b"],
  ["/app/axb(c)", undefined],
  ["/app/dynamic", ""],
  ["/app/else", undefined],
  ["", undefined],
])("%s is %s", (target, route) => {
  expect(told(find(target))).toBe(route);
});

test("a route has the names of its params", () => {
  expect(find("/app/project?how=made&id=1")).toEqual({
    kind: "webhook",
    events: ["project_created"],
    params: ["how", "id"],
  });
  expect(find("/app/project")).toMatchObject({ params: ["how", "id"] });
});

test("a lifecycle callback precedes a webhook with the same url", () => {
  const routes = createRoutes(
    { ...DESCRIPTOR, modules: { webhooks: { event: "a", url: "/installed" } } },
    "",
    undefined,
  );

  expect(told(routes("/installed"))).toBe("installed");
});

test("without a dynamicUrl there is no dynamic webhook", () => {
  expect(createRoutes(DESCRIPTOR, "/app", undefined)("/app/dynamic")).toBeUndefined();
});

describe("event type of a request", () => {
  const webhook = (...events: readonly string[]): Route => ({ kind: "webhook", events });

  test.each([
    ["a lifecycle callback's own", { kind: "lifecycle", event: "enabled" }, { webhookEvent: "a" }, "enabled"],
    ["its url's, whatever the body says", webhook("a"), { webhookEvent: "b" }, "a"],
    ["the one of several that the body names", webhook("a", "b"), { webhookEvent: "b" }, "b"],
    ["none when the body names another one", webhook("a", "b"), { webhookEvent: "c" }, undefined],
    ["any that the body names at the url of dynamic webhooks", webhook(), { webhookEvent: "c" }, "c"],
    ["none without a name", webhook(), {}, undefined],
    ["none with a name that is no text", webhook(), { webhookEvent: 5 }, undefined],
    ["none of null", webhook(), null, undefined],
    ["none of a text", webhook(), "webhookEvent", undefined],
  ] as const)("the event type is %s", (_what, route, body, event) => {
    expect(readEventType(route, body)).toBe(event);
  });
});
