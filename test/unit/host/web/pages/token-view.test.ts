import { describe, expect, test } from "vitest";
import { tokenView } from "../../../../../src/host/web/pages/token-view.ts";
import { canonicalRequest, queryStringHash } from "../../../../../src/protocol/qsh.ts";

describe("a token", () => {
  test("is explained by the canonical request that its qsh was made of", () => {
    const qsh = queryStringHash(canonicalRequest("POST", "/hook?a=1", ""));
    const view = tokenView(
      { iss: "host", qsh, exp: 10 },
      "https://x.example/ctx/hook?a=1",
      "https://x.example/ctx",
    );
    expect(view).toMatchObject({ canonical: "POST&/hook&a=1", qshMatches: true });
    expect(view.claims).toContainEqual({
      name: "exp",
      value: "10",
      meaning: expect.stringContaining("valid until"),
      at: 10_000,
    });
  });
});
