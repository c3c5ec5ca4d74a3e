/**
 * Access tokens of OAuth 2 clients: the request for one, what its response means, and when a token is renewed. Pure; everything that
 * a token server says is checked.
 * Source: RFC 6749, sections 2.3.1, 4.4, 5.1 and 5.2.
 */
import type { AnswerPart, ExchangeResult, Outcome, TokenServerReason } from "../../egress/index.ts";
import { JsonTextError, scanJson } from "../../json/scan.ts";
import { BEARER_TOKEN } from "./authentication.ts";
import type { OAuthClient } from "./authentication.ts";

export interface AccessToken {
  readonly token: string;
  /** Epoch ms, on the database's clock. */
  readonly fetchedAt: number;
  readonly refreshAt: number;
  readonly expiresAt: number;
}

export interface TokenFailure {
  readonly kind: "failed";
  readonly reason: TokenServerReason;
  /** Never quotes the token server, which can repeat a secret. */
  readonly detail: string;
  /** True if the token server does not accept ID and secret of the client. */
  readonly isOfClient: boolean;
}

export type TokenResult = { readonly kind: "token"; readonly token: AccessToken } | TokenFailure;

/** Maximum size of a response. */
export const MAX_TOKEN_RESPONSE_BYTES = 64 * 1_024;
const MAX_DEPTH = 8;
const MAX_VALUES = 500;
/** A header of more characters is refused by many servers. */
const MAX_TOKEN_LENGTH = 6 * 1_024;
/** Lifetime of a token whose response doesn't name one. */
const UNNAMED_LIFETIME_MS = 3_600_000;
/** A longer lifetime counts as this one, so that a withdrawn token is not used forever. */
const MAX_LIFETIME_MS = 24 * 3_600_000;
/** Time before its end at which a token is renewed; a fifth of a shorter lifetime. */
const REFRESH_AHEAD_MS = 60_000;
const REFRESH_SHARE = 0.2;
/** After a 401, a token that is younger is not replaced: a receiver that refuses every token would cause a request each time. */
const MIN_AGE_MS = 60_000;

export interface TokenRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Returns headers and body of the POST to the client's token URL. */
export function createTokenRequest({
  clientId,
  clientSecret,
  clientMethod,
  scope,
  audience,
}: OAuthClient): TokenRequest {
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  if (scope !== undefined) form.set("scope", scope);
  if (audience !== undefined) form.set("audience", audience);
  const headers = { accept: "application/json", "content-type": "application/x-www-form-urlencoded" };
  if (clientMethod === "post") {
    form.set("client_id", clientId);
    form.set("client_secret", clientSecret);
    return { headers, body: form.toString() };
  }
  const credentials = `${formEncode(clientId)}:${formEncode(clientSecret)}`;
  const authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
  return { headers: { ...headers, authorization }, body: form.toString() };
}

/** Encodes a text as the value of a form, which RFC 6749 requires of both halves of the Basic credentials. */
function formEncode(text: string): string {
  return new URLSearchParams({ "": text }).toString().slice(1);
}

/** @param requestedAt epoch ms on the database's clock, from which the lifetime counts */
export function readTokenResponse({ outcome, answer }: ExchangeResult, requestedAt: number): TokenResult {
  if (outcome.kind === "accepted" && answer !== undefined) return readToken(answer, requestedAt);
  return { kind: "failed", isOfClient: false, ...describeFailure(outcome, answer) };
}

function describeFailure(
  outcome: Outcome,
  answer: AnswerPart | undefined,
): Pick<TokenFailure, "reason" | "detail"> & { readonly isOfClient?: boolean } {
  switch (outcome.kind) {
    case "unreachable":
      return {
        reason: "token-server-unreachable",
        detail: `The token server did not respond (${outcome.reason}): ${outcome.detail}`,
      };
    case "forbidden":
      return {
        reason: "token-server-unreachable",
        detail: `The address of the token server is not allowed (${outcome.code}): ${outcome.detail}`,
      };
    default: {
      const code = readErrorCode(answer);
      return {
        reason: "token-server-refused",
        detail: `The token server returned ${outcome.status}${code === undefined ? "" : `, ${code}`}`,
        isOfClient: outcome.status === 401 || code === "invalid_client",
      };
    }
  }
}

/** The codes of RFC 6749, section 5.2. Others are not shown: they can be any text. */
const ERROR_CODES = [
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
] as const;

function readErrorCode(answer: AnswerPart | undefined): string | undefined {
  const given = answer === undefined ? undefined : parseAnswer(answer)?.["error"];
  return ERROR_CODES.find((code) => code === given);
}

function readToken(answer: AnswerPart, requestedAt: number): TokenResult {
  const given = parseAnswer(answer);
  if (given === undefined) return unusable("is not a JSON object of a usable size");
  const { access_token: token, token_type: type = "Bearer", expires_in: lifetime } = given;
  if (typeof token !== "string" || token === "") return unusable("has no access_token");
  if (token.length > MAX_TOKEN_LENGTH || !BEARER_TOKEN.test(token)) {
    return unusable(
      `has an access_token that fits no header: at most ${MAX_TOKEN_LENGTH} visible ASCII characters`,
    );
  }
  if (typeof type !== "string" || type.toLowerCase() !== "bearer") {
    return unusable("has a token of another type than Bearer");
  }
  const lifetimeMs = readLifetimeMs(lifetime);
  if (lifetimeMs === undefined) return unusable("has an expires_in that is no positive number of seconds");
  const aheadMs = Math.min(REFRESH_AHEAD_MS, lifetimeMs * REFRESH_SHARE);
  return {
    kind: "token",
    token: {
      token,
      fetchedAt: requestedAt,
      refreshAt: Math.floor(requestedAt + lifetimeMs - aheadMs),
      expiresAt: Math.floor(requestedAt + lifetimeMs),
    },
  };
}

/** Some servers send the number as a string. */
function readLifetimeMs(given: unknown): number | undefined {
  if (given === undefined || given === null) return UNNAMED_LIFETIME_MS;
  const seconds = typeof given === "string" && /^\d{1,15}$/.test(given) ? Number(given) : given;
  if (typeof seconds !== "number" || !(seconds > 0)) return undefined;
  return Math.min(seconds * 1_000, MAX_LIFETIME_MS);
}

/** Returns the JSON object of a whole response; undefined for anything else. */
function parseAnswer({ body, cut }: AnswerPart): Readonly<Record<string, unknown>> | undefined {
  if (cut !== false) return undefined;
  try {
    const scan = scanJson(body, { maxDepth: MAX_DEPTH, maxCount: MAX_VALUES, duplicates: "all" });
    return scan.kind === "object" ? (JSON.parse(body.toString()) as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof JsonTextError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const unusable = (detail: string): TokenFailure => ({
  kind: "failed",
  reason: "token-server-response",
  detail: `The response of the token server ${detail}`,
  isOfClient: false,
});

/** Fresh and due tokens can be sent; a due one is renewed meanwhile. */
export function findStage({ refreshAt, expiresAt }: AccessToken, now: number): "fresh" | "due" | "expired" {
  if (now < refreshAt) return "fresh";
  return now < expiresAt ? "due" : "expired";
}

/** Reports whether it was fetched with another request than the one that a receiver refused. */
export function isOther({ fetchedAt }: AccessToken, refused: AccessToken | undefined): boolean {
  return fetchedAt !== refused?.fetchedAt;
}

/** Reports whether a receiver's 401 is a reason to replace the token. */
export function isReplaceable({ fetchedAt }: AccessToken, now: number): boolean {
  return now - fetchedAt >= MIN_AGE_MS;
}

const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;

/** Returns the pause before the next request after so many failed ones in a row: 1 s, doubled up to 60 s. */
export function pauseAfterFailures(failures: number): number {
  return Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, failures - 1));
}
