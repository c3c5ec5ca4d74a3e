import { describe, expect, test } from "vitest";
import type { EventType, Field } from "../../../src/catalogue/index.ts";
import { builtInCatalogue, createSampleText } from "../../../src/catalogue/index.ts";
import {
  PRODUCTS,
  listEvents,
  findEventName,
  findEventType,
  findNearestNames,
  getProduct,
} from "../../support/products.ts";
import { BACKLOG_TYPES, CONFLUENCE_TODAY, JIRA_TODAY, TRACKER_KINDS } from "./known-names.ts";
import { CONFLUENCE_NAMES, JIRA_NAMES } from "./seed-names.ts";

const ALL = PRODUCTS.flatMap((product) => listEvents(product));
const title = ({ product, event }: EventType) => `${product} ${event}`;

/** The value at a dotted path; a `[]` looks into the first item. */
function valueAt(body: unknown, { path }: Field): unknown {
  const names = path.replaceAll("[]", ".0").split(".");
  return names.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], body);
}

describe("the names", () => {
  test("all 15 Jira names of 2013 are there, as they were spelt", () => {
    expect(JIRA_NAMES).toHaveLength(15);
    expect(JIRA_NAMES.filter((name) => findEventType("jira", name) === undefined)).toEqual([]);
  });

  test("all 53 Confluence names of 2013 are there, as they were spelt", () => {
    expect(CONFLUENCE_NAMES).toHaveLength(53);
    expect(CONFLUENCE_NAMES.filter((name) => findEventType("confluence", name) === undefined)).toEqual([]);
  });

  test("those of today are there as well, and no others", () => {
    const names = (product: string) =>
      listEvents(product)
        .map(({ event }) => event)
        .toSorted();

    expect(names("jira")).toEqual([...JIRA_NAMES, ...JIRA_TODAY].toSorted());
    expect(names("confluence")).toEqual([...CONFLUENCE_NAMES, ...CONFLUENCE_TODAY].toSorted());
    expect(names("tracker")).toEqual(TRACKER_KINDS.toSorted());
    expect(names("projectrak")).toEqual(["updated"]);
  });

  test("every product has as many events as are known", () => {
    const counts = Object.fromEntries(PRODUCTS.map((product) => [product, listEvents(product).length]));

    expect(counts).toEqual({
      jira: 73,
      confluence: 79,
      projectrak: 1,
      backlog: 40,
      tracker: 40,
      callboard: 17,
    });
  });

  test("Backlog has the types 1–26, 34–38 and 40–48, each under its number and its name", () => {
    const known = listEvents("backlog").map(({ typeId }) => typeId);
    const span = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, index) => from + index);

    expect(known).toEqual([...span(1, 26), ...span(34, 38), ...span(40, 48)]);
    expect(Object.fromEntries(listEvents("backlog").map(({ typeId = 0, event }) => [typeId, event]))).toEqual(
      BACKLOG_TYPES,
    );
    expect(findEventType("backlog", "3")).toBe(findEventType("backlog", "issue_commented"));
    expect(findEventType("backlog", "1")?.name).toBe("Issue added");
    expect(findEventType("backlog", "3")?.name).toBe("Comment added");
    expect(findEventType("backlog", "27")).toBeUndefined();
  });

  test("a name belongs to a product: comment_created is another event in Jira than in Confluence", () => {
    expect(builtInCatalogue.listNaming("comment_created")).toEqual(["jira", "confluence"]);
    expect(findEventType("jira", "comment_created")?.sample()).not.toEqual(
      findEventType("confluence", "comment_created")?.sample(),
    );
    expect(builtInCatalogue.listNaming("story_update_activity")).toEqual(["tracker"]);
    expect(builtInCatalogue.listNaming("no_such_event")).toEqual([]);
  });

  test.each(["jira", "confluence"] as const)(
    "in %s, enabled and disabled are aliases and no events",
    (product) => {
      expect(findEventType(product, "enabled")).toBe(findEventType(product, "connect_addon_enabled"));
      expect(findEventType(product, "disabled")).toBe(findEventType(product, "connect_addon_disabled"));
      expect(listEvents(product).map(({ event }) => event)).not.toContain("enabled");
      expect(builtInCatalogue.listNaming("enabled")).toEqual(["jira", "confluence"]);
      expect(findEventType("backlog", "enabled")).toBeUndefined();
    },
  );

  test("names that only objects have are not events", () => {
    expect(findEventType("jira", "constructor")).toBeUndefined();
    expect(findEventType("jira", "__proto__")).toBeUndefined();
    expect(builtInCatalogue.find("toString")).toBeUndefined();
    expect(builtInCatalogue.find("jira")).toBe(getProduct("jira"));
  });
});

describe("every event", () => {
  /** The titles of the events of which something is not true. */
  const except = (isTrue: (event: EventType) => boolean) => ALL.filter((event) => !isTrue(event)).map(title);

  test("says in one sentence what has happened, and has a label for people", () => {
    expect(except(({ description }) => /^[A-Z][^.]*$/.test(description))).toEqual([]);
    expect(except(({ name }) => /^[A-Z][\w -]*$/.test(name))).toEqual([]);
  });

  test("has a sample with every required field", () => {
    const isWhole = (event: EventType) =>
      event.fields.every((field) => !field.required || valueAt(event.sample(), field) !== undefined);

    expect(except(isWhole)).toEqual([]);
  });

  test("lists every field that its sample has at the top", () => {
    const isListed = ({ fields, sample }: EventType) => {
      const listed = new Set(fields.map(({ path }) => path.split(/[.[]/)[0]));
      return Object.keys(sample() as object).every((key) => listed.has(key));
    };

    expect(except(isListed)).toEqual([]);
  });

  test("is named by its sample, where the product names it", () => {
    const isNamed = ({ product, event, sample }: EventType) =>
      [event, undefined].includes(findEventName(product, sample()));

    expect(except(isNamed)).toEqual([]);
  });

  test("keeps secrets out of its sample", () => {
    expect(except(({ sampleText }) => !sampleText().includes("sharedSecret"))).toEqual([]);
  });
});

describe("a sample", () => {
  test("is a fresh value each time", () => {
    const event = findEventType("jira", "jira:issue_created");

    expect(event?.sample()).not.toBe(event?.sample());
    expect(event?.sample()).toEqual(JSON.parse(event?.sampleText() ?? ""));
  });

  test("of a page event exists in the Connect and in the Cloud envelope", () => {
    const page = findEventType("confluence", "page_created");

    expect(page?.sample()).toHaveProperty("userKey");
    expect(page?.sample("cloud")).toHaveProperty("userAccountId");
  });

  test("of an event is as well known as its envelope says", () => {
    const space = findEventType("confluence", "space_created");

    expect([space?.confidenceIn(), space?.confidenceIn("connect")]).toEqual(["source", "source"]);
    expect(space?.confidenceIn("cloud")).toBe("guessed");
    expect(findEventType("confluence", "page_created")?.confidenceIn("cloud")).toBe("capture");
    expect(findEventType("confluence", "login")?.confidenceIn("cloud")).toBe("source");
  });

  test("of a Backlog number that nobody knows yet is an activity without content", () => {
    expect(JSON.parse(createSampleText(getProduct("backlog"), "99"))).toMatchObject({
      type: 99,
      content: {},
    });
    expect(createSampleText(getProduct("backlog"), "1")).toBe(
      findEventType("backlog", "issue_created")?.sampleText(),
    );
    expect(createSampleText(getProduct("backlog"), "nonsense")).toBe("{}");
    expect(createSampleText(getProduct("jira"), "99")).toBe("{}");
  });
});

test("events about the own add-on are those of its life and of its post functions", () => {
  const names = ALL.filter(({ ownAddonOnly }) => ownAddonOnly).map(title);

  expect(names.toSorted()).toEqual(
    [
      ...["jira", "confluence"].flatMap((product) =>
        ["connect_addon_disabled", "connect_addon_enabled"]
          .concat(["remote_plugin_disabled", "remote_plugin_enabled", "remote_plugin_installed"])
          .map((name) => `${product} ${name}`),
      ),
      "jira remote_workflow_post_function",
    ].toSorted(),
  );
});

describe("the event name in a body", () => {
  test.each([
    ["jira", { webhookEvent: "jira:issue_created" }, "jira:issue_created"],
    ["jira", { eventType: "enabled", key: "a" }, "connect_addon_enabled"],
    ["jira", { key: "a", oldVersion: "1" }, undefined],
    ["confluence", { page: {}, timestamp: 1 }, undefined],
    ["confluence", { event: "page_created", timestamp: 1 }, "page_created"],
    ["confluence", { eventType: "disabled" }, "connect_addon_disabled"],
    ["projectrak", { data: { event: "updated" } }, "updated"],
    ["projectrak", { data: null }, undefined],
    ["backlog", { type: 3 }, "issue_commented"],
    ["backlog", { type: 27 }, "27"],
    ["backlog", { type: "3" }, undefined],
    ["tracker", { kind: "story_update_activity" }, "story_update_activity"],
    ["tracker", [], undefined],
    ["tracker", null, undefined],
  ] as const)("%s %j is %s", (product, body, name) => {
    expect(findEventName(product, body)).toBe(name);
  });
});

describe("the nearest names", () => {
  test.each([
    ["jira", "issue_cretaed", "jira:issue_created"],
    ["jira", "issueCreated", "jira:issue_created"],
    ["jira", "issue-created", "jira:issue_created"],
    ["jira", "jira:comment_created", "comment_created"],
    ["jira", "issue_created", "jira:issue_created"],
    ["jira", "jira:isue_created", "jira:issue_created"],
    ["jira", "version_created", "jira:version_created"],
    ["jira", "JIRA:ISSUE_CREATED", "jira:issue_created"],
    ["confluence", "page_create", "page_created"],
    ["backlog", "issue_comented", "issue_commented"],
    ["tracker", "story_update", "story_update_activity"],
  ] as const)("of %s %s begin with %s", (product, written, meant) => {
    expect(findNearestNames(product, written)[0]).toBe(meant);
  });

  test("are none when nothing is near", () => {
    expect(findNearestNames("jira", "zzzzzz")).toEqual([]);
    expect(findNearestNames("jira", "")).toEqual([]);
  });

  test("are as many as asked for, at most", () => {
    expect(findNearestNames("jira", "created", 2)).toHaveLength(2);
  });
});
