/**
 * The one place an error becomes an answer: an RFC 9457 problem document with our code, every problem and the request id.
 * It knows nothing of Express, so that a plain handler answers the same.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { CallboardError, ERROR_CODES, messageOf } from "../../errors.ts";
import type { Problem } from "../../errors.ts";
import type { Logger } from "../../logger.ts";
import { hasUnreadBody } from "./linger.ts";
import { createRateLimit } from "../../rate-limit.ts";

export interface ProblemDocument {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors: readonly Problem[];
  readonly requestId: string;
}

/** Carries the id of a request in its answer, and from there into problem documents and the logger. */
export const REQUEST_ID = "x-request-id";

/** Anything that was thrown, as a mistake of the caller or as INTERNAL, which says nothing of what happened. */
export function asCallboardError(error: unknown): CallboardError {
  if (error instanceof CallboardError) return error;
  // Express raises a URIError with a status when a path is not validly percent-encoded.
  if (error instanceof URIError) {
    return new CallboardError("PATH_INVALID", "The path is not validly percent-encoded", { cause: error });
  }
  return new CallboardError(
    "INTERNAL",
    "Something failed on our side; the request id finds it in our output",
    {
      cause: error,
    },
  );
}

export function problemDocument(error: CallboardError, requestId: string): ProblemDocument {
  return {
    ...error.extra,
    type: "about:blank",
    title: ERROR_CODES[error.code][1],
    status: error.status,
    detail: error.message,
    code: error.code,
    errors: error.errors,
    requestId,
  };
}

/** What was thrown as an error that may be told; what is our own fault goes to the logger, once. */
export type ReportProblem = (thrown: unknown, requestId: string) => CallboardError;

export function createReportProblem(logger: Logger): ReportProblem {
  return (thrown, requestId) => {
    const error = asCallboardError(thrown);
    if (error.status >= 500 && error.cause !== undefined) {
      logger.error("request.failed", {
        requestId,
        code: error.code,
        reason: messageOf(error.cause),
        cause: error.cause,
      });
    }
    return error;
  };
}

/** A refusal in the form of a product's own API, with its own status. Thrown, so that it is reported like any other. */
export class ProductRefusal extends Error {
  override readonly name = "ProductRefusal";
  readonly error: CallboardError;
  readonly status: number;
  readonly body: object;

  constructor(error: CallboardError, status: number, body: object) {
    super(error.message, { cause: error });
    this.error = error;
    this.status = status;
    this.body = body;
  }
}

/** Lines for one client and code in a minute: a client that is set up wrongly may try without end. */
const MOST_LOGGED_PER_MINUTE = 10;
const MOST_PATH = 200;
/** However it is written: a path that is not there may be a mistyped one that is. */
const SECRET_IN_PATH = /(\/(?:ingest|login)\/).+/i;

/**
 * Tells the server log of a refused request: machines print little of what they are answered, if anything. The query is left
 * out, which may hold a token.
 */
function createRefusalLog(
  logger: Logger,
  addressOf: (request: IncomingMessage) => string,
): (request: IncomingMessage, requestId: string, error: CallboardError) => void {
  const limit = createRateLimit(MOST_LOGGED_PER_MINUTE, 60_000, () => performance.now());
  return (request, requestId, { code, status, message }) => {
    const address = addressOf(request);
    try {
      limit.take(`${code} ${address}`);
    } catch {
      return;
    }
    const url = "originalUrl" in request ? String(request.originalUrl) : (request.url ?? "");
    const path = (url.split("?")[0] ?? "").replace(SECRET_IN_PATH, "$1[redacted]").slice(0, MOST_PATH);
    logger.info("request.refused", {
      requestId,
      method: request.method,
      path,
      status,
      code,
      error: message,
      address,
    });
  };
}

/** Answers with the problem, reporting it. Does nothing but end an answer already begun. */
export type SendProblem = (response: ServerResponse, thrown: unknown) => void;

export function createSendProblem(
  logger: Logger,
  addressOf: (request: IncomingMessage) => string,
): SendProblem {
  const report = createReportProblem(logger);
  const logRefusal = createRefusalLog(logger, addressOf);
  return (response, thrown) => {
    const requestId = String(response.getHeader(REQUEST_ID) ?? "");
    const inProductForm = thrown instanceof ProductRefusal ? thrown : undefined;
    const error = inProductForm?.error ?? report(thrown, requestId);
    if (error.status < 500 || error.cause === undefined) logRefusal(response.req, requestId, error);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // The rest of a refused body is not worth a connection that is kept.
    if (hasUnreadBody(response.req) || error.code === "SHUTTING_DOWN")
      response.setHeader("connection", "close");
    if (error.retryAfterSeconds !== undefined)
      response.setHeader("retry-after", String(error.retryAfterSeconds));
    if (inProductForm !== undefined) {
      const body = Buffer.from(JSON.stringify(inProductForm.body));
      response.writeHead(inProductForm.status, {
        "content-type": "application/json; charset=utf-8",
        "content-length": body.length,
      });
      response.end(body);
      return;
    }
    const body = Buffer.from(JSON.stringify(problemDocument(error, requestId)));
    if (error.status === 401) response.setHeader("www-authenticate", 'Bearer realm="callboard"');
    response.writeHead(error.status, {
      "content-type": "application/problem+json; charset=utf-8",
      "content-length": body.length,
      "cache-control": "no-store",
    });
    response.end(body);
  };
}
