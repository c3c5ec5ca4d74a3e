/** Whatever the values of an event are, the result of a template has the structure that the template has. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { SHARED_FORMATS } from "../../../../../src/catalogue/formats.ts";
import { readJson } from "../../../../../src/json/excerpt.ts";
import { renderTemplate } from "../../../../../src/host/model/formats/render-template.ts";
import { readTemplate } from "../../../../../src/host/model/formats/template.ts";
import { formatSubject } from "../../../../support/format-subject.ts";
import { anyCharacter, runs } from "../../../../support/properties.ts";

const FORMAT = SHARED_FORMATS.find(({ key }) => key === "template")!;
const RUNS = runs(150);

const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '"',
        "\\",
        '\\"',
        '","admin":true,"x":"',
        "}",
        "]",
        "},{",
        ",",
        ":",
        "{{a}}",
        "{{{a}}}",
        "{{/l}}",
        "{{=<% %>=}}",
        "\\u0022",
        "\n",
        "\u2028",
        "\u0000",
        "\ud800",
        "null",
        "true",
      ),
      fc.string({ unit: anyCharacter, maxLength: 6 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(""));
const key = hostileText.filter((text) => text !== "__proto__");
/** JSON values of any kind and depth, with hostile texts, names and numbers. */
const hostileValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    hostileText,
    fc.double(),
    fc.constantFrom(null, true, false, 0, -0, 1e308, 5e-324, 2 ** 53),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  ),
})).value;

/** As templates find it in a body: integers that a number would round are texts. */
const toJson = (value: unknown): unknown => readJson(Buffer.from(JSON.stringify(value ?? null))).value;

function render(template: string, body: unknown): string {
  const reading = readTemplate(template);
  if (reading.kind === "refused") throw new Error(reading.problem.detail);
  const result = renderTemplate(reading.parts, formatSubject({ body }), FORMAT);
  if (result.kind === "failed") throw new Error(result.detail);
  return result.body.toString();
}

/** What a value is within a string. */
const asText = (value: unknown): string =>
  value === null || value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);

test("a value within a string is that text, and nothing beside it changes", () => {
  fc.assert(
    fc.property(hostileValue, hostileValue, (a, b) => {
      const body = { a: toJson(a), o: { b: toJson(b) } };
      const result = render(
        '{"before": 1, "t": "<{{a}}|{{o.b}}>", "list": ["{{a}}", 2], "after": {"x": null}}',
        body,
      );
      const text = (value: unknown) => asText(value).toWellFormed();
      const parsed = JSON.parse(Buffer.from(result).toString()) as { t: string; list: string[] };
      expect(Object.keys(parsed)).toEqual(["before", "t", "list", "after"]);
      expect(parsed).toMatchObject({ before: 1, after: { x: null } });
      expect(parsed.t.toWellFormed()).toBe(`<${text(body.a)}|${text(body.o.b)}>`);
      expect(parsed.list).toHaveLength(2);
    }),
    RUNS,
  );
});

test("a value outside of strings is that value", () => {
  fc.assert(
    fc.property(hostileValue, (a) => {
      const body = { a: toJson(a) };
      expect(JSON.parse(render('{"x": [{{a}}, {{a}}], "after": true}', body))).toEqual({
        x: [body.a, body.a],
        after: true,
      });
    }),
    RUNS,
  );
});

test("a section repeats its part for each entry, whatever the entries are", () => {
  fc.assert(
    fc.property(fc.array(hostileValue, { maxLength: 5 }), hostileText, (list, name) => {
      const body = { l: list.map(toJson), name };
      const result = JSON.parse(render('[{{#l}}{"v": {{.}}, "n": "{{.}},]"},{{/l}}]', body)) as {
        v: unknown;
        n: string;
      }[];
      expect(result.map(({ v }) => v)).toEqual(body.l);
      expect(result.every((entry) => Object.keys(entry).join() === "v,n" && entry.n.endsWith(",]"))).toBe(
        true,
      );
    }),
    RUNS,
  );
});

test("a value chooses a name, and never one that is there", () => {
  fc.assert(
    fc.property(fc.oneof(hostileText, fc.constantFrom("admin", "\\u0061dmin", "__proto__")), (k) => {
      const template = '{"admin": false, "{{k}}": true}';
      let result: string;
      try {
        result = render(template, { k });
      } catch (error) {
        expect((error as Error).message).toContain("not JSON: ");
        return;
      }
      const parsed = JSON.parse(result) as Record<string, unknown>;
      expect(parsed["admin"]).toBe(false);
      expect(Object.keys(parsed)).toHaveLength(2);
    }),
    RUNS,
  );
});
