/** A request and what it came to → the attempt as the delivery log keeps it. Pure. */
import { ERROR_CODES } from "../../errors.ts";
import type { ErrorCode } from "../../errors.ts";
import type { ExchangeResult, Outcome, PostRequest } from "../../egress/index.ts";
import type { SigningClaims } from "../../protocol/token.ts";
import { maskedAnswerHeaders, maskedRequestHeaders } from "./mask.ts";
import type { AttemptRecord } from "./delivery.ts";

/** A POST with nothing left to decide. It cannot be sent late: its token lives for three minutes. */
export interface SignedRequest {
  readonly kind: "request";
  readonly request: PostRequest;
  readonly claims: SigningClaims | undefined;
}

export function attemptRecord(
  number: number,
  { request, claims }: SignedRequest,
  { outcome, answer, timing }: ExchangeResult,
): AttemptRecord {
  const detail = outcome.kind === "unreachable" || outcome.kind === "forbidden" ? outcome.detail : undefined;
  return {
    number,
    startedAt: timing.startedAt,
    durationMs: Math.round(timing.durationMs),
    outcome: outcomeText(outcome),
    status: answer?.status,
    detail: detail?.replaceAll("\0", ""),
    url: request.url,
    requestHeaders: maskedRequestHeaders(request.headers),
    claims: claims === undefined ? undefined : { ...claims },
    bodySize: request.body.length,
    answerHeaders: answer === undefined ? undefined : maskedAnswerHeaders(answer.headers),
    answer: answer?.body,
    answerCut: answer !== undefined && answer.cut !== false ? "size" : false,
  };
}

/** An outcome as it is recorded: its kind, then the reason or code after a colon. */
function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case "unreachable":
      return `unreachable:${outcome.reason}`;
    case "forbidden":
      return `forbidden:${outcome.code}`;
    default:
      return outcome.kind;
  }
}

/** A recorded outcome, read again. */
export interface RecordedOutcome {
  readonly kind: string;
  /** Why it was unreachable or forbidden; "" for an outcome that needs no reason. */
  readonly reason: string;
  /** The code of the rule that forbade the address. */
  readonly code: ErrorCode | undefined;
}

export function readOutcome(recorded: string): RecordedOutcome {
  const [kind = "", reason = ""] = recorded.split(":");
  return { kind, reason, code: kind === "forbidden" && isErrorCode(reason) ? reason : undefined };
}

const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(ERROR_CODES, text);
