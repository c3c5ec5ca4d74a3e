import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { AsymmetricAlgorithm, decodeAsymmetric } from "atlassian-jwt";
import { beforeAll, expect, test } from "vitest";
import { parseToken } from "../../../src/protocol/parsed-token.ts";
import {
  createSigningKey,
  keyIdOf,
  publicKeyOf,
  signInstall,
  verifyInstall,
} from "../../../src/protocol/signed-install.ts";
import type { KeyLookup, SigningKey } from "../../../src/protocol/signed-install.ts";
import { createSecretKeyOf, signRequest } from "../../../src/protocol/token.ts";

const NOW = 1_800_000_000;
const BASE = "https://addon.example/app";
const REQUEST = { method: "POST", rawUrl: "/app/installed", basePath: "/app" };

let key: SigningKey;
let token: string;
let found: KeyLookup;

beforeAll(async () => {
  key = await createSigningKey();
  const publicKey = publicKeyOf(key.publicPem);
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
  const other = publicKeyOf((await createSigningKey()).publicPem);
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

test("an HS256 token is refused for signed install, with any key", () => {
  const forged = signRequest({
    issuer: "client-1",
    method: "POST",
    url: `${BASE}/installed`,
    baseUrl: BASE,
    key: createSecretKeyOf(key.publicPem),
    nowSeconds: NOW,
    audience: BASE,
  });
  expect(codeFor(forged)).toBe("JWT_ALG");
});

test("a kid has 1 to 64 letters, digits and hyphens", () => {
  const withKid = (kid: unknown) => {
    const head = Buffer.from(JSON.stringify({ alg: "RS256", kid })).toString("base64url");
    const parsed = parseToken(`${head}.e30.e30`);
    return parsed.ok ? keyIdOf(parsed) : "malformed";
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
  for (const pem of [weak.publicKey, curve.publicKey, key.privatePem, "<html></html>", ""]) {
    expect(publicKeyOf(pem)).toBeUndefined();
  }
});
