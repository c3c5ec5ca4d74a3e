import { describe, expect, test } from "vitest";
import {
  LEEWAY_SECONDS,
  MAX_CALL_LIFETIME_SECONDS,
  MAX_LIFETIME_SECONDS,
  TOKEN_LIFETIME_SECONDS,
  checkAudience,
  checkQsh,
  checkTimes,
  concludeToken,
} from "../../../src/protocol/claims.ts";
import type { ParsedToken } from "../../../src/protocol/parsed-token.ts";
import { canonicalRequest, queryStringHash } from "../../../src/protocol/qsh.ts";
import { bad, ok, skipped } from "../../../src/protocol/verdict.ts";

const NOW = 1_700_000_000;
const createToken = (claims: Readonly<Record<string, unknown>>): ParsedToken =>
  ({ header: {}, claims, signingInput: "", signature: Buffer.alloc(0) }) as unknown as ParsedToken;
const getCode = (check: ReturnType<typeof ok>) => ("code" in check ? check.code : check.state);

test("the constants equal those in the documentation", () => {
  expect([LEEWAY_SECONDS, MAX_LIFETIME_SECONDS, MAX_CALL_LIFETIME_SECONDS, TOKEN_LIFETIME_SECONDS]).toEqual([
    30, 900, 86_400, 180,
  ]);
});

describe("times of a token", () => {
  test.each([
    ["good", { iat: NOW, exp: NOW + 180 }, "ok"],
    ["the last second before the end and its leeway", { iat: NOW - 180, exp: NOW - 29 }, "ok"],
    ["the end and its leeway", { iat: NOW - 180, exp: NOW - 30 }, "JWT_EXPIRED"],
    ["issued as far ahead as clocks may differ", { iat: NOW + 30, exp: NOW + 210 }, "ok"],
    ["issued a second further ahead", { iat: NOW + 31, exp: NOW + 210 }, "JWT_IAT"],
    ["not yet good, within the leeway", { iat: NOW, exp: NOW + 180, nbf: NOW + 30 }, "ok"],
    ["not yet good", { iat: NOW, exp: NOW + 180, nbf: NOW + 31 }, "JWT_NBF"],
    ["not yet good, at no readable time", { iat: NOW, exp: NOW + 180, nbf: "now" }, "JWT_NBF"],
    ["as long as may be", { iat: NOW, exp: NOW + 900 }, "ok"],
    ["a second longer", { iat: NOW, exp: NOW + 901 }, "JWT_LIFETIME"],
    ["one second long", { iat: NOW, exp: NOW + 1 }, "ok"],
    ["no time long", { iat: NOW, exp: NOW }, "JWT_LIFETIME"],
    ["over before it began", { iat: NOW + 5, exp: NOW }, "JWT_LIFETIME"],
    ["without iat", { exp: NOW + 180 }, "JWT_TIME_CLAIMS"],
    ["without exp", { iat: NOW }, "JWT_TIME_CLAIMS"],
    ["with an iat in text", { iat: String(NOW), exp: NOW + 180 }, "JWT_TIME_CLAIMS"],
    ["with an exp between two seconds", { iat: NOW, exp: NOW + 0.5 }, "JWT_TIME_CLAIMS"],
  ])("%s", (_what, claims, code) => {
    expect(getCode(checkTimes(createToken(claims), NOW))).toBe(code);
  });

  test("a longer lifetime passes if the caller allows it", () => {
    const token = createToken({ iat: NOW, exp: NOW + 86_400 });

    expect(getCode(checkTimes(token, NOW, MAX_CALL_LIFETIME_SECONDS))).toBe("ok");
    expect(getCode(checkTimes(token, NOW, 86_399))).toBe("JWT_LIFETIME");
  });

  test("the reason contains the difference in seconds", () => {
    const getDetail = (claims: Readonly<Record<string, unknown>>) =>
      JSON.stringify(checkTimes(createToken(claims), NOW));

    expect(getDetail({ iat: NOW - 300, exp: NOW - 120 })).toContain("120 s ago");
    expect(getDetail({ iat: NOW + 45, exp: NOW + 180 })).toContain("45 s ahead");
    expect(getDetail({ iat: NOW, exp: NOW + 1_000 })).toContain("1000 s, the maximum is 900 s");
    expect(getDetail({ iat: NOW - 20, exp: NOW + 160 })).toContain(
      "Issued 20 s ago, valid for another 160 s.",
    );
  });
});

describe("qsh of a token", () => {
  const REQUEST = { method: "POST", rawUrl: "/app/hook?b=2&a=1", basePath: "/app" };
  const CANONICAL = canonicalRequest(REQUEST.method, REQUEST.rawUrl, REQUEST.basePath);

  test.each([
    ["of this request", queryStringHash(CANONICAL), "ok"],
    ["missing", undefined, "JWT_QSH_MISSING"],
    ["for no request of its own", "context-qsh", "JWT_QSH_CONTEXT"],
    ["no text", 5, "JWT_QSH"],
    ["of something else", queryStringHash("POST&/other&"), "JWT_QSH"],
    ["of a known mistake", queryStringHash("GET&/hook&a=1&b=2"), "JWT_QSH"],
  ])("%s", (_what, qsh, code) => {
    expect(getCode(checkQsh(createToken(qsh === undefined ? {} : { qsh }), REQUEST))).toBe(code);
  });

  test("the check shows the expected request, and the signed one if it is known", () => {
    const findCanonical = (qsh: unknown) => checkQsh(createToken({ qsh }), REQUEST).canonical;

    expect(findCanonical(queryStringHash(CANONICAL))).toEqual({ expected: CANONICAL, signed: CANONICAL });
    expect(findCanonical(5)).toEqual({ expected: CANONICAL });
    expect(findCanonical(queryStringHash("POST&/other&"))).toEqual({ expected: CANONICAL });
    expect(findCanonical(queryStringHash("GET&/hook&a=1&b=2"))).toEqual({
      expected: CANONICAL,
      signed: "GET&/hook&a=1&b=2",
    });
  });
});

describe("audience of a token", () => {
  const OURS = ["https://a.example/app", "https://other.example"];

  test.each([
    ["ours", "https://a.example/app", "ok"],
    ["ours with a slash", "https://a.example/app/", "ok"],
    ["another name of ours", ["https://other.example/"], "ok"],
    ["one of several", ["https://x.example", 5, "https://a.example/app"], "ok"],
    ["somebody else", "https://x.example", "JWT_AUD"],
    ["below ours", "https://a.example/app/x", "JWT_AUD"],
    ["nobody", [], "JWT_AUD"],
    ["no text", 5, "JWT_AUD"],
    ["absent", undefined, "JWT_AUD"],
  ])("an audience of %s", (_what, aud, code) => {
    expect(getCode(checkAudience(createToken(aud === undefined ? {} : { aud }), OURS, "required"))).toBe(
      code,
    );
  });

  test("an optional audience can be missing, and is checked if it is present", () => {
    expect(checkAudience(createToken({}), OURS, "optional").state).toBe("skipped");
    expect(getCode(checkAudience(createToken({ aud: "x" }), OURS, "optional"))).toBe("JWT_AUD");
  });

  test("a trailing slash in an accepted name makes no difference", () => {
    expect(
      getCode(checkAudience(createToken({ aud: "https://a.example" }), ["https://a.example/"], "required")),
    ).toBe("ok");
  });
});

describe("verdict", () => {
  const CHECKS = [ok("header", "fine"), skipped("audience", "no part")] as const;

  test("the verdict of passed checks has the relevant claims", () => {
    const token = createToken({
      iss: "them",
      iat: NOW,
      exp: NOW + 180,
      qsh: "q",
      sub: "me",
      aud: ["a", 5],
      more: 1,
    });

    expect(concludeToken(token, CHECKS)).toEqual({
      ok: true,
      claims: { iss: "them", iat: NOW, exp: NOW + 180, qsh: "q", sub: "me", aud: ["a"] },
      checks: CHECKS,
    });
  });

  test("a sub that is not a string is left out", () => {
    const verdict = concludeToken(createToken({ iss: "them", iat: 1, exp: 2, qsh: "q", sub: 5 }), CHECKS);

    expect(verdict).toMatchObject({ ok: true, claims: { aud: [] } });
    expect(verdict.ok && verdict.claims).not.toHaveProperty("sub");
  });

  test("the verdict of a failed check is a refusal with its code", () => {
    expect(concludeToken(createToken({}), [...CHECKS, bad("time", "JWT_EXPIRED", "1 s ago")])).toMatchObject({
      ok: false,
      code: "JWT_EXPIRED",
    });
  });
});
