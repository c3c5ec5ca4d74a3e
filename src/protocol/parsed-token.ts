/** Splits a token into its parts, strictly and without verifying it. */
import { bad, ok, findRefusal, skipped } from "./verdict.ts";
import type { Check, Refusal, TokenCode } from "./verdict.ts";

export const MAX_TOKEN_LENGTH = 12 * 1024;

type JsonObject = Readonly<Record<string, unknown>>;

/** An unverified token: good for choosing a key and for display only. */
export interface ParsedToken {
  readonly ok: true;
  readonly text: string;
  readonly header: JsonObject;
  readonly claims: JsonObject;
  /** The two signed segments. */
  readonly signingInput: string;
  readonly signature: Buffer;
}

/** Splits a token. Accepts one spelling only: no padding, no stray bits, no fourth segment. */
export function parseToken(text: string): ParsedToken | Refusal {
  if (text.length > MAX_TOKEN_LENGTH) return refuse("JWT_TOO_LONG", `${text.length} characters`);
  const [head, body, tail, ...rest] = text.split(".");
  if (head === undefined || body === undefined || tail === undefined || rest.length > 0) {
    return refuse("JWT_MALFORMED", `${text.split(".").length} segments`);
  }
  const header = parseSegment(head);
  if (header === undefined) return refuse("JWT_MALFORMED", "the header cannot be read");
  const claims = parseSegment(body);
  if (claims === undefined) return refuse("JWT_MALFORMED", "the claims cannot be read");
  const signature = decodeSegment(tail);
  if (signature === undefined) return refuse("JWT_MALFORMED", "the signature cannot be read");
  return { ok: true, text, header, claims, signingInput: `${head}.${body}`, signature };
}

/** Returns the unverified `iss`, or undefined unless it is a non-empty string. */
export function readIssuer(token: ParsedToken): string | undefined {
  const { iss } = token.claims;
  return typeof iss === "string" && iss !== "" ? iss : undefined;
}

/** Checks the header. The route fixes the algorithm; it is never taken from the header. */
export function checkHeader(token: ParsedToken, algorithm: "HS256" | "RS256"): readonly Check[] {
  const { alg, crit, b64 } = token.header;
  const checks = [ok("format", "Three base64url segments with a JSON header and JSON claims.")];
  if (alg !== algorithm) {
    return [...checks, bad("algorithm", "JWT_ALG", `${shown(alg)} instead of ${algorithm}`)];
  }
  if (crit !== undefined) return [...checks, bad("algorithm", "JWT_CRIT", shown(crit))];
  // RFC 7797 section 6: `b64` changes what is signed, and is allowed only together with `crit`.
  if (b64 !== undefined) return [...checks, bad("algorithm", "JWT_CRIT", `b64 is ${shown(b64)}`)];
  return [...checks, ok("algorithm", `${algorithm}, as this route requires.`)];
}

/** Returns a skipped check for each name. */
export function skipAll(names: readonly string[], reason: string): readonly Check[] {
  return names.map((name) => skipped(name, reason));
}

/** Formats a foreign value for a sentence, as JSON of up to 80 characters. */
export function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function refuse(code: TokenCode, detail: string): Refusal {
  const check = bad("format", code, detail);
  return findRefusal([check]) ?? { ok: false, code, reason: check.reason, checks: [check] };
}

function decodeSegment(segment: string): Buffer | undefined {
  const bytes = Buffer.from(segment, "base64url");
  return segment !== "" && bytes.toString("base64url") === segment ? bytes : undefined;
}

function parseSegment(segment: string): JsonObject | undefined {
  const bytes = decodeSegment(segment);
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
