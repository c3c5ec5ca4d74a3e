import { describe, expect, test } from "vitest";
import type { BodyInput } from "../../../src/catalogue/index.ts";
import { PRODUCTS, listEvents, findEventType, getProduct } from "../../support/products.ts";
import { CallboardError } from "../../../src/errors.ts";
import { builtInCatalogue } from "../../../src/catalogue/index.ts";

const AT = 1731403800123;

const build = (product: string, event: string, payload: string, rest: Partial<BodyInput> = {}) => {
  const { bytes, notes } = builtInCatalogue.buildBody(getProduct(product), {
    event,
    payload: Buffer.from(payload),
    receivedAt: AT,
    ...rest,
  });
  return { text: bytes.toString(), notes };
};

const refusal = (act: () => unknown): CallboardError => {
  try {
    act();
  } catch (error) {
    if (error instanceof CallboardError) return error;
    throw error;
  }
  throw new Error("it was accepted");
};

/** product, event, what the caller gave, the body to the byte */
const BODIES: readonly (readonly [string, string, string, string, Partial<BodyInput>?])[] = [
  [
    "jira",
    "jira:issue_created",
    '{"issue":{}}',
    `{"timestamp":${AT},"webhookEvent":"jira:issue_created","issue":{}}`,
  ],
  [
    "jira",
    "jira:issue_created",
    '{"webhookEvent":"jira:issue_created","timestamp":1}',
    '{"webhookEvent":"jira:issue_created","timestamp":1}',
  ],
  [
    "jira",
    "jira:issue_created",
    '{ "timestamp" : 1 }',
    '{"webhookEvent":"jira:issue_created", "timestamp" : 1 }',
  ],
  ["jira", "jira:issue_created", "", `{"timestamp":${AT},"webhookEvent":"jira:issue_created"}`],
  ["jira", "own_event", "{}", `{"timestamp":${AT},"webhookEvent":"own_event"}`],
  ["jira", "plugin_enabled", '{"key":"a"}', '{"key":"a"}'],
  ["jira", "connect_addon_enabled", '{"eventType":"enabled"}', '{"eventType":"enabled"}'],
  ["jira", "jira-webhook-post-function", '{"issue":{}}', `{"timestamp":${AT},"issue":{}}`],
  [
    "jira",
    "comment_created",
    '{"timestamp":1,"webhookEvent":"comment_created","matchedWebhookIds":[1]}',
    '{"timestamp":1,"webhookEvent":"comment_created","matchedWebhookIds":[1]}',
  ],
  ["confluence", "page_created", '{"page":{"id":1}}', `{"timestamp":${AT},"page":{"id":1}}`],
  [
    "confluence",
    "page_created",
    '{"page":{}}',
    `{"timestamp":${AT},"user":"maja","username":"maja","userKey":"maja","page":{}}`,
    { user: "maja" },
  ],
  [
    "confluence",
    "page_created",
    '{"page":{}}',
    `{"timestamp":${AT},"userAccountId":"maja","accountType":"customer","page":{}}`,
    { user: "maja", envelope: "cloud" },
  ],
  [
    "confluence",
    "page_created",
    '{"page":{},"timestamp":1,"userKey":"k"}',
    '{"page":{},"timestamp":1,"userKey":"k"}',
    { user: "maja" },
  ],
  [
    "confluence",
    "login",
    '{"remoteIP":"::1"}',
    `{"timestamp":${AT},"user":"maja","remoteIP":"::1"}`,
    { user: "maja" },
  ],
  ["confluence", "content_created", '{"id":"1"}', '{"id":"1"}', { user: "maja" }],
  ["confluence", "own_event", "{}", `{"timestamp":${AT}}`],
  [
    "projectrak",
    "updated",
    '{"project":{"id":1,"key":"A","name":"A"},"fields":[]}',
    `{"data":{"event":"updated","user":"maja","timestamp":${AT},"project":{"id":1,"key":"A","name":"A"},"fields":[]}}`,
    { user: "maja" },
  ],
  [
    "projectrak",
    "updated",
    '{ "data": {"user":"u","project":{"id":1,"key":"A","name":"A"},"fields":[]} }',
    `{ "data": {"event":"updated","timestamp":${AT},"user":"u","project":{"id":1,"key":"A","name":"A"},"fields":[]} }`,
  ],
  [
    "backlog",
    "issue_commented",
    '{"id":1,"key_id":2}',
    `{"id":${AT},"project":{"projectKey":"PIER"},"type":3,"notifications":[],"createdUser":{"name":"maja"},"created":"2024-11-12T09:30:00Z","content":{"id":1,"key_id":2}}`,
    { project: "PIER", user: "maja" },
  ],
  [
    "backlog",
    "27",
    '{"id":5,"project":{},"type":27,"content":{},"notifications":[],"createdUser":{},"created":"2024-11-12T09:30:00Z","new":1}',
    '{"id":5,"project":{},"type":27,"content":{},"notifications":[],"createdUser":{},"created":"2024-11-12T09:30:00Z","new":1}',
  ],
  [
    "backlog",
    "wiki_created",
    '{"id":1,"name":"n","content":"text"}',
    `{"id":${AT},"project":{"projectKey":"PIER"},"type":5,"notifications":[],"createdUser":{"name":"maja"},"created":"2024-11-12T09:30:00Z","content":{"id":1,"name":"n","content":"text"}}`,
    { project: "PIER", user: "maja" },
  ],
  [
    "tracker",
    "story_update_activity",
    '{"changes":[{"kind":"story","change_type":"update"}],"primary_resources":[{"name":"Crane"}],"project":{"id":99}}',
    `{"kind":"story_update_activity","guid":"99_${AT}","project_version":${AT},"message":"maja edited Crane","highlight":"edited","performed_by":{"kind":"person","name":"maja"},"occurred_at":${AT},"changes":[{"kind":"story","change_type":"update"}],"primary_resources":[{"name":"Crane"}],"project":{"id":99}}`,
    { user: "maja" },
  ],
  [
    "tracker",
    "story_create_activity",
    '{"changes":[],"primary_resources":[],"project":{"id":12345678901234567890},"project_version":9007199254740993}',
    `{"kind":"story_create_activity","guid":"12345678901234567890_9007199254740993","message":"maja changed","highlight":"changed","performed_by":{"kind":"person","name":"maja"},"occurred_at":${AT},"changes":[],"primary_resources":[],"project":{"id":12345678901234567890},"project_version":9007199254740993}`,
    { user: "maja" },
  ],
  [
    "backlog",
    "own_event",
    '{"id":5,"project":{},"type":99,"content":{},"notifications":[],"createdUser":{},"created":""}',
    '{"id":5,"project":{},"type":99,"content":{},"notifications":[],"createdUser":{},"created":""}',
  ],
];

test.each(
  BODIES.map(([product, event, payload, expected, rest]) => ({ product, event, payload, expected, rest })),
)("$product $event of $payload", ({ product, event, payload, expected, rest }) => {
  expect(build(product, event, payload, rest).text).toBe(expected);
});

test("a product's own body passes every format untouched, without a note", () => {
  for (const product of PRODUCTS) {
    for (const { event, sampleText } of listEvents(product)) {
      expect(build(product, event, sampleText())).toEqual({ text: sampleText(), notes: [] });
    }
  }
});

test("big integers, key order, escapes, white space and unknown fields survive", () => {
  const inside = '"b" : 12345678901234567890,\n"a":1.10, "\\u00e9":"\\ud83d\\ude00", "1":[ ]';

  expect(build("jira", "jira:issue_created", `{${inside}}`).text).toBe(
    `{"timestamp":${AT},"webhookEvent":"jira:issue_created",${inside}}`,
  );
});

describe("the trace is told when", () => {
  test.each([
    ["jira", "jira:issue_created", '{"webhookEvent":"jira:issue_updated"}', "webhookEvent"],
    ["confluence", "page_created", '{"userAccountId":"u"}', "cloud envelope"],
    [
      "projectrak",
      "updated",
      '{"data":{"event":"x","user":"u","timestamp":1,"project":{"id":1,"key":"A","name":"A"},"fields":[]}}',
      '"x"',
    ],
    [
      "backlog",
      "1",
      '{"id":5,"project":{},"type":2,"content":{},"notifications":[],"createdUser":{},"created":""}',
      "type 2",
    ],
  ] as const)("a body of %s %s is %s", (product, event, payload, part) => {
    const { notes, text } = build(product, event, payload);

    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(part);
    expect(text).toContain(payload.slice(1));
  });
});

test.each(["constructor", "__proto__", "toString"])(
  "an event named %s is an unknown one like any other",
  (event) => {
    expect(build("jira", event, "{}").text).toBe(`{"timestamp":${AT},"webhookEvent":"${event}"}`);
    expect(build("confluence", event, "{}").text).toBe(`{"timestamp":${AT}}`);
    expect(refusal(() => build("backlog", event, "{}")).code).toBe("EVENT_SCHEMA");
    const changed = `{"changes":[{"kind":"story","change_type":"${event}"}],"primary_resources":[],"project":{"id":1},"performed_by":{}}`;
    expect(JSON.parse(build("tracker", event, changed).text)).toMatchObject({
      kind: event,
      highlight: "changed",
    });
  },
);

test("a note is a sentence, whatever stands where the event name should be", () => {
  const { notes } = build("jira", "comment_created", JSON.stringify({ webhookEvent: "x".repeat(10_000) }));

  expect(notes).toHaveLength(1);
  expect(notes[0]!.length).toBeLessThan(250);
});

describe("a payload is refused", () => {
  test("with every place at which it is off a format that we build", () => {
    const error = refusal(() => build("projectrak", "updated", '{"project":{"id":"1"},"fields":{}}'));

    expect(error.code).toBe("EVENT_SCHEMA");
    expect(error.errors.map(({ pointer }) => pointer).toSorted()).toEqual(
      ["/data", "/data/fields", "/data/project", "/data/project", "/data/project/id"].toSorted(),
    );
  });

  test.each([
    ["backlog", "no_such_type", "{}", "EVENT_SCHEMA"],
    ["backlog", "issue_created", '{"id":1}', "EVENT_SCHEMA"],
    ["tracker", "story_update_activity", "", "EVENT_SCHEMA"],
    ["projectrak", "updated", '{"data":[]}', "EVENT_SCHEMA"],
    ["jira", "jira:issue_created", "[]", "EVENT_SCHEMA"],
    ["jira", "jira:issue_created", "{", "BODY_NOT_JSON"],
    ["jira", "jira:issue_created", '{"__proto__":1}', "BODY_FORBIDDEN_KEY"],
    ["confluence", "page_created", `${'{"a":'.repeat(257)}1${"}".repeat(257)}`, "BODY_TOO_DEEP"],
  ] as const)("%s %s %.20s… with %s", (product, event, payload, code) => {
    expect(refusal(() => build(product, event, payload)).code).toBe(code);
  });

  test.each([
    ["backlog", "issue_created", "jira", "jira:issue_created"],
    ["tracker", "story_update_activity", "backlog", "issue_created"],
    ["projectrak", "updated", "tracker", "story_update_activity"],
  ] as const)("of %s %s in the body of %s, and is told so", (product, event, other, theirs) => {
    const error = refusal(() => build(product, event, findEventType(other, theirs)?.sampleText() ?? ""));

    expect(error.code).toBe("EVENT_SCHEMA");
    expect(error.message).toContain(`It looks like a body of ${other}, of ${theirs}.`);
    expect(error.errors).not.toEqual([]);
  });

  test("without such a guess when it is of no product", () => {
    expect(refusal(() => build("backlog", "1", '{"webhookEvent":"own"}')).message).not.toContain(
      "looks like",
    );
  });

  test("never for being off the schema of a Connect event", () => {
    expect(build("jira", "jira:issue_created", '{"issue":"none"}').text).toContain('"issue":"none"');
  });
});
