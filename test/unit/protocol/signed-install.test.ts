import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { AsymmetricAlgorithm, decodeAsymmetric } from "atlassian-jwt";
import jsonwebtoken from "jsonwebtoken";
import { beforeAll, describe, expect, test } from "vitest";
import { parseToken } from "../../../src/protocol/parsed-token.ts";
import { signInstall } from "../../../src/protocol/sign-install.ts";
import { createSigningKey } from "../../../src/protocol/signing-key.ts";
import type { SigningKey } from "../../../src/protocol/signing-key.ts";
import { findKeyId, toPublicKey, verifyInstall } from "../../../src/protocol/signed-install.ts";
import type { KeyLookup } from "../../../src/protocol/signed-install.ts";
import { signRequest } from "../../../src/protocol/token.ts";

const NOW = 1_800_000_000;
const BASE = "https://addon.example/app";
const REQUEST = { method: "POST", rawUrl: "/app/installed", basePath: "/app" };

let key: SigningKey;
let token: string;
let found: KeyLookup;

beforeAll(async () => {
  key = await createSigningKey();
  const publicKey = toPublicKey(key.publicPem);
  if (publicKey === undefined) throw new Error("the key does not read back");
  found = { kind: "found", key: publicKey };
  token = signInstall({
    kid: key.kid,
    privateKey: createPrivateKey(key.privatePem),
    issuer: "client-1",
    url: `${BASE}/installed`,
    baseUrl: BASE,
    nowSeconds: NOW,
  });
});

function codeFor(
  text: string,
  change: { lookup?: KeyLookup; rawUrl?: string; baseUrls?: string[]; nowSeconds?: number } = {},
): string {
  const parsed = parseToken(text);
  if (!parsed.ok) return parsed.code;
  const verdict = verifyInstall(parsed, {
    lookup: change.lookup ?? found,
    request: { ...REQUEST, rawUrl: change.rawUrl ?? REQUEST.rawUrl },
    baseUrls: change.baseUrls ?? [BASE],
    nowSeconds: change.nowSeconds ?? NOW,
  });
  return verdict.ok ? "accepted" : verdict.code;
}

test("a signed install verifies here and with atlassian-jwt", () => {
  expect(codeFor(token)).toBe("accepted");
  expect(decodeAsymmetric(token, key.publicPem, AsymmetricAlgorithm.RS256)).toMatchObject({
    iss: "client-1",
    aud: [BASE],
    iat: NOW,
    exp: NOW + 180,
  });
});

test("a trailing slash in the audience is ignored, a longer name is refused", () => {
  expect(codeFor(token, { baseUrls: [`${BASE}/`] })).toBe("accepted");
  expect(codeFor(token, { baseUrls: [`${BASE}.evil.example`] })).toBe("JWT_AUD");
});

test("a token for another route, another time or another key is refused", async () => {
  const other = toPublicKey((await createSigningKey()).publicPem);
  if (other === undefined) throw new Error("the key does not read back");
  expect(codeFor(token, { rawUrl: "/app/uninstalled" })).toBe("JWT_QSH");
  expect(codeFor(token, { nowSeconds: NOW + 210 })).toBe("JWT_EXPIRED");
  expect(codeFor(token, { lookup: { kind: "found", key: other } })).toBe("JWT_SIGNATURE");
});

test("each failure of the key lookup has its own code", () => {
  expect(codeFor(token, { lookup: { kind: "unknown" } })).toBe("JWT_KID_UNKNOWN");
  expect(codeFor(token, { lookup: { kind: "unusable" } })).toBe("JWT_KEY_BAD");
  expect(codeFor(token, { lookup: { kind: "unavailable", reason: "no answer in 5 s" } })).toBe(
    "KEY_SERVER_UNAVAILABLE",
  );
});

describe("every check is reported, in order", () => {
  const checks = (
    text: string,
    {
      lookup = found,
      ...change
    }: { lookup?: KeyLookup | undefined; baseUrls?: string[]; nowSeconds?: number } = {},
  ) => {
    const parsed = parseToken(text);
    if (!parsed.ok) throw new Error(parsed.reason);
    const expected = { request: REQUEST, baseUrls: [BASE], nowSeconds: NOW, ...change };
    return verifyInstall(parsed, { ...expected, lookup }).checks.map(({ name, state }) => `${name} ${state}`);
  };
  const HEADER_OK = ["format ok", "algorithm ok"];
  const CLAIMS_OK = ["issuer ok", "time ok", "audience ok", "qsh ok"];

  test.each<[string, KeyLookup, readonly string[]]>([
    ["unknown", { kind: "unknown" }, ["key bad", "signature skipped"]],
    ["unusable", { kind: "unusable" }, ["key bad", "signature skipped"]],
    ["unavailable", { kind: "unavailable", reason: "x" }, ["key bad", "signature skipped"]],
    ["not fetched although the claims are good", { kind: "not-asked" }, ["key bad", "signature skipped"]],
  ])("with a key that is %s", (_what, lookup, key) => {
    expect(checks(token, { lookup })).toEqual([...HEADER_OK, ...key, ...CLAIMS_OK]);
  });

  test("with a key that was found", () => {
    expect(checks(token)).toEqual([...HEADER_OK, "key ok", "signature ok", ...CLAIMS_OK]);
    expect(checks(`${token.slice(0, -4)}AAAA`)).toEqual([
      ...HEADER_OK,
      "key ok",
      "signature bad",
      ...CLAIMS_OK,
    ]);
  });

  test("of an expired token without fetching its key", () => {
    expect(checks(token, { lookup: { kind: "not-asked" }, nowSeconds: NOW + 1_000 })).toEqual([
      ...HEADER_OK,
      "key skipped",
      "signature skipped",
      "issuer ok",
      "time bad",
      "audience ok",
      "qsh ok",
    ]);
  });

  test("of an expired token whose key was fetched, its signature as well", () => {
    expect(checks(token, { nowSeconds: NOW + 1_000 })).toEqual([
      ...HEADER_OK,
      "key ok",
      "signature ok",
      "issuer ok",
      "time bad",
      "audience ok",
      "qsh ok",
    ]);
  });

  test("of a token for another algorithm, of which nothing else is checked", () => {
    const [, claims = "", signature = ""] = token.split(".");
    const head = Buffer.from('{"alg":"HS256"}').toString("base64url");
    expect(checks(`${head}.${claims}.${signature}`)).toEqual([
      "format ok",
      "algorithm bad",
      "key skipped",
      "issuer skipped",
      "signature skipped",
      "time skipped",
      "audience skipped",
      "qsh skipped",
    ]);
  });

  test.each([
    ["without a kid", { alg: "RS256" }],
    ["with a kid that is no key ID", { alg: "RS256", kid: "../x" }],
  ])("of a token %s", (_what, header) => {
    const [, claims = "", signature = ""] = token.split(".");
    const head = Buffer.from(JSON.stringify(header)).toString("base64url");
    const text = `${head}.${claims}.${signature}`;
    expect(checks(text)).toEqual([...HEADER_OK, "key bad", "signature skipped", ...CLAIMS_OK]);
    expect(codeFor(text)).toBe("JWT_KID");
  });

  test("of a token whose kid was refused before the lookup", () => {
    const parsed = parseToken(token);
    if (!parsed.ok) throw new Error(parsed.reason);
    const expected = { lookup: undefined, request: REQUEST, baseUrls: [BASE], nowSeconds: NOW };
    expect(verifyInstall(parsed, expected)).toMatchObject({ ok: false, code: "JWT_KID" });
  });

  test("of a token without an issuer", () => {
    const claims = { aud: [BASE], iat: NOW, exp: NOW + 180, qsh: "x" };
    const text = jsonwebtoken.sign(claims, key.privatePem, { algorithm: "RS256", keyid: key.kid });
    expect(checks(text)).toEqual([
      ...HEADER_OK,
      "key ok",
      "signature ok",
      "issuer bad",
      "time ok",
      "audience ok",
      "qsh bad",
    ]);
    expect(codeFor(text)).toBe("JWT_ISS");
  });

  test("of a token that is not valid yet, with the code of its nbf", () => {
    const [, body = ""] = token.split(".");
    const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as object;
    const later = { ...claims, nbf: NOW + 1_000 };
    const text = jsonwebtoken.sign(later, key.privatePem, { algorithm: "RS256", keyid: key.kid });
    expect(checks(text)).toEqual([
      ...HEADER_OK,
      "key ok",
      "signature ok",
      "issuer ok",
      "time bad",
      "audience ok",
      "qsh ok",
    ]);
  });
});

test("an HS256 token is refused for signed install, with any key", () => {
  const forged = signRequest({
    issuer: "client-1",
    method: "POST",
    url: `${BASE}/installed`,
    baseUrl: BASE,
    sharedSecret: key.publicPem,
    nowSeconds: NOW,
    audience: BASE,
  });
  expect(codeFor(forged)).toBe("JWT_ALG");
});

test("a kid has 1 to 64 letters, digits and hyphens", () => {
  const withKid = (kid: unknown) => {
    const head = Buffer.from(JSON.stringify({ alg: "RS256", kid })).toString("base64url");
    const parsed = parseToken(`${head}.e30.e30`);
    return parsed.ok ? findKeyId(parsed) : "malformed";
  };
  expect(withKid(key.kid)).toBe(key.kid);
  for (const kid of ["", "../x", "a?b", "a".repeat(65), { a: 1 }, undefined]) {
    expect(withKid(kid)).toBeUndefined();
  }
});

test("only an RSA public key of at least 2,048 bits is accepted", () => {
  const spki = { type: "spki", format: "pem" } as const;
  const pkcs8 = { type: "pkcs8", format: "pem" } as const;
  const weak = generateKeyPairSync("rsa", {
    modulusLength: 1024,
    publicKeyEncoding: spki,
    privateKeyEncoding: pkcs8,
  });
  const curve = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: spki,
    privateKeyEncoding: pkcs8,
  });
  expect(toPublicKey(`\n  ${key.publicPem}\n\n`)).toMatchObject({ asymmetricKeyType: "rsa" });
  const broken = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----";
  for (const pem of [broken, weak.publicKey, curve.publicKey, key.privatePem, "<html></html>", ""]) {
    expect(toPublicKey(pem)).toBeUndefined();
  }
});
