import { describe, expect, test } from "vitest";
import {
  MAX_TOKEN_LENGTH,
  checkHeader,
  readIssuer,
  parseToken,
  shown,
  skipAll,
} from "../../../src/protocol/parsed-token.ts";
import type { ParsedToken } from "../../../src/protocol/parsed-token.ts";
import { bad } from "../../../src/protocol/verdict.ts";

const segment = (text: string | Buffer) => Buffer.from(text).toString("base64url");
const HEADER = segment('{"alg":"HS256"}');
const CLAIMS = segment('{"iss":"a"}');
const SIGNATURE = segment("s");
const text = (header: string, claims = CLAIMS, signature = SIGNATURE) => `${header}.${claims}.${signature}`;

function parse(token: string): ParsedToken {
  const parsed = parseToken(token);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed;
}

describe("a token", () => {
  test("is a header, claims and a signature", () => {
    expect(parseToken(text(HEADER))).toEqual({
      ok: true,
      text: text(HEADER),
      header: { alg: "HS256" },
      claims: { iss: "a" },
      signingInput: `${HEADER}.${CLAIMS}`,
      signature: Buffer.from("s"),
    });
  });

  test.each<[string, string, Parameters<typeof bad>[1], string]>([
    ["no text", "", "JWT_MALFORMED", "1 segments"],
    ["one segment", HEADER, "JWT_MALFORMED", "1 segments"],
    ["two segments", `${HEADER}.${CLAIMS}`, "JWT_MALFORMED", "2 segments"],
    ["four segments", `${text(HEADER)}.${SIGNATURE}`, "JWT_MALFORMED", "4 segments"],
    ["an empty header", text(""), "JWT_MALFORMED", "the header cannot be read"],
    ["a header with padding", text(`${HEADER}=`), "JWT_MALFORMED", "the header cannot be read"],
    ["a header that is no JSON", text(segment("{")), "JWT_MALFORMED", "the header cannot be read"],
    ["a header that is a list", text(segment("[]")), "JWT_MALFORMED", "the header cannot be read"],
    ["a header that is null", text(segment("null")), "JWT_MALFORMED", "the header cannot be read"],
    ["a header that is a number", text(segment("1")), "JWT_MALFORMED", "the header cannot be read"],
    [
      "a header that is no UTF-8",
      text(segment(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))),
      "JWT_MALFORMED",
      "the header cannot be read",
    ],
    ["empty claims", text(HEADER, ""), "JWT_MALFORMED", "the claims cannot be read"],
    ["claims that are a text", text(HEADER, segment('"a"')), "JWT_MALFORMED", "the claims cannot be read"],
    ["an empty signature", text(HEADER, CLAIMS, ""), "JWT_MALFORMED", "the signature cannot be read"],
    [
      "a signature with stray bits",
      text(HEADER, CLAIMS, "cx"),
      "JWT_MALFORMED",
      "the signature cannot be read",
    ],
  ])("of %s is malformed", (_what, token, code, detail) => {
    const check = bad("format", code, detail);
    expect(parseToken(token)).toEqual({ ok: false, code, reason: check.reason, checks: [check] });
  });

  test("has at most 12 KiB", () => {
    const rest = text(HEADER, CLAIMS, "").length;
    const longest = text(HEADER, CLAIMS, "A".repeat(MAX_TOKEN_LENGTH - rest));
    expect(MAX_TOKEN_LENGTH).toBe(12_288);
    expect(parseToken(longest)).not.toMatchObject({ code: "JWT_TOO_LONG" });
    expect(parseToken(`${longest}A`)).toMatchObject({
      code: "JWT_TOO_LONG",
      reason: bad("format", "JWT_TOO_LONG", "12289 characters").reason,
    });
  });
});

test.each([
  ['{"iss":"client-1"}', "client-1"],
  ['{"iss":""}', undefined],
  ['{"iss":1}', undefined],
  ["{}", undefined],
])("the issuer of the claims %s is %s", (claims, issuer) => {
  expect(readIssuer(parse(text(HEADER, segment(claims))))).toBe(issuer);
});

describe("a header", () => {
  const check = (header: string) => checkHeader(parse(text(segment(header))), "RS256").slice(1);

  test("with the algorithm of the route is accepted", () => {
    expect(check('{"alg":"RS256","typ":"JWT","kid":"k"}')).toMatchObject([
      { name: "algorithm", state: "ok" },
    ]);
  });

  test.each<[string, Parameters<typeof bad>[1], string]>([
    ['{"alg":"HS256"}', "JWT_ALG", '"HS256" instead of RS256'],
    ['{"alg":"none"}', "JWT_ALG", '"none" instead of RS256'],
    ["{}", "JWT_ALG", "nothing instead of RS256"],
    ['{"alg":"RS256","crit":["b64"]}', "JWT_CRIT", '["b64"]'],
    ['{"alg":"RS256","crit":null}', "JWT_CRIT", "null"],
    ['{"alg":"RS256","b64":false}', "JWT_CRIT", "b64 is false"],
  ])("of %s is refused", (header, code, detail) => {
    expect(check(header)).toEqual([bad("algorithm", code, detail)]);
  });

  test("is said to be well-formed first", () => {
    const parsed = parse(text(segment('{"alg":"HS256"}')));
    expect(checkHeader(parsed, "RS256")).toMatchObject([
      { name: "format", state: "ok" },
      { name: "algorithm", state: "bad" },
    ]);
    expect(checkHeader(parsed, "HS256")[0]).toMatchObject({ name: "format", state: "ok" });
    expect(
      checkHeader(parse(text(segment('{"alg":"HS256","crit":[],"b64":true}'))), "HS256").map(
        ({ name }) => name,
      ),
    ).toEqual(["format", "algorithm"]);
    expect(
      checkHeader(parse(text(segment('{"alg":"HS256","b64":true}'))), "HS256").map(({ state }) => state),
    ).toEqual(["ok", "bad"]);
  });
});

test("checks that were not made are skipped, for one reason", () => {
  expect(skipAll(["time", "qsh"], "No key.")).toEqual([
    { name: "time", state: "skipped", reason: "No key." },
    { name: "qsh", state: "skipped", reason: "No key." },
  ]);
});

test.each([
  [undefined, "nothing"],
  [null, "null"],
  ["a", '"a"'],
  [{ a: [1] }, '{"a":[1]}'],
  ["x".repeat(78), `"${"x".repeat(78)}"`],
  ["x".repeat(79), `"${"x".repeat(79)}…`],
])("a foreign value is shown as JSON of up to 80 characters: %j", (value, sentence) => {
  expect(shown(value)).toBe(sentence);
});
