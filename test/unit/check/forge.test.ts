import { createHmac, createPrivateKey, generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { forgeToken, hashRequest, withClaims } from "../../../src/check/forge.ts";
import { canonicalRequest, queryStringHash } from "../../../src/protocol/qsh.ts";
import { signRequest } from "../../../src/protocol/token.ts";
import { signInstall } from "../../../src/protocol/sign-install.ts";
import { toPublicKey } from "../../../src/protocol/signed-install.ts";
import { parseToken } from "../../../src/protocol/parsed-token.ts";
import { verify } from "node:crypto";

const BASE = "https://addon.example/app";
const URL = `${BASE}/hook?a=1`;

test("a good token of parts is the one that a host signs", () => {
  const claims = { iss: "site-1", iat: 1_000, exp: 1_180, qsh: hashRequest("POST", URL, BASE) };
  const token = forgeToken({ header: { typ: "JWT", alg: "HS256" }, claims, signer: { secret: "s3cret" } });
  expect(token).toBe(
    signRequest({
      issuer: "site-1",
      method: "POST",
      url: URL,
      baseUrl: BASE,
      sharedSecret: "s3cret",
      nowSeconds: 1_000,
    }),
  );
});

test("the hash of a request is that of the path below baseUrl", () => {
  expect(hashRequest("GET", URL, BASE)).toBe(queryStringHash(canonicalRequest("GET", "/hook?a=1", "")));
});

test("members that are undefined are left out, and text is taken as it is", () => {
  const header = { alg: "HS256" };
  const signer = { secret: "s" };
  const claims = (token: string) => Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
  expect(claims(forgeToken({ header, claims: { iss: "a", exp: undefined }, signer }))).toBe('{"iss":"a"}');
  expect(claims(forgeToken({ header, claims: '{"exp":1e999}', signer }))).toBe('{"exp":1e999}');
});

test("nobody signs an empty signature; another hash signs another one", () => {
  const parts = { header: { alg: "none" }, claims: {} };
  const unsigned = forgeToken({ ...parts, signer: "nobody" });
  expect(unsigned.endsWith(".")).toBe(true);
  expect(forgeToken({ ...parts, signer: { secret: "s", hash: "sha384" } })).toBe(
    unsigned + createHmac("sha384", "s").update(unsigned.slice(0, -1)).digest("base64url"),
  );
});

test("a key signs RS256 as a host signs its installs", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const key = createPrivateKey(privateKey);
  const install = {
    kid: "k-1",
    privateKey: key,
    issuer: "site-1",
    url: URL,
    baseUrl: BASE,
    nowSeconds: 1_000,
  };
  const parsed = parseToken(signInstall(install));
  if (!parsed.ok) throw new Error(parsed.reason);
  expect(forgeToken({ header: parsed.header, claims: parsed.claims, signer: { key } })).toBe(parsed.text);
  expect(
    verify("RSA-SHA256", Buffer.from(parsed.signingInput), toPublicKey(publicKey)!, parsed.signature),
  ).toBe(true);
});

test("changed claims keep the old signature", () => {
  const token = forgeToken({ header: { alg: "HS256" }, claims: { iss: "a" }, signer: { secret: "s" } });
  const changed = withClaims(token, { iss: "b" });
  expect(changed).not.toBe(token);
  expect(changed.split(".")[0]).toBe(token.split(".")[0]);
  expect(changed.split(".")[2]).toBe(token.split(".")[2]);
});
