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
    [
      "other facts beside the body",
      '[{{callboard.site}}, "{{callboard.x}}"]',
      {},
      '[{"key":"demo","name":"Demo"}, ""]',
    ],
    [
      "a section for an object, which is its scope",
      '{{#o}}"{{a}}{{b}}"{{/o}}',
      { o: { a: 1 }, b: 2 },
      '"12"',
    ],
    [
      "a section for a text or a number once",
      "[{{#t}}{{.}},{{/t}}{{#n}}{{.}}{{/n}}]",
      { t: "x", n: 7 },
      '["x",7]',
    ],
    [
      "nothing of a section for 0, false, null and no text",
      "[{{#a}}1{{/a}}{{#b}}2{{/b}}{{#c}}3{{/c}}{{#d}}4{{/d}}{{#e}}5{{/e}}]",
      { a: 0, b: false, c: null, d: "" },
      "[]",
    ],
    [
      "the opposite of each",
      "[{{^a}}1,{{/a}}{{^b}}2,{{/b}}{{^c}}3,{{/c}}{{^d}}4,{{/d}}{{^e}}5,{{/e}}]",
      { a: 0, b: false, c: null, d: "" },
      "[1,2,3,4,5]",
    ],
    [
      "no opposite of what is there",
      "[{{^o}}1{{/o}}{{^l}}2{{/l}}{{^t}}3{{/t}}]",
      { o: {}, l: [0], t: "x" },
      "[]",
    ],
    [
      "null of an entry, although there is one outside",
      "[{{#l}}{{n}},{{/l}}]",
      { l: [{ n: null }], n: 9 },
      "[null]",
    ],
    [
      "the rest of a name in what its beginning names",
      "[{{#l}}{{a.b}},{{/l}}]",
      { l: [{ a: {} }, {}], a: { b: 1 } },
      "[null,1]",
    ],
    [
      "commas only where something follows",
      '{"a": [{{#l}}{{.}} ,\n{{/l}}] , "b": [{{#l}}{{.}},{{/l}} 3] ,\t}',
      { l: [1, 2] },
      '{"a": [1 ,\n2 \n] , "b": [1,2, 3] \t}',
    ],
    ["a comma behind a quote in a string", '["{{a}}" , "b" , ]', { a: '",]' }, String.raw`["\",]" , "b"  ]`],
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

describe("the limits of a template", () => {
  const list = (length: number) => ({ l: Array.from({ length }, () => 1) });

  test.each([
    ["20,000 steps", "[{{#l}}{{/l}}]", list(19_997), "[]"],
    [
      "one step more",
      "[{{#l}}{{/l}}]",
      list(19_998),
      "template-failed: The template takes more than 20000 steps",
    ],
    [
      "20,000 steps that end with an entry",
      "{{#l}}{{/l}}",
      list(19_999),
      "template-failed: The result of the template is not JSON: syntax, byte 1",
    ],
    [
      "an entry more",
      "{{#l}}{{/l}}",
      list(20_000),
      "template-failed: The template takes more than 20000 steps",
    ],
    [
      "many bytes of few characters",
      '"{{a}}"',
      { a: "é".repeat(200_000) },
      `over-limit: The body has 400,002 bytes, and ${FORMAT.name} accepts 262,144 bytes`,
    ],
  ])("%s", (_what, template, body, result) => {
    expect(render(template, body)).toBe(result);
  });

  test("a result has up to 262,144 characters", () => {
    const text = "x".repeat(262_142);
    expect(render('"{{a}}"', { a: text })).toBe(`"${text}"`);
    const tooLarge = "over-limit: The result of the template has more than 262,144 bytes";
    expect(render('"{{a}}"', { a: `${text}x` })).toBe(tooLarge);
    expect(render('"{{a}}"', { a: '"'.repeat(262_144) })).toBe(tooLarge);
  });

  test("beyond the limit of the result, no parts are rendered that would take steps", () => {
    const template = `[{{#l}}"${"x".repeat(40)}",{{/l}}]`;
    expect(render(template, list(10_000))).toBe(
      "over-limit: The result of the template has more than 262,144 bytes",
    );
  });

  test("an event without a body has no values", () => {
    const reading = readTemplate("[{{a}}, {{.}}]");
    if (reading.kind === "refused") throw new Error(reading.problem.detail);
    const result = renderTemplate(reading.parts, { ...formatSubject(), body: Buffer.alloc(0) }, FORMAT);
    expect(result.kind === "body" ? result.body.toString() : result.detail).toBe("[null, {}]");
  });
});
