import { expect, test } from "vitest";

import { servedSchema } from "../../../../src/host/descriptor/schema.ts";

/** Keywords that mean the same in draft-04, which old validators read, and in later drafts. */
const COMMON_KEYWORDS = new Set([
  "$schema",
  "title",
  "description",
  "type",
  "required",
  "properties",
  "additionalProperties",
  "items",
  "minLength",
  "maxLength",
  "maxItems",
  "pattern",
]);

test("the served schema is plain JSON for draft-04", () => {
  const schema = servedSchema("jira");

  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  expect(schema).toMatchObject({ $schema: "http://json-schema.org/draft-04/schema#", type: "object" });
});

test("the schema uses only keywords that draft-04 and later drafts share", () => {
  const used = new Set<string>();
  const walk = (schema: object): void => {
    for (const [keyword, value] of Object.entries(schema)) {
      used.add(keyword);
      if (keyword === "properties") Object.values(value as object).forEach(walk);
      else if (typeof value === "object" && !Array.isArray(value)) walk(value as object);
    }
  };
  walk(servedSchema("confluence"));

  expect([...used].filter((keyword) => !COMMON_KEYWORDS.has(keyword))).toEqual([]);
});
