import { expectTypeOf, test } from "vitest";
import type { Addon, EventBody, EventName, WebhookEvent } from "../../../src/addon/index.ts";

test("on() accepts event types of the catalogue only", () => {
  expectTypeOf<"jira:issue_created">().toExtend<EventName>();
  expectTypeOf<"page_created">().toExtend<EventName>();
  expectTypeOf<"jira:issue_craeted">().not.toExtend<EventName>();
  expectTypeOf<Parameters<Addon["on"]>[0]>().toEqualTypeOf<EventName>();
});

test("a body has the type of its event type", () => {
  expectTypeOf<EventBody<"jira:issue_created">["issue"]["key"]>().toEqualTypeOf<string>();
  expectTypeOf<EventBody<"page_created">["page"]["title"]>().toEqualTypeOf<string>();
  expectTypeOf<WebhookEvent["body"]>().toEqualTypeOf<unknown>();
});
