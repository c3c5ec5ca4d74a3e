/** Makes tokens, good ones and forged ones, out of their parts. Pure. */
import { createHmac, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { parseBasePath, canonicalRequest, queryStringHash, requestTarget } from "../protocol/qsh.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** What signs a token. */
export type Signer =
  | { readonly secret: string; readonly hash?: "sha256" | "sha384" | "sha512" }
  | { readonly key: KeyObject }
  /** Nothing does: the third segment is empty. */
  | "nobody";

export interface TokenParts {
  readonly header: JsonObject;
  /** An object, or JSON text that no object can be written as. Members that are undefined are left out. */
  readonly claims: JsonObject | string;
  readonly signer: Signer;
}

export function forgeToken({ header, claims, signer }: TokenParts): string {
  const input = `${encode(JSON.stringify(header))}.${encode(typeof claims === "string" ? claims : JSON.stringify(claims))}`;
  return `${input}.${createSignature(input, signer)}`;
}

/** Replaces the claims of a token and keeps its signature. */
export function withClaims(token: string, claims: JsonObject): string {
  const [header = "", , signature = ""] = token.split(".");
  return `${header}.${encode(JSON.stringify(claims))}.${signature}`;
}

/** The query string hash of a request to the absolute `url`, which is below `baseUrl`. */
export function hashRequest(method: string, url: string, baseUrl: string): string {
  return queryStringHash(canonicalRequest(method, requestTarget(url), parseBasePath(baseUrl)));
}

const encode = (text: string): string => Buffer.from(text).toString("base64url");

function createSignature(input: string, signer: Signer): string {
  if (signer === "nobody") return "";
  if ("key" in signer) return sign("RSA-SHA256", Buffer.from(input), signer.key).toString("base64url");
  return createHmac(signer.hash ?? "sha256", signer.secret)
    .update(input)
    .digest("base64url");
}
