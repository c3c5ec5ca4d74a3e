import { describe, expect, test } from "vitest";
import { toMessage } from "../../../../../src/host/model/formats/to-message.ts";
import { formatSubject } from "../../../../support/format-subject.ts";

const listFacts = (body: unknown) =>
  toMessage(formatSubject({ body })).facts.map(({ name, value }) => `${name}: ${value}`);

describe("a message", () => {
  test("has the name of the event type and the site as its title", () => {
    expect(toMessage(formatSubject()).title).toBe("Issue created on Demo");
    expect(toMessage(formatSubject({ event: "order.\nplaced" })).title).toBe("order. placed on Demo");
  });

  test("of an operational event is its line, with its link", () => {
    const body = { event: "endpoint.paused", state: "paused", link: "https://callboard.example/admin" };
    expect(toMessage(formatSubject({ event: "endpoint.paused", body }))).toEqual({
      title: "Callboard: paused (event endpoint.paused)",
      facts: [],
      link: "https://callboard.example/admin",
    });
  });

  test.each([
    [
      "plain values of the body",
      { total: 12.5, paid: true, note: "", none: null },
      ["total: 12.5", "paid: true"],
    ],
    [
      "not the member that names the event type",
      { webhookEvent: "jira:issue_created", total: 1 },
      ["total: 1"],
    ],
    [
      "members that people know objects by, upper levels first",
      {
        issue: {
          id: 7,
          key: "DEMO-7",
          fields: { summary: "Login", priority: { name: "High", iconUrl: "x" } },
        },
        user: { displayName: "Maja" },
      },
      [
        "issue key: DEMO-7",
        "user displayName: Maja",
        "issue fields summary: Login",
        "issue fields priority name: High",
      ],
    ],
    ["nothing of lists", { items: [{ name: "one" }] }, []],
    [
      "at most 12 facts",
      Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`m${at}`, at])),
      Array.from({ length: 12 }, (_, at) => `m${at}: ${at}`),
    ],
    ["values on one line", { text: "two\nlines" }, ["text: two lines"]],
    ["nothing of a body that is no object", [1, 2], []],
  ])("has %s", (_what, body, facts) => {
    expect(listFacts(body)).toEqual(facts);
  });

  test("of an empty body has its title alone", () => {
    expect(toMessage(formatSubject({ body: undefined })).facts).toEqual([
      { name: "issue key", value: "DEMO-7" },
    ]);
    expect(toMessage({ ...formatSubject(), body: Buffer.alloc(0) }).facts).toEqual([]);
  });
});

describe("the facts of objects", () => {
  test.each([
    "key",
    "name",
    "displayName",
    "title",
    "summary",
    "subject",
    "status",
    "state",
    "message",
    "text",
    "description",
  ])("their %s is told", (name) => {
    expect(listFacts({ thing: { [name]: "told", other: "not" } })).toEqual([`thing ${name}: told`]);
  });

  test("they are told down to the fifth level below the body", () => {
    const nested = (depth: number): object => (depth === 0 ? { name: "deep" } : { a: nested(depth - 1) });
    expect(listFacts(nested(5))).toEqual(["a a a a a name: deep"]);
    expect(listFacts(nested(6))).toEqual([]);
  });

  test("no more than 500 objects are looked at, the body included", () => {
    const objects = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, at) => [`o${at}`, at === count - 1 ? { name: "last" } : {}]),
      );
    expect(listFacts(objects(499))).toEqual(["o498 name: last"]);
    expect(listFacts(objects(500))).toEqual([]);
  });

  test("twelve facts of several objects are told, and no thirteenth", () => {
    const body = Object.fromEntries(Array.from({ length: 15 }, (_, at) => [`o${at}`, { name: at }]));
    expect(listFacts(body)).toHaveLength(12);
    expect(listFacts({ ...body, first: 1 }).at(-1)).toBe("o10 name: 10");
  });

  test("a product whose bodies don't name their event type has no member that is left out", () => {
    const { product, ...subject } = formatSubject({ body: { webhookEvent: "x" } });
    expect(toMessage({ ...subject, product: { ...product, eventPath: undefined } }).facts).toEqual([
      { name: "webhookEvent", value: "x" },
    ]);
  });
});
