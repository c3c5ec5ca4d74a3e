import { expect, test } from "vitest";
import { groupByStatus, listErrorCodes } from "../../../../../src/host/web/api/error-codes.ts";
import { body, string } from "../../../../../src/host/web/schema/schema.ts";

test("every operation can be refused by the door", () => {
  expect(listErrorCodes({ path: "/limits" })).toEqual(
    expect.arrayContaining(["AUTH_MISSING", "FORBIDDEN_HOST", "INTERNAL", "QUERY_INVALID", "SCOPE"]),
  );
});

test("a body, a site and a product add the codes of theirs, in the path or in the query", () => {
  expect(listErrorCodes({ path: "/limits" })).not.toContain("BODY_SCHEMA");
  expect(listErrorCodes({ path: "/limits", body: body({}) })).toContain("BODY_SCHEMA");
  expect(listErrorCodes({ path: "/sites/{site}" })).toContain("SITE_NOT_FOUND");
  expect(listErrorCodes({ path: "/endpoints", query: { site: string("Site") } })).toContain("SITE_NOT_FOUND");
  expect(listErrorCodes({ path: "/products/{product}" })).toContain("PRODUCT_UNKNOWN");
});

test("each code is listed once, in order", () => {
  const codes = listErrorCodes({ path: "/keys", errors: ["KEY_IN_USE", "SCOPE"] });
  expect(codes).toEqual([...new Set(codes)].sort());
  expect(codes).toContain("KEY_IN_USE");
});

test("codes are grouped by their status, lowest first", () => {
  expect([...groupByStatus(["SITE_NOT_FOUND", "QUERY_INVALID", "NOT_FOUND"])]).toEqual([
    [400, ["QUERY_INVALID"]],
    [404, ["SITE_NOT_FOUND", "NOT_FOUND"]],
  ]);
});
