/** A token taken apart, strictly, before anything in it is believed. */
import { bad, ok, refusalOf, skipped } from "./verdict.ts";
import type { Check, Refusal, TokenCode } from "./verdict.ts";

export const MAX_TOKEN_LENGTH = 12 * 1024;

type JsonObject = Readonly<Record<string, unknown>>;

/** Nothing here is verified: good for choosing a key and for showing, not for acting on. */
export interface ParsedToken {
  readonly ok: true;
  readonly text: string;
  readonly header: JsonObject;
  readonly claims: JsonObject;
  /** The two segments that are signed. */
  readonly signingInput: string;
  readonly signature: Buffer;
}

/** Takes a token apart. One spelling only: no padding, no stray bits, no fourth segment. */
export function parseToken(text: string): ParsedToken | Refusal {
  if (text.length > MAX_TOKEN_LENGTH) return refuse("JWT_TOO_LONG", `${text.length} characters`);
  const [head, body, tail, ...rest] = text.split(".");
  if (head === undefined || body === undefined || tail === undefined || rest.length > 0) {
    return refuse("JWT_MALFORMED", `${text.split(".").length} segments`);
  }
  const header = objectOf(head);
  if (header === undefined) return refuse("JWT_MALFORMED", "the header cannot be read");
  const claims = objectOf(body);
  if (claims === undefined) return refuse("JWT_MALFORMED", "the claims cannot be read");
  const signature = bytesOf(tail);
  if (signature === undefined) return refuse("JWT_MALFORMED", "the signature cannot be read");
  return { ok: true, text, header, claims, signingInput: `${head}.${body}`, signature };
}

/** The token's own word on who made it, unverified; undefined unless it is a non-empty string. */
export function issuerOf(token: ParsedToken): string | undefined {
  const { iss } = token.claims;
  return typeof iss === "string" && iss !== "" ? iss : undefined;
}

/** The algorithm is pinned by the route and only compared with the header, never read from it. */
export function checkHeader(token: ParsedToken, algorithm: "HS256" | "RS256"): readonly Check[] {
  const { alg, crit, b64 } = token.header;
  const checks = [ok("format", "Three base64url segments with a JSON header and JSON claims.")];
  if (alg !== algorithm) {
    return [...checks, bad("algorithm", "JWT_ALG", `${shown(alg)} instead of ${algorithm}`)];
  }
  if (crit !== undefined) return [...checks, bad("algorithm", "JWT_CRIT", shown(crit))];
  // RFC 7797 section 6: `b64` changes what is signed, and is allowed only together with `crit`.
  if (b64 !== undefined) return [...checks, bad("algorithm", "JWT_CRIT", `b64 is ${shown(b64)}`)];
  return [...checks, ok("algorithm", `${algorithm}, as this route demands.`)];
}

/** The checks in `names`, not made because of something earlier. */
export function skipAll(names: readonly string[], reason: string): readonly Check[] {
  return names.map((name) => skipped(name, reason));
}

/** A foreign value in a sentence: JSON, cut short. */
export function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function refuse(code: TokenCode, detail: string): Refusal {
  const check = bad("format", code, detail);
  return refusalOf([check]) ?? { ok: false, code, reason: check.reason, checks: [check] };
}

function bytesOf(segment: string): Buffer | undefined {
  const bytes = Buffer.from(segment, "base64url");
  return segment !== "" && bytes.toString("base64url") === segment ? bytes : undefined;
}

function objectOf(segment: string): JsonObject | undefined {
  const bytes = bytesOf(segment);
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}
