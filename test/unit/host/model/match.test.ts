import { describe, expect, test } from "vitest";
import { listEvents, findEventType, getProduct } from "../../../support/products.ts";
import type { MatchEvent, MatchSubscription } from "../../../../src/host/model/match.ts";
import { compileMatcher } from "../../../../src/host/model/match.ts";

const createEvent = (product: string, event: string, rest: Partial<MatchEvent> = {}): MatchEvent => ({
  product: getProduct(product),
  event,
  payload: () => findEventType(product, event)?.sample(),
  ...rest,
});

/** The reason not to match; undefined for a match. */
const reason = (subscription: MatchSubscription, event: MatchEvent): string | undefined => {
  const verdict = compileMatcher(subscription)(event);
  return verdict.matched ? undefined : verdict.because;
};

test("a subscription that asks for nothing more than the name matches without a look at the payload", () => {
  const event = createEvent("jira", "jira:issue_created", {
    payload: () => {
      throw new Error("nobody asked");
    },
  });

  expect(compileMatcher({ ownAddonKey: "a" })(event)).toEqual({ matched: true });
});

describe("an event about an add-on", () => {
  const enabled = createEvent("jira", "connect_addon_enabled", { aboutAddonKey: "inspector" });

  test("matches the subscription of that add-on", () => {
    expect(reason({ ownAddonKey: "inspector" }, enabled)).toBeUndefined();
  });

  test.each([{ ownAddonKey: "other" }, {}])("does not match %j", (subscription) => {
    expect(reason(subscription, enabled)).toBe(
      "connect_addon_enabled goes only to the add-on that it is about",
    );
  });

  test("is about the key in its body when nothing else was said", () => {
    const relayed = createEvent("confluence", "remote_plugin_disabled");

    expect(reason({ ownAddonKey: "com.example.tide-inspector" }, relayed)).toBeUndefined();
    expect(reason({ ownAddonKey: "other" }, relayed)).toBeDefined();
  });

  test("goes to everybody when it is not one of those", () => {
    expect(reason({ ownAddonKey: "other" }, createEvent("jira", "plugin_enabled"))).toBeUndefined();
  });
});

describe("the project of an outgoing webhook", () => {
  test.each([
    ["jira", "jira:issue_created", "PIER"],
    ["jira", "jira:issue_created", "10040"],
    ["jira", "issue_property_set", "pier"],
    ["jira", "project_updated", "10040"],
    ["projectrak", "updated", "PIER"],
    ["backlog", "issue_created", "PIER"],
    ["backlog", "issue_created", "61440"],
    ["tracker", "story_update_activity", "2467001"],
  ] as const)("of %s %s is found in the payload as %s", (product, event, project) => {
    expect(reason({ project }, createEvent(product, event))).toBeUndefined();
    expect(reason({ project: "OTHER" }, createEvent(product, event))).toMatch(
      /^the event belongs to the project /,
    );
  });

  test("is what the caller named, even when the payload says nothing", () => {
    const event = createEvent("confluence", "page_created", { project: "HARB" });

    expect(reason({ project: "HARB" }, event)).toBeUndefined();
    expect(reason({ project: "X" }, event)).toBe("the event belongs to the project HARB, the webhook to X");
    expect(reason({ project: "X" }, createEvent("confluence", "page_created"))).toBe(
      "the event belongs to no project, the webhook to X",
    );
  });
});

describe("property keys", () => {
  test("let the property events of those keys through, and no others", () => {
    const event = createEvent("jira", "issue_property_set");

    expect(reason({ propertyKeys: ["x", "crane.inspection"] }, event)).toBeUndefined();
    expect(reason({ propertyKeys: ["x", "y"] }, event)).toBe(
      "the property crane.inspection is not one of x, y",
    );
    expect(reason({ propertyKeys: [] }, event)).toBeUndefined();
  });

  test("of any number and length make one sentence that can be read", () => {
    const event = createEvent("jira", "issue_property_set");
    const because = reason({ propertyKeys: Array.from({ length: 5_000 }, () => "k".repeat(100)) }, event);

    expect(because).toMatch(/^the property crane.inspection is not one of k+… \(cut\), /);
    expect(because!.length).toBeLessThan(450);
    expect(reason({ propertyKeys: Array.from({ length: 12 }, (_, n) => `k${n}`) }, event)).toMatch(
      /k9 and 2 more$/,
    );
  });

  test("say nothing about other events", () => {
    expect(reason({ propertyKeys: ["x"] }, createEvent("jira", "jira:issue_created"))).toBeUndefined();
  });
});

describe("a filter", () => {
  const filter = "project = OTHER";

  test("keeps out the issues of which it is not true", () => {
    expect(reason({ filter }, createEvent("jira", "jira:issue_updated"))).toBe(
      "the filter's project = OTHER is not true of PIER-17",
    );
    expect(reason({ filter: "project = PIER" }, createEvent("jira", "comment_created"))).toBeUndefined();
  });

  test("says nothing about events that are never about an issue", () => {
    const without = listEvents("jira").filter(({ sample }) => !Object.hasOwn(sample() as object, "issue"));
    const addon = { ownAddonKey: "com.example.tide-inspector" };
    const verdicts = without.map(
      ({ event, group }) =>
        [group, compileMatcher({ filter, ...addon })(createEvent("jira", event))] as const,
    );

    expect(verdicts.filter(([, { matched }]) => !matched)).toEqual([]);
    expect(verdicts.filter(([, verdict]) => "undecided" in verdict).map(([group]) => group)).toEqual([
      "worklog",
      "worklog",
      "worklog",
      "attachment",
      "attachment",
      "issuelink",
      "issuelink",
    ]);
  });

  test.each([
    ["jira", "worklog_created", "project = OTHER", "project = OTHER"],
    ["jira", "jira:issue_updated", "project = PIER AND status CHANGED", "status CHANGED"],
    ["jira", "issue_property_set", "labels = urgent", "labels = urgent"],
    ["jira", "an:event_of_tomorrow", "key = A-1", "key = A-1"],
    ["confluence", "page_created", "key = A-1", "key = A-1"],
  ] as const)("lets %s %s through when %s can't be judged, and says so", (product, event, text, clause) => {
    expect(compileMatcher({ filter: text })(createEvent(product, event))).toEqual({
      matched: true,
      undecided: `delivered: the filter's clause \`${clause}\` can't be judged from the event`,
    });
  });

  test("keeps an event out that is surely none of it, whatever else can't be judged", () => {
    expect(
      reason({ filter: "status CHANGED AND project = X" }, createEvent("jira", "jira:issue_updated")),
    ).toBe("the filter's project = X is not true of PIER-17");
    expect(reason({ filter: "issue = 1" }, createEvent("jira", "worklog_created"))).toBe(
      "the filter's issue = 1 is not true of the issue",
    );
  });

  test("of any length makes one sentence that can be read", () => {
    const verdict = compileMatcher({ filter: `summary ~ "${"a ".repeat(400)}~"` })(
      createEvent("jira", "jira:issue_updated"),
    );

    expect(verdict).toMatchObject({ undecided: expect.stringMatching(/^.{100,300}$/) as string });
  });

  test("that does not parse matches nothing and stops nobody else", () => {
    expect(reason({ filter: "project =" }, createEvent("jira", "jira:issue_created"))).toContain(
      "does not parse",
    );
  });

  test("of nothing but spaces is none", () => {
    expect(reason({ filter: "  " }, createEvent("jira", "jira:issue_created"))).toBeUndefined();
  });
});

describe("the fields of interest", () => {
  test("let an update of an issue through when one of them was changed", () => {
    const event = createEvent("jira", "jira:issue_updated");

    expect(reason({ fieldIds: ["x", "status"] }, event)).toBeUndefined();
    expect(reason({ fieldIds: ["x", "y"] }, event)).toBe("none of the fields x, y was changed");
  });

  test("say nothing about other events", () => {
    expect(reason({ fieldIds: ["x"] }, createEvent("jira", "jira:issue_created"))).toBeUndefined();
  });
});

describe("a body filter", () => {
  const event = (body: unknown) => createEvent("jira", "crane:moved", { payload: () => body });

  test("lets events through whose body meets it", () => {
    expect(compileMatcher({ bodyFilter: { "crane.id": 7 } })(event({ crane: { id: 7 } }))).toEqual({
      matched: true,
    });
  });

  test("says what it wanted", () => {
    expect(reason({ bodyFilter: { "crane.id": 7 } }, event({ crane: { id: 4 } }))).toBe(
      "body filter false: /crane/id = 4, wanted 7",
    );
  });

  test("is judged after the project and what else is asked for", () => {
    const subscription = { bodyFilter: { a: 1 }, project: "PIER" };
    expect(reason(subscription, event({ a: 1 }))).toBe(
      "the event belongs to no project, the webhook to PIER",
    );
    expect(reason(subscription, { ...event({ a: 1 }), project: "PIER" })).toBeUndefined();
  });

  test("that can't be judged delivers the event, with a note", () => {
    const list = Array.from({ length: 3_000 }, () => 0);
    expect(compileMatcher({ bodyFilter: { a: 1 } })(event({ a: list }))).toEqual({
      matched: true,
      undecided: "delivered: the body has more than 2,000 list elements at the paths of the body filter",
    });
  });

  test("that was never checked matches nothing, and stops nothing else", () => {
    const because = 'body filter false: Unknown operator "$gtt"; did you mean $gt?';
    expect(reason({ bodyFilter: { a: { $gtt: 1 } } }, event({ a: 2 }))).toBe(because);
  });

  test("gives a reason of limited length", () => {
    const value = "x".repeat(400);
    const steps = Array.from({ length: 12 }, () => "y".repeat(30)).join(".");
    expect(reason({ bodyFilter: { [steps]: value } }, event({}))?.length).toBeLessThanOrEqual(400);
  });
});
