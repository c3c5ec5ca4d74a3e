/**
 * Outcomes of requests, as values: failures of the other side are never thrown. Pure, except for the error class that carries
 * an outcome through the client libraries.
 */
import type { ErrorCode } from "../errors.ts";
import { isOutageReason, isProxyReason, type ProxyReason } from "./proxy-failure.ts";
import { readRetryAfter } from "./retry-after.ts";
import { describeTlsFailure, isOpenSslError, type TlsReason } from "./tls-failure.ts";

/**
 * The access token of a request could not be had: the token server doesn't respond, it refuses the client, or its response has no
 * usable token.
 */
export const TOKEN_SERVER_REASONS = [
  "token-server-unreachable",
  "token-server-refused",
  "token-server-response",
] as const;
export type TokenServerReason = (typeof TOKEN_SERVER_REASONS)[number];

/** "local" is a failure of this machine: no file descriptor, no port, or the egress is closed. */
export type UnreachableReason =
  | "timeout"
  | "connect-timeout"
  | "dns"
  | "connection-refused"
  | "connection-reset"
  | TlsReason
  | ProxyReason
  | TokenServerReason
  | "protocol"
  | "local";

export type Outcome =
  /** Any 2xx status. */
  | { readonly kind: "accepted"; readonly status: number }
  /** Any other status. A 3xx is never followed. `retryAfterMs` counts from the response. */
  | { readonly kind: "refused"; readonly status: number; readonly retryAfterMs?: number }
  | { readonly kind: "unreachable"; readonly reason: UnreachableReason; readonly detail: string }
  /** Refused by a rule before a byte was sent. `detail` omits the address, which would reveal the network. */
  | {
      readonly kind: "forbidden";
      readonly code: ErrorCode;
      readonly detail: string;
      readonly address?: string;
    };

export type Failure = Extract<Outcome, { kind: "unreachable" | "forbidden" }>;
export type Forbidden = Extract<Outcome, { kind: "forbidden" }>;

/** Reason for a truncated body: size limit, timeout, or a broken connection. */
export type CutReason = "size" | "time" | "connection";

export interface AnswerPart {
  readonly status: number;
  /** In the order received, names as written, values decoded as Latin-1. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Bytes as received: never decompressed, and never longer than the limit. */
  readonly body: Buffer;
  readonly cut: false | CutReason;
}

export interface Timing {
  /** Epoch ms. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** From the start to the first header of the response. */
  readonly firstByteMs?: number;
}

export interface ExchangeResult {
  readonly outcome: Outcome;
  /** Set if a status was received: `accepted` or `refused`. */
  readonly answer?: AnswerPart;
  readonly timing: Timing;
}

/** Carries an outcome through a client library. `cause` is the underlying error. */
export class EgressFailure extends Error {
  override readonly name = "EgressFailure";
  readonly outcome: Failure;

  constructor(outcome: Failure, cause?: unknown) {
    super(outcome.detail, cause === undefined ? undefined : { cause });
    this.outcome = outcome;
  }
}

/** Reports whether a request failed because of the proxy or the token server, which says nothing about the receiver. */
export function isBeforeReceiver(outcome: Outcome): boolean {
  return (
    outcome.kind === "unreachable" && (isProxyReason(outcome.reason) || isTokenServerReason(outcome.reason))
  );
}

function isTokenServerReason(reason: string): boolean {
  return TOKEN_SERVER_REASONS.some((known) => known === reason);
}

/** Reports whether a request failed because the proxy works for no receiver. */
export function isProxyOutage(outcome: Outcome): boolean {
  return outcome.kind === "unreachable" && isOutageReason(outcome.reason);
}

export function unreachable(reason: UnreachableReason, detail: string): Failure {
  return { kind: "unreachable", reason, detail };
}

/** Returns the outcome of a response by its status. The body makes no difference. */
export function outcomeOfAnswer(status: number, headers: AnswerPart["headers"], answeredAt: number): Outcome {
  if (status >= 200 && status <= 299) return { kind: "accepted", status };
  const header = headers.find(([name]) => name.toLowerCase() === "retry-after");
  const retryAfterMs = header === undefined ? undefined : readRetryAfter(header[1], answeredAt);
  return retryAfterMs === undefined ? { kind: "refused", status } : { kind: "refused", status, retryAfterMs };
}

const REASON_OF_CODE: Readonly<Record<string, UnreachableReason>> = {
  ECONNREFUSED: "connection-refused",
  EHOSTUNREACH: "connection-refused",
  EHOSTDOWN: "connection-refused",
  ENETUNREACH: "connection-refused",
  ENETDOWN: "connection-refused",
  EACCES: "connection-refused",
  EPERM: "connection-refused",
  ECONNRESET: "connection-reset",
  ECONNABORTED: "connection-reset",
  EPIPE: "connection-reset",
  ETIMEDOUT: "connect-timeout",
  EMFILE: "local",
  ENFILE: "local",
  ENOBUFS: "local",
  ENOMEM: "local",
  EADDRNOTAVAIL: "local",
};

/** Codes of Node's HTTP client for a header that it refuses before anything is sent. */
const HEADER_CODES: ReadonlySet<string> = new Set([
  "ERR_INVALID_CHAR",
  "ERR_INVALID_HTTP_TOKEN",
  "ERR_HTTP_INVALID_HEADER_VALUE",
]);

export const HEADER_NOT_ALLOWED = {
  kind: "forbidden",
  code: "HEADER_VALUE",
  detail: "A header name or value is not allowed",
} as const;

/**
 * Returns the outcome of an error without a received status. Unknown errors are "protocol": the response isn't readable as
 * HTTP.
 */
export function outcomeOfError(error: unknown): Failure {
  const carried = carriedOutcome(error);
  if (carried !== undefined) return carried;
  const code = findErrorCode(error);
  if (HEADER_CODES.has(code)) return HEADER_NOT_ALLOWED;
  const message = error instanceof Error ? error.message : "";
  if (code.startsWith("ERR_TLS_") || isOpenSslError(code, message)) return tlsFailure(error);
  const reason = REASON_OF_CODE[code];
  if (reason !== undefined) return unreachable(reason, message === "" ? code : message);
  return unreachable("protocol", describeUnreadable(code, message));
}

/**
 * Returns the outcome of an error in the TLS handshake or later.
 * @param bytesRead bytes received until the handshake failed
 */
export function tlsFailure(error: unknown, bytesRead?: number): Failure {
  const carried = carriedOutcome(error);
  if (carried !== undefined) return carried;
  const code = findErrorCode(error);
  if (REASON_OF_CODE[code] === "local") return unreachable("local", code);
  const { reason, detail } = describeTlsFailure(code, error instanceof Error ? error.message : "", bytesRead);
  return unreachable(reason, detail);
}

/** Describes a parser's error. Only known wordings are shown, because the rest can contain foreign text. */
function describeUnreadable(code: string, message: string): string {
  if (code === "HPE_HEADER_OVERFLOW") {
    return "The response's headers are larger than 16 KiB";
  }
  const [, said] = /^Parse Error: ([\w ,'/.-]+)$/.exec(message) ?? [];
  return said === undefined ? "The response is not valid HTTP" : `The response is not valid HTTP: ${said}`;
}

export function findErrorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Finds an outcome among the causes of an error, because got wraps errors. */
function carriedOutcome(error: unknown): Failure | undefined {
  for (let layer = error; layer instanceof Error; layer = layer.cause) {
    if (layer instanceof EgressFailure) return layer.outcome;
  }
  return undefined;
}
