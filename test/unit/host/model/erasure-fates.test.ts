import { expect, test } from "vitest";
import { findFate } from "../../../../src/host/model/erasure-fates.ts";
import type { Fate } from "../../../../src/host/model/erasure-fates.ts";

const EMPTY = { value: null };

const CASES: readonly (readonly [
  table: string,
  column: string,
  isDeleted: boolean,
  fate: Fate | undefined,
])[] = [
  ["event", "body", false, EMPTY],
  ["delivery", "order_key", false, EMPTY],
  ["order_key", "key", false, "forgotten"],
  ["attempt", "url", false, "replaced"],
  ["attempt", "request_headers", false, { value: "[]" }],
  ["audit", "detail", false, "replaced"],
  ["replay", "created_by", false, "replaced"],
  // Configuration is an administrator's, until it was deleted.
  ["webhook", "name", false, undefined],
  ["webhook", "name", true, "replaced"],
  ["subscription", "url", false, undefined],
  ["subscription", "params", true, { value: "{}" }],
  ["api_token", "name", false, undefined],
  ["api_token", "name", true, "replaced"],
  ["event", "body", true, EMPTY],
  // Neither what is no text of a person's.
  ["event", "id", false, undefined],
  ["webhook", "signature", true, undefined],
  ["site", "name", true, undefined],
  ["nothing", "name", true, undefined],
];

test.each(CASES)("%s.%s, deleted: %j, becomes %j", (table, column, isDeleted, expected) => {
  expect(findFate(table, column, isDeleted)).toEqual(expected);
});

test("a portal of a token that was revoked stays a portal", () => {
  const fate = findFate("api_token", "portal", true) as { readonly value: string };
  expect(JSON.parse(fate.value)).toEqual({ kind: "tenant", owner: "[erased]" });
});
