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
