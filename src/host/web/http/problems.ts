/**
 * The one place an error becomes an answer: an RFC 9457 problem document with our code, every problem and the request id.
 * It knows nothing of Express, so that a plain handler answers the same.
 */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { CallboardError, ERROR_CODES, getMessage } from "../../../errors.ts";
import type { Problem } from "../../../errors.ts";
import type { Fields, SparseLog } from "../../../logger.ts";
import { hasUnreadBody } from "./linger.ts";
import type { RefusalPace } from "./refusal-pace.ts";

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

/** Returns the mistake of a caller, to be shown beside the form. Throws everything else on. */
export function requireCallersMistake(thrown: unknown): CallboardError {
  if (thrown instanceof CallboardError && thrown.status < 500) return thrown;
  throw thrown;
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

export function createReportProblem(log: SparseLog): ReportProblem {
  return (thrown, requestId) => {
    const error = asCallboardError(thrown);
    if (error.status >= 500 && error.cause !== undefined) {
      const reason = getMessage(error.cause);
      log.write(`${error.code} ${reason}`, "error", "request.failed", {
        requestId,
        code: error.code,
        reason,
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

/** Paths of one client that are told apart within a minute; a scanner tries thousands. */
const MAX_PATHS_APART = 10;
const MAX_PATH = 200;
/** However it is written: a path that is not there may be a mistyped one that is. */
const SECRET_IN_PATH = /(\/(?:ingest|login)\/).+/i;

/** What a handler knows of a request that it refuses. */
export interface About {
  /** Whoever is counted together; the client's address when left out. */
  readonly who?: string;
  readonly fields: Fields;
}

type LogRefusal = (
  request: IncomingMessage,
  requestId: string,
  error: CallboardError,
  about: About | undefined,
) => void;

/**
 * Tells the server log of a refused request: machines print little of what they are answered, if anything. The query is left
 * out, which may hold a token.
 */
function createRefusalLog(log: SparseLog, readAddress: (request: IncomingMessage) => string): LogRefusal {
  let pathsByClient = new Map<string, Set<string>>();
  let since = performance.now();

  /** The path while there are few of this client and code, so that several mistakes are all told. */
  function apart(who: string, path: string): string {
    if (performance.now() - since > 60_000 || pathsByClient.size > 1_000) {
      pathsByClient = new Map();
      since = performance.now();
    }
    const paths = pathsByClient.get(who) ?? new Set();
    pathsByClient.set(who, paths);
    if (paths.size < MAX_PATHS_APART) paths.add(path);
    return paths.has(path) ? path : "";
  }

  return (request, requestId, { code, status, message }, about) => {
    const address = readAddress(request);
    const url = "originalUrl" in request ? String(request.originalUrl) : (request.url ?? "");
    const path = (url.split("?")[0] ?? "").replace(SECRET_IN_PATH, "$1[redacted]").slice(0, MAX_PATH);
    const { method } = request;
    const who = `${code} ${about?.who ?? address}`;
    log.write(`${who} ${apart(who, `${method} ${path}`)}`, "info", "request.refused", {
      requestId,
      method,
      path,
      status,
      code,
      error: message,
      address,
      ...about?.fields,
    });
  };
}

/** Answers with the problem, reporting it. Does nothing but end an answer already begun. */
export type SendProblem = (response: ServerResponse, thrown: unknown, about?: About) => void;

/** Refusals of whoever has no right, or none yet, to what was asked for. */
const OF_STRANGERS: ReadonlySet<number> = new Set([401, 403, 404, 429]);

export function createSendProblem(
  log: SparseLog,
  readAddress: (request: IncomingMessage) => string,
  pauseFor: RefusalPace["pauseFor"] = () => 0,
): SendProblem {
  const report = createReportProblem(log);
  const logRefusal = createRefusalLog(log, readAddress);

  function send(response: ServerResponse, status: number, headers: OutgoingHttpHeaders, body: Buffer): void {
    const pause = OF_STRANGERS.has(status) ? pauseFor(readAddress(response.req)) : 0;
    const write = () => {
      response.writeHead(status, { ...headers, "content-length": body.length });
      response.end(body);
    };
    if (pause === 0) write();
    else setTimeout(write, pause);
  }

  return (response, thrown, about) => {
    const requestId = String(response.getHeader(REQUEST_ID) ?? "");
    const inProductForm = thrown instanceof ProductRefusal ? thrown : undefined;
    const error = inProductForm?.error ?? report(thrown, requestId);
    if (error.status < 500 || error.cause === undefined) logRefusal(response.req, requestId, error, about);
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
      send(response, inProductForm.status, { "content-type": "application/json; charset=utf-8" }, body);
      return;
    }
    const body = Buffer.from(JSON.stringify(problemDocument(error, requestId)));
    if (error.status === 401) response.setHeader("www-authenticate", 'Bearer realm="callboard"');
    const headers = {
      "content-type": "application/problem+json; charset=utf-8",
      "cache-control": "no-store",
    };
    send(response, error.status, headers, body);
  };
}
