import { describe, expect, expectTypeOf, test } from "vitest";
import { createAddon } from "../../../src/addon/index.ts";
import type { Addon, CatalogueEvents, EventBody, EventName, WebhookEvent } from "../../../src/addon/index.ts";

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

const options = {
  descriptor: {
    key: "harbor-addon",
    baseUrl: "{{baseUrl}}",
    authentication: { type: "jwt" },
    lifecycle: { installed: "/installed" },
    modules: {
      webhooks: [
        { event: "crane.stopped", url: "/stopped" },
        { event: "jira:issue_created", url: "/created" },
      ],
    },
  },
  baseUrl: "https://addon.example.com",
};

interface HarborEvents {
  readonly "crane.stopped": { readonly crane: { readonly id: number }; readonly reason?: string };
  readonly "crane.halted": { readonly crane: number };
}

describe("createAddon with the event types of an own product", () => {
  const addon = createAddon<HarborEvents>(options);

  test("on() accepts these and no others", () => {
    expectTypeOf<Parameters<typeof addon.on>[0]>().toEqualTypeOf<"crane.stopped" | "crane.halted">();
    // @ts-expect-error -- the name has a typing mistake
    expect(() => addon.on("crane.stoped", () => undefined)).toThrow(
      "has no webhook for the event crane.stoped",
    );
  });

  test("a handler gets the event's name and body", () => {
    addon.on("crane.stopped", (event) => {
      expectTypeOf(event.name).toEqualTypeOf<"crane.stopped">();
      expectTypeOf(event.body).toEqualTypeOf<HarborEvents["crane.stopped"] | undefined>();
      // @ts-expect-error -- bodies of this event type have no such member
      expectTypeOf(event.body?.crane.weight).toBeNumber();
    });
    addon.onAny((event) => void expectTypeOf(event).toEqualTypeOf<WebhookEvent>());
  });

  test("event types of Jira and Confluence come along when they are named", () => {
    const both = createAddon<HarborEvents & CatalogueEvents>(options);
    both.on(
      "crane.stopped",
      ({ body }) => void expectTypeOf(body?.crane.id).toEqualTypeOf<number | undefined>(),
    );
    both.on(
      "jira:issue_created",
      ({ body }) => void expectTypeOf(body?.issue.key).toEqualTypeOf<string | undefined>(),
    );
  });
});

test("without them, on() takes those of Jira and Confluence, and a handler gets the body as before", () => {
  createAddon(options).on("jira:issue_created", (event) => {
    expectTypeOf(event.name).toEqualTypeOf<"jira:issue_created">();
    expectTypeOf(event.body).toEqualTypeOf<EventBody<"jira:issue_created"> | undefined>();
  });
});
