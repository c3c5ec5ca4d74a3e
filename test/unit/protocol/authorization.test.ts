import { expect, test } from "vitest";
import { findToken } from "../../../src/protocol/authorization.ts";

const found = (authorization: string | undefined, url: string, query: "allowed" | "refused" = "refused") => {
  const result = findToken(authorization, url, query);
  return result.ok ? result.token : result.code;
};

test.each([
  ["JWT a.b.c", "/x", "a.b.c"],
  [undefined, "/x", "AUTH_MISSING"],
  ["Bearer a.b.c", "/x", "AUTH_SCHEME"],
  ["jwt a.b.c", "/x", "a.b.c"],
  ["JWT  a.b.c", "/x", "AUTH_SCHEME"],
  ["JWT a.b.c, JWT d.e.f", "/x", "AUTH_SCHEME"],
  ["JWT a.b.c", "/x?jwt=d.e.f", "AUTH_AMBIGUOUS"],
  ["JWT a.b.c", "/x?%6Awt=d.e.f", "AUTH_AMBIGUOUS"],
  [undefined, "/x?jwt=d.e.f", "AUTH_SCHEME"],
  [undefined, "?jwt=d.e.f", "AUTH_SCHEME"],
  [undefined, "/jwt=d.e.f", "AUTH_MISSING"],
  [undefined, "jwt=d.e.f", "AUTH_MISSING"],
])("Authorization %j at %s gives %s", (authorization, url, result) => {
  expect(found(authorization, url)).toBe(result);
});

test("a page accepts one token in its query, and refuses two", () => {
  expect(found(undefined, "/page?jwt=d.e.f", "allowed")).toBe("d.e.f");
  expect(found(undefined, "/page?jwt=d.e.f&jwt=g.h.i", "allowed")).toBe("AUTH_AMBIGUOUS");
});

test("a refusal is the check of the transport", () => {
  expect(findToken("Bearer x", "/x", "refused")).toMatchObject({
    ok: false,
    code: "AUTH_SCHEME",
    checks: [{ name: "transport", state: "bad", code: "AUTH_SCHEME" }],
  });
});
