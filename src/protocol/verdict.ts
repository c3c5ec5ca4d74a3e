/**
 * What a verification answers: a verdict with every check that was made and the reason of each, so that a person can be
 * told why a token does or does not verify. Never thrown.
 */

/** Why a request was not accepted. The first check that failed gives the code. */
export const TOKEN_CODES = {
  AUTH_MISSING: "The request carries no token",
  AUTH_SCHEME: 'The Authorization header is not "JWT <token>"',
  AUTH_AMBIGUOUS: "The request carries more than one token",
  JWT_TOO_LONG: "The token is longer than 12 KiB",
  JWT_MALFORMED: "The token is not three base64url segments with a JSON header and JSON claims",
  JWT_ALG: "The token uses another algorithm than this route",
  JWT_CRIT: "The token's header asks for extensions",
  JWT_KID: "The token's kid has not the form of a key id",
  JWT_KID_UNKNOWN: "The key server does not know the token's kid",
  JWT_KEY_BAD: "The key server's answer is not an RSA public key of at least 2,048 bits",
  KEY_SERVER_UNAVAILABLE: "The key server did not answer",
  JWT_ISS: "The token's iss is not a non-empty string",
  JWT_ISS_UNKNOWN: "Nobody with the token's iss is installed",
  JWT_SIGNATURE: "The signature does not fit the key",
  JWT_TIME_CLAIMS: "iat and exp must both be there, as whole numbers",
  JWT_EXPIRED: "The token has expired",
  JWT_IAT: "The token was issued in the future",
  JWT_NBF: "The token is not valid yet",
  JWT_LIFETIME: "The token's lifetime, exp minus iat, is not allowed",
  JWT_AUD: "The token is meant for somebody else",
  JWT_QSH_MISSING: "The token is not bound to a request: it has no qsh",
  JWT_QSH_CONTEXT: "A context token is not accepted here",
  JWT_QSH: "The token was made for another request",
  JWT_REPLAY: "The token is not newer than the last one accepted here",
  BODY_CLIENTKEY: "The body's clientKey is not the token's iss",
  BODY_KEY: "The body names another add-on",
  BODY_SECRET: "The body carries no sharedSecret",
  BODY_SIGNATURE_MISSING: "The body is not signed",
  BODY_SIGNATURE_TIME: "The body's signature is too old or from the future",
  BODY_SIGNATURE: "The body's signature does not fit",
} as const;

export type TokenCode = keyof typeof TOKEN_CODES;

/** The requests a hash can be made of, side by side. */
export interface CanonicalRequests {
  /** What the verifier hashed. */
  readonly expected: string;
  /** What the signer hashed, when one of the usual mistakes explains the hash. */
  readonly signed?: string;
}

export interface Check {
  /** `format`, `algorithm`, `issuer`, `signature`, `time`, `audience`, `qsh` … */
  readonly name: string;
  readonly state: "ok" | "bad" | "skipped";
  /** One sentence, never with a secret or a token in it. */
  readonly reason: string;
  /** Set when the state is "bad". */
  readonly code?: TokenCode;
  readonly canonical?: CanonicalRequests;
}

/** The claims that are read of a token that verified; others are ignored. */
export interface TokenClaims {
  readonly iss: string;
  readonly iat: number;
  readonly exp: number;
  readonly qsh: string;
  readonly sub?: string;
  readonly aud: readonly string[];
}

export interface Refusal {
  readonly ok: false;
  readonly code: TokenCode;
  readonly reason: string;
  readonly checks: readonly Check[];
}

export type TokenVerdict =
  { readonly ok: true; readonly claims: TokenClaims; readonly checks: readonly Check[] } | Refusal;

export function ok(name: string, reason: string): Check {
  return { name, state: "ok", reason };
}

export function skipped(name: string, reason: string): Check {
  return { name, state: "skipped", reason };
}

/** A failed check; `detail` adds what was found to the sentence of the code. */
export function bad(name: string, code: TokenCode, detail?: string): Check {
  const reason = detail === undefined ? `${TOKEN_CODES[code]}.` : `${TOKEN_CODES[code]}: ${detail}.`;
  return { name, state: "bad", reason, code };
}

/** The refusal that a list of checks comes to, or undefined when none of them is bad. */
export function refusalOf(checks: readonly Check[]): Refusal | undefined {
  for (const check of checks) {
    if (check.code !== undefined) return { ok: false, code: check.code, reason: check.reason, checks };
  }
  return undefined;
}
