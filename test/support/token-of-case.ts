/** Makes the request of a token case: by hand, since no library signs what is wrong on purpose. */
import { createHmac, createSign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { parseBasePath, canonicalRequest, queryStringHash } from "../../src/protocol/qsh.ts";
import { ADDON_KEY, BASE_URL, GOOD, SECRETS } from "../fixtures/token-cases.ts";
import type { Mutation, Signer, TokenCase } from "../fixtures/token-cases.ts";

export interface CaseKeys {
  readonly goodKey: KeyObject;
  readonly attackersKey: KeyObject;
}

export interface CaseRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

const HASHES = { HS256: "sha256", HS384: "sha384", RS256: "RSA-SHA256" } as const;

export function createRequest(tokenCase: TokenCase, keys: CaseKeys, nowSeconds: number): CaseRequest {
  const method = tokenCase.route === "page" ? "GET" : "POST";
  const target = tokenCase.target ?? GOOD[tokenCase.route].target;
  const token = createToken(tokenCase, method, target, keys, nowSeconds);
  const { carriedIn = "header", scheme = "JWT" } = tokenCase;
  const inQuery = carriedIn === "header" ? target : `${target}&jwt=${token}`;
  return {
    method,
    target: inQuery,
    headers: carriedIn === "query" ? {} : { authorization: `${scheme} ${token}` },
    body: method === "GET" ? undefined : JSON.stringify(createBody(tokenCase.route)),
  };
}

function createBody(route: TokenCase["route"]): object {
  if (route === "webhook") return { webhookEvent: "jira:issue_created" };
  return {
    key: ADDON_KEY,
    clientKey: "ck-1",
    sharedSecret: "new-secret-from-host",
    baseUrl: "https://one.host.example",
    eventType: route,
    productType: "jira",
  };
}

function createToken(
  tokenCase: TokenCase,
  method: string,
  target: string,
  keys: CaseKeys,
  nowSeconds: number,
): string {
  const isInstall = tokenCase.route === "installed" || tokenCase.route === "uninstalled";
  const header = {
    typ: "JWT",
    alg: isInstall ? "RS256" : "HS256",
    ...(isInstall ? { kid: "k-1" } : {}),
    ...tokenCase.header,
  };
  const claims = {
    iss: "ck-1",
    iat: -1,
    exp: 180,
    qsh: queryStringHash(canonicalRequest(method, tokenCase.hashOf ?? target, parseBasePath(BASE_URL))),
    ...(isInstall ? { aud: [BASE_URL] } : {}),
    ...tokenCase.claims,
  };
  const dated = Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      ["iat", "exp", "nbf"].includes(name) && typeof value === "number" ? nowSeconds + value : value,
    ]),
  );
  const payload = JSON.stringify(dated);
  const signed = [
    JSON.stringify(header),
    tokenCase.mutation === "exp 1e999" ? payload.replace(/"exp":\d+/, '"exp":1e999') : payload,
  ]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".");
  const signer = tokenCase.signer ?? GOOD[tokenCase.route].signer;
  return mutate(`${signed}.${createSignature(signed, header.alg, signer, keys)}`, tokenCase.mutation);
}

function createSignature(signed: string, alg: unknown, signer: Signer, keys: CaseKeys): string {
  const name = Object.entries(HASHES).find(([known]) => known === alg)?.[1];
  if (name === undefined) return "anVuaw";
  if (signer === "good key" || signer === "attacker's key") {
    const key = signer === "good key" ? keys.goodKey : keys.attackersKey;
    return createSign("RSA-SHA256").update(signed).sign(key, "base64url");
  }
  const secret = "secret" in signer ? SECRETS[signer.secret] : signer.text;
  return createHmac(name, secret).update(signed).digest("base64url");
}

function mutate(token: string, mutation: Mutation | undefined): string {
  const [header = "", payload = "", signature = ""] = token.split(".");
  switch (mutation) {
    case "payload byte": {
      const claims = Buffer.from(payload, "base64url").toString().replace('"iat":1', '"iat":2');
      return `${header}.${Buffer.from(claims).toString("base64url")}.${signature}`;
    }
    case "signature empty":
      return `${header}.${payload}.`;
    case "signature padded":
      return `${token}=`;
    case "two segments":
      return `${header}.${payload}`;
    case "signature junk":
    case "exp 1e999":
    case undefined:
      return token;
  }
}
