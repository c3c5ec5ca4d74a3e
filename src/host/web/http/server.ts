/**
 * The node:http server: what holds for every request (id, headers, the base path, our names only), then health and the intake of
 * events, then Express.
 * It drains before it stops: refuses new work, lets what is under way finish.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { API_HEADER, API_HEADER_VALUE } from "../../../protocol/headers.ts";
import { byAdministrator } from "../../../by-administrator.ts";
import { CallboardError } from "../../../errors.ts";
import type { SparseLog } from "../../../logger.ts";
import { belowBasePath } from "../../model/base-path.ts";
import { findRequestId } from "../../model/correlation.ts";
import { parseHostName } from "../../model/host-names.ts";
import { answerClientErrors } from "./client-error.ts";
import type { Connections } from "./connections.ts";
import type { Health } from "./health.ts";
import { lingerAfterRefusal } from "./linger.ts";
import { requireOneHost } from "./origin.ts";
import type { IsOwnHost, Origin } from "./origin.ts";
import { REQUEST_ID } from "./problems.ts";
import type { SendProblem } from "./problems.ts";
import type { Reading } from "./reading.ts";
import type { Intake } from "../api/route.ts";
import { setSecurityHeaders } from "./security-headers.ts";
import { requireStorableTarget } from "./text-door.ts";

/** A client that sends its headers slowly is let go of early; a body of 25 MiB may take its time. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 120_000;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** How often node:http looks for requests over their limits. */
const CHECK_EVERY_MS = 5_000;

/** What stands behind health and metrics. */
export interface Served {
  readonly intake: Intake;
  /** For what the intake leaves. */
  readonly app: RequestListener;
}

export interface ServerParts {
  readonly health: Health;
  /** Undefined in a worker, and at the address for metrics alone. */
  readonly served: Served | undefined;
  /** The path of the base URL, which a proxy may or may not have removed; "" for none. */
  readonly basePath: string;
  readonly isOwnHost: IsOwnHost;
  readonly connections: Pick<Connections, "watch">;
  readonly readOrigin: (request: IncomingMessage) => Origin;
  /** Counts what is read of a request. */
  readonly openReading: Reading["open"];
  readonly sendProblem: SendProblem;
  readonly sparse: SparseLog;
  /** Shared with whoever must know that the process stops. */
  readonly draining?: Draining;
}

/** Whether this process takes nothing new because it is about to stop. */
export interface Draining {
  readonly begin: () => void;
  readonly has: () => boolean;
}

export function createDraining(): Draining {
  let isDraining = false;
  return { begin: () => void (isDraining = true), has: () => isDraining };
}

export interface Server {
  /** Responds to a request that another server received, and whose body something may have read. */
  readonly respond: RequestListener;
  /** Resolves to the port that it listens on, at once if it listens already. @throws what listening throws (EADDRINUSE …) */
  readonly start: (host: string, port: number) => Promise<number>;
  /** From now on new requests get SHUTTING_DOWN; those under way go on. Still listens. */
  readonly drain: () => void;
  /** Drains, stops listening, and waits for the requests under way, at most `graceMs`. */
  readonly stop: (graceMs: number) => Promise<void>;
}

/** A body parser in front of the host would leave it waiting for bytes that came already. */
function requireUnread(request: IncomingMessage): void {
  const { "content-length": length = "0", "transfer-encoding": encoding } = request.headers;
  if (!Readable.isDisturbed(request) || (length === "0" && encoding === undefined)) return;
  throw new CallboardError(
    "BODY_ALREADY_READ",
    "A handler in front of Callboard has read the body. Mount host.router before body parsers such as express.json()",
  );
}

export function createWebServer(parts: ServerParts): Server {
  const { health, served, basePath, isOwnHost, readOrigin, openReading, sendProblem } = parts;
  const { draining = createDraining(), sparse } = parts;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader(REQUEST_ID, findRequestId(request.headers[REQUEST_ID]) ?? randomUUID());
    response.setHeader(API_HEADER, API_HEADER_VALUE);
    lingerAfterRefusal(request, response);
    try {
      const { address, isHttps } = readOrigin(request);
      openReading(request, response, address);
      setSecurityHeaders(response, isHttps);
      requireOneHost(request);
      requireUnread(request);
      request.url = belowBasePath(request.url ?? "/", basePath);
      const listener = health(request.url) ?? requireServed(request);
      requireStorableTarget(request.url);
      listener(request, response);
    } catch (error) {
      sendProblem(response, error);
    }
  }

  function requireServed(request: IncomingMessage): RequestListener {
    if (!isOwnHost(request)) {
      const name = parseHostName(request.headers.host ?? "");
      throw new CallboardError(
        "FORBIDDEN_HOST",
        name === undefined
          ? "The Host header is not a host name"
          : `The Host header names ${name}, which is not a name of this server. ${byAdministrator("add it", `CALLBOARD_ALLOWED_HOSTS=${name}`)}`,
      );
    }
    if (draining.has())
      throw new CallboardError("SHUTTING_DOWN", "The server is stopping", { retryAfterSeconds: 5 });
    if (served === undefined) {
      throw new CallboardError(
        "NOT_FOUND",
        "This process is a worker: it serves /healthz, /readyz and /metrics only",
      );
    }
    return serve;
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    if (served?.intake(request, response) !== true) served?.app(request, response);
  }

  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_EVERY_MS,
      noDelay: true,
    },
    answer,
  );
  parts.connections.watch(server);
  answerClientErrors(server, sparse);

  return {
    respond: answer,
    start: async (host, port) => {
      if (!server.listening) {
        server.listen(port, host);
        await once(server, "listening");
      }
      const address = server.address();
      return typeof address === "object" && address !== null ? address.port : port;
    },
    drain: draining.begin,
    stop: async (graceMs) => {
      draining.begin();
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const impatience = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(impatience);
    },
  };
}
