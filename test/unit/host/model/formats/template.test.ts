import { describe, expect, test } from "vitest";
import { readTemplate } from "../../../../../src/host/model/formats/template.ts";

/** Why a template is refused. */
function refuse(template: string): string {
  const reading = readTemplate(template);
  return reading.kind === "refused" ? `${reading.problem.code}: ${reading.problem.detail}` : "";
}

describe("a template", () => {
  test("is texts, values within a string or outside, and sections", () => {
    expect(readTemplate('{"a": "{{b.c}}", "d": [{{#e}}{{.}}{{/e}}{{^f}}1{{/f}}]}')).toEqual({
      kind: "template",
      parts: [
        { kind: "text", text: '{"a": "' },
        { kind: "value", steps: ["b", "c"], isInString: true },
        { kind: "text", text: '", "d": [' },
        {
          kind: "section",
          steps: ["e"],
          isInverted: false,
          parts: [{ kind: "value", steps: [], isInString: false }],
        },
        { kind: "section", steps: ["f"], isInverted: true, parts: [{ kind: "text", text: "1" }] },
        { kind: "text", text: "]}" },
      ],
    });
  });

  test.each([
    ["", "TEMPLATE: A template must not be empty"],
    ['{"a": "{{b}', "TEMPLATE: The template is not Mustache: Unclosed tag at line 1, character 12"],
    ["[\n{{#a}}]", 'TEMPLATE: The template is not Mustache: Unclosed section "a" at line 2, character 8'],
    [
      '{"a": "{{{b}}}"}',
      "TEMPLATE: The tag at line 1, character 8 must have two braces: values are always escaped, and outside of a JSON string {{name}} is a JSON value",
    ],
    [
      "[{{&b}}]",
      "TEMPLATE: The tag at line 1, character 2 must have two braces: values are always escaped, and outside of a JSON string {{name}} is a JSON value",
    ],
    ["[{{>b}}]", "TEMPLATE: The tag at line 1, character 2 names another template, and there are no others"],
    [String.raw`"\{{a}}"`, "TEMPLATE: The tag at line 1, character 3 must not follow a backslash"],
    [String.raw`"\u00{{a}}"`, "TEMPLATE: The tag at line 1, character 6 must not follow a backslash"],
    ['"{{#a}}x", "{{/a}}y', "TEMPLATE: A JSON string of the template has no end"],
    [
      '{{#a}}"{{/a}}"',
      "TEMPLATE: The section at line 1, character 1 must end where it begins: within the same JSON string, or outside",
    ],
    ["[{{a..b}}]", "TEMPLATE: The tag at line 1, character 2 must have a name between its dots"],
    [" ".repeat(16_384) + "1", "TEMPLATE_TOO_COMPLEX: A template must have at most 16 KiB, this one has 17"],
    [
      "{{#a}}".repeat(11) + "{{/a}}".repeat(11),
      "TEMPLATE_TOO_COMPLEX: A template must have at most 10 levels",
    ],
    [`[${"{{a}},".repeat(501)}]`, "TEMPLATE_TOO_COMPLEX: A template must have at most 500 tags"],
  ])("%j is refused", (template, problem) => {
    expect(refuse(template)).toBe(problem);
  });
});
