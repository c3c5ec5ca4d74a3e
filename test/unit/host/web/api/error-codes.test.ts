import { expect, test } from "vitest";
import { groupByStatus, listErrorCodes } from "../../../../../src/host/web/api/error-codes.ts";
import type { KeyMeaning } from "../../../../../src/host/web/api/route.ts";
import { body, string } from "../../../../../src/host/web/schema/schema.ts";

const PLAIN = { path: "/limits", idempotencyKey: "nothing" } as const;

test("every operation can be refused by the door", () => {
  expect(listErrorCodes(PLAIN)).toEqual(
    expect.arrayContaining(["AUTH_MISSING", "FORBIDDEN_HOST", "INTERNAL", "QUERY_INVALID", "SCOPE"]),
  );
});

test("a body, a site and a product add the codes of theirs, in the path or in the query", () => {
  expect(listErrorCodes(PLAIN)).not.toContain("BODY_SCHEMA");
  expect(listErrorCodes({ ...PLAIN, body: body({}) })).toContain("BODY_SCHEMA");
  expect(listErrorCodes({ ...PLAIN, path: "/sites/{site}" })).toContain("SITE_NOT_FOUND");
  expect(listErrorCodes({ ...PLAIN, path: "/endpoints", query: { site: string("Site") } })).toContain(
    "SITE_NOT_FOUND",
  );
  expect(listErrorCodes({ ...PLAIN, path: "/products/{product}" })).toContain("PRODUCT_UNKNOWN");
});

test("each code is listed once, in order", () => {
  const codes = listErrorCodes({ ...PLAIN, path: "/keys", errors: ["KEY_IN_USE", "SCOPE"] });
  expect(codes).toEqual([...new Set(codes)].sort());
  expect(codes).toContain("KEY_IN_USE");
});

test("codes are grouped by their status, lowest first", () => {
  expect([...groupByStatus(["SITE_NOT_FOUND", "QUERY_INVALID", "NOT_FOUND"])]).toEqual([
    [400, ["QUERY_INVALID"]],
    [404, ["SITE_NOT_FOUND", "NOT_FOUND"]],
  ]);
});

test("a key adds the codes of its meaning", () => {
  const ofKeys = (idempotencyKey: KeyMeaning) =>
    listErrorCodes({ ...PLAIN, idempotencyKey }).filter((code) => code.startsWith("IDEMPOTENCY_"));
  expect(ofKeys("nothing")).toEqual([]);
  expect(ofKeys("event-id")).toEqual(["IDEMPOTENCY_KEY"]);
  expect(ofKeys("replays")).toHaveLength(3);
});
