import { createSecretKey } from "node:crypto";
import {
  AsymmetricAlgorithm,
  SymmetricAlgorithm,
  createQueryStringHash,
  decodeSymmetric,
  encodeSymmetric,
  fromMethodAndUrl,
} from "atlassian-jwt";
import fc from "fast-check";
import jsonwebtoken from "jsonwebtoken";
import { describe, expect, test } from "vitest";
import { parseToken } from "../../../src/protocol/parsed-token.ts";
import { canonicalRequest, queryStringHash } from "../../../src/protocol/qsh.ts";
import { createHmacKey, signRequest, signToken, verifyToken } from "../../../src/protocol/token.ts";
import type { TokenVerdict } from "../../../src/protocol/verdict.ts";
import { runs } from "../../support/properties.ts";

const SECRET = "a secret of the tests, 42 characters long.";
const KEY = createHmacKey(SECRET);
const NOW = 1_800_000_000;
const TARGET = "/app/hook?b=2&a=1";
const CLAIMS = {
  iss: "client-1",
  iat: NOW,
  exp: NOW + 180,
  qsh: queryStringHash(canonicalRequest("POST", TARGET, "/app")),
};

function verdictOn(
  token: string,
  {
    method = "POST",
    rawUrl = TARGET,
    keys = [KEY],
    audience,
  }: {
    method?: string;
    rawUrl?: string;
    keys?: (typeof KEY)[];
    audience?: string[];
  } = {},
): TokenVerdict {
  const parsed = parseToken(token);
  if (!parsed.ok) return parsed;
  return verifyToken(parsed, {
    keys,
    request: { method, rawUrl, basePath: "/app" },
    nowSeconds: NOW,
    ...(audience === undefined ? {} : { audience }),
  });
}

const getCode = (verdict: TokenVerdict) => (verdict.ok ? "accepted" : verdict.code);
const signWith = (claims: object) => encodeSymmetric(claims, SECRET);

describe("signed token", () => {
  test("a token has exactly the four claims, read by atlassian-jwt and jsonwebtoken", () => {
    const token = signToken(CLAIMS, KEY);
    expect(decodeSymmetric(token, SECRET, SymmetricAlgorithm.HS256)).toEqual(CLAIMS);
    expect(jsonwebtoken.verify(token, KEY, { clockTimestamp: NOW, algorithms: ["HS256"] })).toEqual(CLAIMS);
  });

  test("a token equals that of atlassian-jwt byte for byte", () => {
    expect(signToken(CLAIMS, KEY)).toBe(signWith(CLAIMS));
  });

  test("a valid token has a reason for every check", () => {
    const verdict = verdictOn(signToken(CLAIMS, KEY));
    expect(verdict).toMatchObject({ ok: true, claims: { ...CLAIMS, aud: [] } });
    expect(verdict.checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
      "format ok",
      "algorithm ok",
      "issuer ok",
      "signature ok",
      "time ok",
      "audience skipped",
      "qsh ok",
    ]);
    expect(verdict.checks.every(({ reason }) => reason.endsWith("."))).toBe(true);
  });

  test("a token of a request is bound to its URL below the baseUrl", () => {
    const request = {
      issuer: "app",
      method: "GET",
      sharedSecret: SECRET,
      nowSeconds: NOW,
      audience: "client-1",
    };
    const url = "https://a.example/app/hook?b=2&a=1";
    const token = signRequest({ ...request, url, baseUrl: "https://a.example/app/" });
    expect(verdictOn(token, { method: "GET", audience: ["client-1"] })).toMatchObject({
      ok: true,
      claims: { iss: "app", aud: ["client-1"], iat: NOW, exp: NOW + 180 },
    });
    expect(getCode(verdictOn(token, { method: "GET", audience: ["client-2"] }))).toBe("JWT_AUD");
  });

  test("the previous key of a rotation verifies, with a reason of its own", () => {
    const verdict = verdictOn(signToken(CLAIMS, KEY), { keys: [createHmacKey("the new one"), KEY] });
    expect(verdict.checks.find(({ name }) => name === "signature")?.reason).toContain("previous");
  });
});

describe("refused tokens", () => {
  test.each([
    ["without exp", { ...CLAIMS, exp: undefined }, "JWT_TIME_CLAIMS"],
    ["without iat", { ...CLAIMS, iat: undefined }, "JWT_TIME_CLAIMS"],
    ["with exp as text", { ...CLAIMS, exp: String(NOW + 180) }, "JWT_TIME_CLAIMS"],
    ["with a broken number", { ...CLAIMS, exp: NOW + 0.5 }, "JWT_TIME_CLAIMS"],
    ["30 s after it expired", { ...CLAIMS, iat: NOW - 210, exp: NOW - 30 }, "JWT_EXPIRED"],
    ["31 s before it was issued", { ...CLAIMS, iat: NOW + 31 }, "JWT_IAT"],
    ["before its nbf", { ...CLAIMS, nbf: NOW + 31 }, "JWT_NBF"],
    ["with a life above 900 s", { ...CLAIMS, exp: NOW + 901 }, "JWT_LIFETIME"],
    ["with a life that ends before it begins", { ...CLAIMS, exp: NOW }, "JWT_LIFETIME"],
    ["without qsh", { ...CLAIMS, qsh: undefined }, "JWT_QSH_MISSING"],
    ["with a context qsh", { ...CLAIMS, qsh: "context-qsh" }, "JWT_QSH_CONTEXT"],
    ["with a qsh that is no text", { ...CLAIMS, qsh: [CLAIMS.qsh] }, "JWT_QSH"],
    ["with an empty iss", { ...CLAIMS, iss: "" }, "JWT_ISS"],
    ["with an object as iss", { ...CLAIMS, iss: { $ne: null } }, "JWT_ISS"],
  ])("a token %s is refused", (_title, claims, code) => {
    expect(getCode(verdictOn(signWith(claims)))).toBe(code);
  });

  test("a token that expired 29 s ago is accepted", () => {
    expect(verdictOn(signWith({ ...CLAIMS, iat: NOW - 209, exp: NOW - 29 })).ok).toBe(true);
  });

  test.each([
    ["HS384", "JWT_ALG"],
    ["HS512", "JWT_ALG"],
  ] as const)("signed with %s", (algorithm, code) => {
    const token = encodeSymmetric(CLAIMS, SECRET, SymmetricAlgorithm[algorithm]);
    expect(getCode(verdictOn(token))).toBe(code);
  });

  test("an unknown issuer is refused, and the signature is not checked", () => {
    const verdict = verdictOn(signToken(CLAIMS, KEY), { keys: [] });
    expect(getCode(verdict)).toBe("JWT_ISS_UNKNOWN");
    expect(verdict.checks.find(({ name }) => name === "signature")?.state).toBe("skipped");
  });

  test.each(["", "a", "a.b", "a.b.c", "a.b.c.d", "e30.e30.", "e30.e30.e30=", "W10.e30.e30", "e30.W10.e30"])(
    "when it is %j",
    (token) => {
      expect(getCode(verdictOn(token))).toBe("JWT_MALFORMED");
    },
  );

  test("an algorithm named like a prototype's member is refused", () => {
    const head = Buffer.from('{"alg":"toString"}').toString("base64url");
    expect(getCode(verdictOn(`${head}.e30.e30`))).toBe("JWT_ALG");
    expect(AsymmetricAlgorithm.RS256).toBe("RS256");
  });

  test("reasons never contain the token or the secret", () => {
    const token = signToken(CLAIMS, createHmacKey("another secret"));
    const text = JSON.stringify(verdictOn(token));
    expect(text).not.toContain(token.split(".")[2]);
    expect(text).not.toContain("secret of the tests");
  });
});

test("any changed byte of method, query, path or token is refused", () => {
  const token = signToken(CLAIMS, KEY);
  const changed = (text: string, at: number, to: string) => text.slice(0, at) + to + text.slice(at + 1);
  const visible = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
  const canonical = canonicalRequest("POST", TARGET, "/app");
  fc.assert(
    fc.property(fc.nat(), visible, fc.constantFrom("method", "rawUrl", "token"), (position, to, part) => {
      if (part === "token") {
        const other = changed(token, position % token.length, to);
        fc.pre(other !== token);
        expect(verdictOn(other).ok).toBe(false);
        return;
      }
      const original = part === "method" ? "POST" : TARGET;
      const other = changed(original, position % original.length, to);
      const request = { method: "POST", rawUrl: TARGET, [part]: other };
      // Another spelling of the same request (post, a trailing slash) is the same request.
      fc.pre(canonicalRequest(request.method, request.rawUrl, "/app") !== canonical);
      expect(getCode(verdictOn(token, request))).toBe("JWT_QSH");
    }),
    runs(100),
  );
});

test("any changed byte of the claims or of the key is refused", () => {
  const token = signToken(CLAIMS, KEY);
  const [header = "", payload = "", signature = ""] = token.split(".");
  const flipped = (bytes: Buffer, position: number, by: number) => {
    const changed = Buffer.from(bytes);
    changed[position % bytes.length]! ^= by;
    return changed;
  };
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (position, by) => {
      const claims = flipped(Buffer.from(payload, "base64url"), position, by).toString("base64url");
      expect(verdictOn(`${header}.${claims}.${signature}`).ok).toBe(false);
      const key = createSecretKey(flipped(Buffer.from(SECRET), position, by));
      expect(getCode(verdictOn(token, { keys: [key] }))).toBe("JWT_SIGNATURE");
    }),
    runs(100),
  );
});

test("any other key is refused", () => {
  const token = signToken(CLAIMS, KEY);
  fc.assert(
    fc.property(fc.string(), (secret) => {
      fc.pre(secret !== SECRET);
      expect(getCode(verdictOn(token, { keys: [createHmacKey(secret)] }))).toBe("JWT_SIGNATURE");
    }),
  );
});

test("a token for any request verifies here and with atlassian-jwt", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 12 });
  const pairs = fc.array(fc.tuple(text, text), { maxLength: 4 });
  const base = fc.constantFrom("", "/app", "/a/b");
  fc.assert(
    fc.property(text, text, pairs, base, (issuer, segment, query, basePath) => {
      const known = query.filter(([name]) => !["", "jwt", "__proto__"].includes(name));
      const parameters = known.map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
      // url.parse, which atlassian-jwt reads the path with, would encode an apostrophe that stands in it as such.
      const path = `${basePath}/${encodeURIComponent(segment).replaceAll("'", "%27")}`;
      const rawUrl = parameters === "" ? path : `${path}?${parameters}`;
      const baseUrl = `https://a.example${basePath}`;
      const token = signRequest({
        issuer: `x${issuer}`,
        method: "POST",
        url: `https://a.example${rawUrl}`,
        baseUrl,
        sharedSecret: SECRET,
        nowSeconds: NOW,
      });
      const parsed = parseToken(token);
      if (!parsed.ok) throw new Error(parsed.reason);
      const request = { method: "POST", rawUrl, basePath };
      expect(verifyToken(parsed, { keys: [KEY], request, nowSeconds: NOW }).ok).toBe(true);
      const claims = decodeSymmetric(token, SECRET, SymmetricAlgorithm.HS256) as { qsh: string };
      expect(claims.qsh).toBe(createQueryStringHash(fromMethodAndUrl("POST", rawUrl), false, baseUrl));
    }),
    runs(100),
  );
});

describe("names and states of the checks", () => {
  const listChecks = (verdict: TokenVerdict) => verdict.checks.map(({ name, state }) => `${name} ${state}`);
  const token = signToken(CLAIMS, KEY);

  test("a valid token passes all checks; the audience is skipped", () => {
    expect(listChecks(verdictOn(token))).toEqual([
      "format ok",
      "algorithm ok",
      "issuer ok",
      "signature ok",
      "time ok",
      "audience skipped",
      "qsh ok",
    ]);
  });

  test("after a wrong algorithm, all other checks are skipped", () => {
    const [, claims = "", signature = ""] = token.split(".");
    const other = Buffer.from('{"alg":"RS256"}').toString("base64url");

    expect(listChecks(verdictOn(`${other}.${claims}.${signature}`))).toEqual([
      "format ok",
      "algorithm bad",
      "issuer skipped",
      "signature skipped",
      "time skipped",
      "audience skipped",
      "qsh skipped",
    ]);
  });

  test("a token with several mistakes fails each of their checks", () => {
    const wrong = signWith({ ...CLAIMS, iss: "", exp: NOW - 60, qsh: "other" });

    expect(listChecks(verdictOn(wrong)).slice(2)).toEqual([
      "issuer bad",
      "signature skipped",
      "time bad",
      "audience skipped",
      "qsh bad",
    ]);
  });

  test("an unknown issuer fails the issuer check, another key the signature check", () => {
    expect(listChecks(verdictOn(token, { keys: [] })).slice(2, 4)).toEqual([
      "issuer bad",
      "signature skipped",
    ]);
    expect(listChecks(verdictOn(token, { keys: [createHmacKey("another")] })).slice(2, 4)).toEqual([
      "issuer ok",
      "signature bad",
    ]);
  });

  test("an issuer that is not a string is shown in the reason", () => {
    expect(verdictOn(signWith({ ...CLAIMS, iss: 47 })).checks[2]?.reason).toContain("47");
  });

  test("a missing audience is skipped, and one in a direction without audience too", () => {
    const audienceIn = (claims: object, audience?: string[]) =>
      listChecks(verdictOn(signWith(claims), audience === undefined ? {} : { audience }))[5];

    expect(audienceIn(CLAIMS, ["us"])).toBe("audience skipped");
    expect(audienceIn({ ...CLAIMS, aud: ["us"] }, ["us"])).toBe("audience ok");
    expect(audienceIn({ ...CLAIMS, aud: ["them"] }, ["us"])).toBe("audience bad");
    expect(audienceIn({ ...CLAIMS, aud: ["them"] })).toBe("audience skipped");
  });

  test("the reason names the current or the previous key", () => {
    const reasonWith = (...keys: (typeof KEY)[]) => verdictOn(token, { keys }).checks[3]?.reason;

    expect(reasonWith(KEY, createHmacKey("another"))).toBe("Signed with the shared secret.");
    expect(reasonWith(createHmacKey("another"), KEY)).toBe("Signed with the previous shared secret.");
  });
});

test("a call has the given audience, or none", () => {
  const request = {
    issuer: "client-1",
    method: "POST",
    url: "https://a.example/app/hook?b=2&a=1",
    baseUrl: "https://a.example/app",
    sharedSecret: SECRET,
    nowSeconds: NOW,
  };
  const decodeClaims = (token: string): unknown => decodeSymmetric(token, SECRET, SymmetricAlgorithm.HS256);

  expect(decodeClaims(signRequest(request))).toEqual(CLAIMS);
  expect(decodeClaims(signRequest({ ...request, audience: "them" }))).toEqual({ ...CLAIMS, aud: ["them"] });
});
