import { describe, expect, test } from "vitest";
import { SHARED_FORMATS } from "../../../../../src/catalogue/formats.ts";
import { renderTemplate } from "../../../../../src/host/model/formats/render-template.ts";
import { readTemplate } from "../../../../../src/host/model/formats/template.ts";
import { formatSubject } from "../../../../support/format-subject.ts";

const FORMAT = SHARED_FORMATS.find(({ key }) => key === "template")!;

/** The text of the result, or why there is none. */
function render(template: string, body: unknown): string {
  const reading = readTemplate(template);
  if (reading.kind === "refused") return `${reading.problem.code}: ${reading.problem.detail}`;
  const result = renderTemplate(reading.parts, formatSubject({ body }), FORMAT);
  return result.kind === "body" ? result.body.toString() : `${result.because}: ${result.detail}`;
}

describe("a template", () => {
  test.each([
    [
      "a value within a string",
      '{"t": "{{issue.key}} changed"}',
      { issue: { key: "DEMO-7" } },
      '{"t": "DEMO-7 changed"}',
    ],
    ["quotes and lines of a value", '{"t": "{{a}}"}', { a: 'say "hi"\n' }, String.raw`{"t": "say \"hi\"\n"}`],
    [
      "a number, true and a list within a string",
      '"{{n}} {{b}} {{l}}"',
      { n: 1.5, b: true, l: ["x"] },
      String.raw`"1.5 true [\"x\"]"`,
    ],
    ["nothing within a string", '"<{{a}}{{b.c}}>"', { a: null }, '"<>"'],
    [
      "JSON values outside of strings",
      '{"s": {{s}}, "n": {{n}}, "o": {{o}}}',
      { s: 'a"', n: 1, o: { x: [null] } },
      String.raw`{"s": "a\"", "n": 1, "o": {"x":[null]}}`,
    ],
    ["null for nothing outside of strings", "[{{a}}, {{b.c}}]", {}, "[null, null]"],
    [
      "an integer that a number would round as text",
      "[{{id}}]",
      JSON.parse('{"id":9007199254740993}') as unknown,
      '["9007199254740992"]',
    ],
    [
      "a section for each entry, without the last comma",
      '[{{#items}}{"n": "{{name}}"},{{/items}}]',
      { items: [{ name: "a" }, { name: "b" }] },
      '[{"n": "a"},{"n": "b"}]',
    ],
    ["the entry itself", "[{{#l}}{{.}},{{/l}}]", { l: [1, "x"] }, '[1,"x"]'],
    ["names from outside of a section", "[{{#l}}{{n}},{{/l}}]", { l: [{ n: 1 }, {}], n: 9 }, "[1,9]"],
    ["a comma in a string as it is", '["a,]{{x}}"]', { x: ",}" }, '["a,],}"]'],
    ["a section for nothing", '{{^l}}"none"{{/l}}{{#l}}"some"{{/l}}', { l: [] }, '"none"'],
    ["a section in a string", '"{{#a}}yes {{b}}{{/a}}"', { a: { b: 1 } }, '"yes 1"'],
    [
      "facts beside the body",
      '["{{callboard.event}}", "{{callboard.eventId}}", "{{callboard.time}}", "{{callboard.site.key}}"]',
      { callboard: { event: "forged" } },
      '["jira:issue_created", "evt_1_0198c0ffee0070008000000000000000", "2026-01-31T12:00:00.000Z", "demo"]',
    ],
    [
      "own members only",
      '["{{constructor.name}}", "{{toString}}", "{{a.__proto__.x}}", "{{a.length}}"]',
      { a: {} },
      '["", "", "", ""]',
    ],
    ["the length of a list", "{{l.length}}", { l: [1, 2] }, "2"],
    ["other delimiters and comments", '{{! note }}{{=<% %>=}}["<% a %>"]', { a: "{{b}}" }, '["{{b}}"]'],
  ])("has %s", (_what, template, body, result) => {
    expect(render(template, body)).toBe(result);
  });

  test.each([
    [
      "no JSON",
      "{{#a}}x{{/a}}",
      { a: 1 },
      "template-failed: The result of the template is not JSON: syntax, byte 1",
    ],
    [
      "a name twice",
      '{"admin": false, "{{k}}": true}',
      { k: "admin" },
      "template-failed: The result of the template is not JSON: duplicate-key at /admin, byte 18",
    ],
    [
      "too many steps",
      "[{{#l}}{{#l}}{{#l}}{{/l}}{{/l}}{{/l}}]",
      { l: Array.from({ length: 200 }, () => 1) },
      "template-failed: The template takes more than 20000 steps",
    ],
    [
      "too large a result",
      '["{{a}}", "{{a}}"]',
      { a: "x".repeat(200_000) },
      "over-limit: The result of the template has more than 262,144 bytes",
    ],
    [
      "too deep a result",
      "[{{a}}]",
      { a: JSON.parse(`${"[".repeat(100)}${"]".repeat(100)}`) as unknown },
      "template-failed: The result of the template is not JSON: depth",
    ],
  ])("whose result is or has %s makes no body", (_what, template, body, problem) => {
    expect(render(template, body)).toMatch(
      new RegExp(`^${problem.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&")}`),
    );
  });
});
