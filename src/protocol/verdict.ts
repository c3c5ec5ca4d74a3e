/** Verdict of a verification, with all checks and their reasons, to explain why a token is valid or refused. */

/** Meaning of each code. The first failed check gives the code of the refusal. */
export const TOKEN_CODES = {
  AUTH_MISSING: "The request has no token",
  AUTH_SCHEME: 'The Authorization header is not "JWT <token>"',
  AUTH_AMBIGUOUS: "The request has more than one token",
  JWT_TOO_LONG: "The token is longer than 12 KiB",
  JWT_MALFORMED: "The token is not three base64url segments with a JSON header and JSON claims",
  JWT_ALG: "The token's algorithm is not the one that this route requires",
  JWT_CRIT: "The token's header requires extensions",
  JWT_KID: "The token's kid is not a valid key ID",
  JWT_KID_UNKNOWN: "The key server has no key with the token's kid",
  JWT_KEY_BAD: "The key server's response is not an RSA public key of at least 2,048 bits",
  KEY_SERVER_UNAVAILABLE: "The key server is unavailable",
  JWT_ISS: "The token's iss is not a non-empty string",
  JWT_ISS_UNKNOWN: "No installation matches the token's iss",
  JWT_SIGNATURE: "The signature does not match the key",
  JWT_TIME_CLAIMS: "iat and exp must both be whole numbers",
  JWT_EXPIRED: "The token has expired",
  JWT_IAT: "The token was issued in the future",
  JWT_NBF: "The token is not valid yet",
  JWT_LIFETIME: "The token's lifetime, exp minus iat, is not allowed",
  JWT_AUD: "The token's aud names another recipient",
  JWT_QSH_MISSING: "The token has no qsh, so it is not bound to a request",
  JWT_QSH_CONTEXT: "A context token is not accepted here",
  JWT_QSH: "The token was signed for another request",
  JWT_REPLAY: "The token is not newer than the last one accepted here",
  BODY_CLIENTKEY: "The body's clientKey is not the token's iss",
  BODY_KEY: "The body names another add-on",
  BODY_SECRET: "The body has no sharedSecret",
  BODY_SIGNATURE_MISSING: "The body is not signed",
  BODY_SIGNATURE_TIME: "The body's signature is too old or in the future",
  BODY_SIGNATURE: "The body's signature does not match",
} as const;

export type TokenCode = keyof typeof TOKEN_CODES;

/** The canonical requests behind the two hashes. */
export interface CanonicalRequests {
  /** Hashed by the verifier. */
  readonly expected: string;
  /** Hashed by the signer, if a common mistake explains the hash. */
  readonly signed?: string;
}

export interface Check {
  /** `format`, `algorithm`, `issuer`, `signature`, `time`, `audience`, `qsh` … */
  readonly name: string;
  readonly state: "ok" | "bad" | "skipped";
  /** One sentence, without secrets and tokens. */
  readonly reason: string;
  /** Set if the state is "bad". */
  readonly code?: TokenCode;
  readonly canonical?: CanonicalRequests;
}

/** Claims of a valid token. Others are ignored. */
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

/** Creates a failed check. `detail` adds the found value to the meaning of the code. */
export function bad(name: string, code: TokenCode, detail?: string): Check {
  const reason = detail === undefined ? `${TOKEN_CODES[code]}.` : `${TOKEN_CODES[code]}: ${detail}.`;
  return { name, state: "bad", reason, code };
}

/** Returns the refusal of a list of checks, or undefined if none is bad. */
export function findRefusal(checks: readonly Check[]): Refusal | undefined {
  for (const check of checks) {
    if (check.code !== undefined) return { ok: false, code: check.code, reason: check.reason, checks };
  }
  return undefined;
}
