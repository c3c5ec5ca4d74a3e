import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatAuthorization, readAuthentication } from "../../../../src/host/model/authentication.ts";

const NOW = Date.UTC(2026, 0, 1);
const read = (given: unknown) => readAuthentication(given, "/authentication", NOW);
const listProblems = (given: unknown) => {
  const reading = read(given);
  return reading.kind === "value"
    ? []
    : reading.problems.map(({ pointer, detail }) => `${pointer.replace("/authentication/", "")} ${detail}`);
};
const readValue = (given: unknown) => {
  const reading = read(given);
  return reading.kind === "value" ? reading.value : reading.problems;
};
const jwt = (claims: object) =>
  ["{}", JSON.stringify(claims), "signature"]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".");

const OAUTH2 = { kind: "oauth2", tokenUrl: "https://id.example/token", clientId: "c", clientSecret: "s" };

describe("read", () => {
  test("Basic", () => {
    expect(readValue({ kind: "basic", user: "bell", password: "a:b" })).toEqual({
      kind: "basic",
      user: "bell",
      password: "a:b",
    });
  });

  test("bearer, with the end that is given, that of a JWT, or none", () => {
    expect(readValue({ kind: "bearer", token: "t" })).toEqual({ kind: "bearer", token: "t" });
    const exp = NOW / 1_000 + 60;
    expect(readValue({ kind: "bearer", token: jwt({ exp }) })).toMatchObject({ expiresAt: exp * 1_000 });
    expect(
      readValue({ kind: "bearer", token: jwt({ exp }), expiresAt: "2026-02-01T01:00:00+01:00" }),
    ).toMatchObject({ expiresAt: Date.UTC(2026, 1, 1) });
    for (const claims of [{}, { exp: "1" }, { exp: -1 }, { exp: 1e300 }]) {
      expect(readValue({ kind: "bearer", token: jwt(claims) })).not.toHaveProperty("expiresAt");
    }
  });

  test("an OAuth 2 client, whose secret is in the header by default", () => {
    expect(readValue({ ...OAUTH2, scope: null })).toEqual({ ...OAUTH2, clientMethod: "basic" });
    const whole = { ...OAUTH2, clientMethod: "post", scope: "a b", audience: "c" };
    expect(readValue(whole)).toEqual(whole);
  });
});

describe("refused", () => {
  const ONE_KIND = "kind must be one of basic, bearer, oauth2";
  const MISSING = "must be given";
  test.each([
    [undefined, [ONE_KIND]],
    ["Basic", [ONE_KIND]],
    [[], [ONE_KIND]],
    [{ kind: "toString" }, [ONE_KIND]],
    [{ kind: "basic" }, [`user ${MISSING}`, `password ${MISSING}`]],
    [
      { kind: "basic", user: "", password: 1 },
      ["user must be a text of 1 to 255 characters", "password must be a text of 1 to 1000 characters"],
    ],
    [
      { kind: "basic", user: "a:b", password: "c" },
      ["user must not have a colon, which ends it in the header"],
    ],
    [{ kind: "basic", user: "a\n", password: "c" }, ["user must not have control characters"]],
    [{ kind: "basic", user: "a", password: "c", token: "d" }, ["token is not a member of this kind"]],
    [{ kind: "bearer" }, [`token ${MISSING}`]],
    [
      { kind: "bearer", token: "Bearer a" },
      ["token must have visible ASCII characters alone, without the word Bearer before it"],
    ],
    [{ kind: "bearer", token: "t".repeat(6_145) }, ["token must be a text of 1 to 6144 characters"]],
    [{ kind: "bearer", token: jwt({ exp: NOW / 1_000 }) }, ["token has expired"]],
    [{ kind: "bearer", token: "t", expiresAt: "2026-01-01T00:00:00Z" }, ["expiresAt has expired"]],
    [
      { kind: "bearer", token: "t", expiresAt: "tomorrow" },
      ["expiresAt must be a time such as 2026-01-31T12:00:00Z"],
    ],
    [{ kind: "oauth2" }, [`tokenUrl ${MISSING}`, `clientId ${MISSING}`, `clientSecret ${MISSING}`]],
    [
      { ...OAUTH2, scope: "a  b" },
      ["scope must have words of visible ASCII characters, with one space between them"],
    ],
    [
      { ...OAUTH2, scope: 'a"b' },
      ["scope must have words of visible ASCII characters, with one space between them"],
    ],
    [{ ...OAUTH2, clientMethod: "jwt" }, ["clientMethod must be one of basic, post"]],
    [{ ...OAUTH2, audience: "" }, ["audience must be a text of 1 to 2048 characters"]],
  ])("%j", (given, expected) => {
    expect(listProblems(given)).toEqual(expected);
  });

  test("an end that no calendar has", () => {
    expect(listProblems({ kind: "bearer", token: "t", expiresAt: "2026-13-01T00:00:00Z" })).toEqual([
      "expiresAt must be a time such as 2026-01-31T12:00:00Z",
    ]);
  });
});

test("every problem has the code, and none quotes a secret", () => {
  const kinds = fc.constantFrom("basic", "bearer", "oauth2");
  const secret = "a secret\n of this test";
  fc.assert(
    fc.property(kinds, fc.dictionary(fc.string(), fc.anything()), (kind, more) => {
      const reading = read({ ...more, kind, password: secret, token: secret, clientSecret: secret });
      expect(reading.kind).toBe("refused");
      if (reading.kind === "value") return;
      expect(reading.problems.every(({ code }) => code === "AUTHENTICATION_INVALID")).toBe(true);
      expect(JSON.stringify(reading)).not.toContain("a secret");
    }),
  );
  fc.assert(fc.property(fc.anything(), (given) => void read(given)));
});

test("the header is that of the scheme, and a client has none yet", () => {
  expect(formatAuthorization({ kind: "basic", user: "ü", password: "a:b" })).toBe(
    `Basic ${Buffer.from("ü:a:b").toString("base64")}`,
  );
  expect(formatAuthorization({ kind: "bearer", token: "t" })).toBe("Bearer t");
  const client = {
    kind: "oauth2",
    tokenUrl: "",
    clientId: "",
    clientSecret: "",
    clientMethod: "basic",
  } as const;
  expect(formatAuthorization(client)).toBeUndefined();
});
