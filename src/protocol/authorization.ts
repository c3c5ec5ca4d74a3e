/** Finds the token of a request. A request with two tokens is refused. Pure. */
import { bad, findRefusal } from "./verdict.ts";
import type { Refusal, TokenCode } from "./verdict.ts";

/** `JWT <token>` with one space. The scheme is case-insensitive (RFC 9110 section 11.1). */
const HEADER_FORM = /^JWT ([A-Za-z0-9\-_.=]+)$/i;

export interface FoundToken {
  readonly ok: true;
  readonly token: string;
}

/**
 * Returns the token of a request. `query` is "allowed" only for pages opened in a browser, which pass the token as `?jwt=`.
 * Elsewhere such a token is refused, because URLs end up in access logs.
 */
export function findToken(
  authorization: string | undefined,
  rawUrl: string,
  query: "allowed" | "refused",
): FoundToken | Refusal {
  const inQuery = tokensInQuery(rawUrl);
  if (inQuery.length > 1 || (inQuery.length > 0 && authorization !== undefined)) {
    return refuse("AUTH_AMBIGUOUS");
  }
  if (authorization !== undefined) {
    const token = HEADER_FORM.exec(authorization)?.[1];
    return token === undefined ? refuse("AUTH_SCHEME") : { ok: true, token };
  }
  const token = inQuery[0];
  if (token === undefined) return refuse("AUTH_MISSING");
  return query === "allowed" ? { ok: true, token } : refuse("AUTH_SCHEME", "it is in the query string");
}

function tokensInQuery(rawUrl: string): readonly string[] {
  const mark = rawUrl.indexOf("?");
  return mark < 0 ? [] : new URLSearchParams(rawUrl.slice(mark + 1)).getAll("jwt");
}

function refuse(code: TokenCode, detail?: string): Refusal {
  const check = bad("transport", code, detail);
  return findRefusal([check]) ?? { ok: false, code, reason: check.reason, checks: [check] };
}
