/** Checks the claims that HS256 and RS256 tokens share. Pure; the clock is an argument. */
import type { ParsedToken } from "./parsed-token.ts";
import { readIssuer, shown } from "./parsed-token.ts";
import { diagnoseQsh } from "./qsh-diagnosis.ts";
import { canonicalRequest, queryStringHash } from "./qsh.ts";
import type { TokenRequest } from "./qsh.ts";
import { timingSafeEqualText } from "./timing-safe.ts";
import { bad, ok, findRefusal, skipped } from "./verdict.ts";
import type { Check, TokenClaims, TokenVerdict } from "./verdict.ts";

/** Maximum difference between the two clocks. */
export const LEEWAY_SECONDS = 30;

/** Maximum lifetime of a token that a host sends to an add-on. */
export const MAX_LIFETIME_SECONDS = 900;

/**
 * Maximum lifetime of a token that an add-on sends to a host. Atlassian documents no limit, and the Python library
 * `atlassian-jwt` signs for one hour by default.
 */
export const MAX_CALL_LIFETIME_SECONDS = 86_400;

/** Lifetime of the tokens that Callboard signs, as Atlassian's. */
export const TOKEN_LIFETIME_SECONDS = 180;

export function checkTimes(
  token: ParsedToken,
  nowSeconds: number,
  maxLifetimeSeconds = MAX_LIFETIME_SECONDS,
): Check {
  const { iat, exp, nbf } = token.claims;
  if (!isWholeNumber(iat) || !isWholeNumber(exp)) {
    return bad("time", "JWT_TIME_CLAIMS", `iat is ${shown(iat)}, exp is ${shown(exp)}`);
  }
  if (nowSeconds >= exp + LEEWAY_SECONDS) {
    return bad("time", "JWT_EXPIRED", `${nowSeconds - exp} s ago`);
  }
  if (iat > nowSeconds + LEEWAY_SECONDS) return bad("time", "JWT_IAT", `${iat - nowSeconds} s ahead`);
  if (nbf !== undefined && (!isWholeNumber(nbf) || nbf > nowSeconds + LEEWAY_SECONDS)) {
    return bad("time", "JWT_NBF", `nbf is ${shown(nbf)}`);
  }
  if (exp <= iat || exp - iat > maxLifetimeSeconds) {
    return bad("time", "JWT_LIFETIME", `${exp - iat} s, the maximum is ${maxLifetimeSeconds} s`);
  }
  return ok("time", `Issued ${nowSeconds - iat} s ago, valid for another ${exp - nowSeconds} s.`);
}

export function checkQsh(token: ParsedToken, request: TokenRequest): Check {
  const { qsh } = token.claims;
  if (qsh === undefined) return bad("qsh", "JWT_QSH_MISSING");
  if (qsh === "context-qsh") return bad("qsh", "JWT_QSH_CONTEXT");
  const expected = canonicalRequest(request.method, request.rawUrl, request.basePath);
  if (typeof qsh !== "string") return { ...bad("qsh", "JWT_QSH", shown(qsh)), canonical: { expected } };
  if (timingSafeEqualText(qsh, queryStringHash(expected))) {
    return { ...ok("qsh", `The hash of ${shown(expected)}.`), canonical: { expected, signed: expected } };
  }
  const mistake = diagnoseQsh(qsh, request);
  return mistake === undefined
    ? { ...bad("qsh", "JWT_QSH", `not the hash of ${shown(expected)}`), canonical: { expected } }
    : {
        ...bad("qsh", "JWT_QSH", mistake.explanation),
        canonical: { expected, signed: mistake.canonical },
      };
}

/** Checks that `aud` has one of the `accepted` values. A trailing slash makes no difference. */
export function checkAudience(
  token: ParsedToken,
  accepted: readonly string[],
  absent: "required" | "optional",
): Check {
  const { aud } = token.claims;
  if (aud === undefined && absent === "optional") {
    return skipped("audience", "The token has no aud, which is optional here.");
  }
  const names = listAudience(token);
  const plain = accepted.map(withoutTrailingSlash);
  return names.some((name) => plain.includes(withoutTrailingSlash(name)))
    ? ok("audience", `The recipient is ${shown(accepted[0])}.`)
    : bad("audience", "JWT_AUD", `${shown(aud)} instead of ${shown(accepted[0])}`);
}

/** Returns the verdict of all checks. */
export function concludeToken(token: ParsedToken, checks: readonly Check[]): TokenVerdict {
  const refusal = findRefusal(checks);
  if (refusal !== undefined) return refusal;
  const { sub } = token.claims;
  const claims: TokenClaims = {
    iss: readIssuer(token) ?? "",
    iat: Number(token.claims["iat"]),
    exp: Number(token.claims["exp"]),
    qsh: String(token.claims["qsh"]),
    aud: listAudience(token),
    ...(typeof sub === "string" ? { sub } : {}),
  };
  return { ok: true, claims, checks };
}

function listAudience(token: ParsedToken): readonly string[] {
  const { aud } = token.claims;
  const names: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  return names.filter((name) => typeof name === "string");
}

function withoutTrailingSlash(text: string): string {
  return text.endsWith("/") ? text.slice(0, -1) : text;
}

function isWholeNumber(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
