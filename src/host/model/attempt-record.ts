/**
 * A request and its result → the attempt as the delivery log keeps it. Headers that open a session are masked, in requests and in
 * responses. Pure.
 */
import type { ExchangeResult, Outcome, PostRequest, UnreachableReason } from "../../egress/index.ts";
import type { ErrorCode } from "../../errors.ts";
import type { SigningClaims } from "../../protocol/token.ts";
import type { Access } from "./access.ts";
import type { AttemptOutcome, AttemptRecord } from "./delivery.ts";
import { keepAnswer } from "./kept-answer.ts";

/** A POST that is ready to be sent, at once: its token is valid for three minutes. */
export interface SignedRequest {
  readonly kind: "request";
  readonly request: PostRequest;
  readonly claims: SigningClaims | undefined;
  /** What the delivery log says of the request beside its result. */
  readonly note?: string;
  /** What the receiver's settings add to it; undefined for most receivers. */
  readonly access?: Access | undefined;
  /** Secrets in its body, which the response may repeat; undefined for most receivers. */
  readonly secrets?: readonly string[];
}

/** Returns the request with a time limit of its own, if there is one. */
export function withTimeout(signed: SignedRequest, timeoutMs: number | undefined): SignedRequest {
  return timeoutMs === undefined ? signed : { ...signed, request: { ...signed.request, timeoutMs } };
}

/** What a request came to. */
export type Sent = ExchangeResult & {
  /** The URL that it reached, if that is another one than it was signed for. */
  readonly url?: string;
  /** Names of the headers that were sent beside those of the request: their values are secret. */
  readonly secretHeaders?: readonly string[];
  /** Secrets that were sent with it, which the response may repeat. */
  readonly secrets?: readonly string[];
  /** Why this is the result, where that needs to be said. */
  readonly note?: string;
};

export function toAttemptRecord(
  number: number,
  { request, claims, note: noteOfRequest, secrets: secretsOfBody }: SignedRequest,
  { outcome, answer: given, timing, url = request.url, secretHeaders, secrets, note }: Sent,
): AttemptRecord {
  const kept =
    given === undefined
      ? undefined
      : keepAnswer(given, { secrets: listSent(secrets, secretsOfBody), token: claims && readToken(request) });
  const answer = kept?.answer;
  const reason = outcome.kind === "unreachable" || outcome.kind === "forbidden" ? outcome.detail : note;
  const notes = [reason, noteOfRequest, kept?.note].filter((part) => part !== undefined);
  const detail = notes.length === 0 ? undefined : notes.join(". ");
  return {
    number,
    startedAt: timing.startedAt,
    durationMs: Math.round(timing.durationMs),
    outcome: toAttemptOutcome(outcome),
    status: answer?.status,
    detail: detail?.replaceAll("\0", ""),
    url,
    requestHeaders: maskRequestHeaders(request.headers, secretHeaders),
    claims: claims === undefined ? undefined : { ...claims },
    bodySize: request.body.length,
    answerHeaders: answer === undefined ? undefined : maskResponseHeaders(answer.headers),
    answer: answer?.body,
    answerCut: answer !== undefined && answer.cut !== false ? "size" : false,
  };
}

const NO_SECRETS: readonly string[] = [];

/** Most requests have no secrets beside their token. */
function listSent(ofHeaders: Sent["secrets"], ofBody: SignedRequest["secrets"]): readonly string[] {
  return ofHeaders === undefined && ofBody === undefined
    ? NO_SECRETS
    : [...(ofHeaders ?? []), ...(ofBody ?? [])];
}

/** The `authorization` of a request that Callboard signed. */
function readToken({ headers }: PostRequest): string | undefined {
  const at = headers.indexOf("authorization");
  return at < 0 ? undefined : headers[at + 1];
}

/** The outcome without what the record has beside it. */
function toAttemptOutcome(outcome: Outcome): AttemptOutcome {
  switch (outcome.kind) {
    case "unreachable":
      return { kind: "unreachable", reason: outcome.reason };
    case "forbidden":
      return { kind: "forbidden", code: outcome.code };
    default:
      return { kind: outcome.kind };
  }
}

/** Formats an outcome as one word: `accepted`, `refused`, `unreachable:timeout`, `forbidden:IP_DENIED`. */
export function formatOutcome(outcome: AttemptOutcome): string {
  switch (outcome.kind) {
    case "unreachable":
      return `unreachable:${outcome.reason}`;
    case "forbidden":
      return `forbidden:${outcome.code}`;
    default:
      return outcome.kind;
  }
}

/** Parses what {@link formatOutcome} wrote. */
export function parseOutcome(text: string): AttemptOutcome {
  const [kind, detail = ""] = text.split(":", 2);
  switch (kind) {
    case "accepted":
    case "refused":
      return { kind };
    case "forbidden":
      return { kind, code: detail as ErrorCode };
    default:
      return { kind: "unreachable", reason: detail as UnreachableReason };
  }
}

const MASKED = "[masked]";
/** Response headers that open a session; x-acpt is that of atlassian-connect-express. */
const OPENS_A_SESSION = new Set(["set-cookie", "set-cookie2", "x-acpt"]);

type Header = readonly [name: string, value: string];

/** `headers`: name, value, name, value. */
export function maskRequestHeaders(
  headers: readonly string[],
  secret?: Sent["secretHeaders"],
): readonly string[] {
  const at = headers.indexOf("authorization");
  const own = at < 0 ? headers : headers.with(at + 1, `JWT ${MASKED}`);
  return secret === undefined ? own : [...own, ...secret.flatMap((name) => [name, MASKED])];
}

function maskResponseHeaders(headers: readonly Header[]): readonly Header[] {
  return headers.map((header) =>
    OPENS_A_SESSION.has(header[0].toLowerCase()) ? [header[0], MASKED] : header,
  );
}
