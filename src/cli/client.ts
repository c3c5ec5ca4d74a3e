/** The typed client of the API as commands use it: every failure is a CommandFailure that says what to do. */
import { Readable } from "node:stream";
import { ApiError, createClient as createApiClient } from "../client/index.ts";
import type { Client as ApiClient, Problem } from "../client/index.ts";
import { openStream } from "../client/stream.ts";
import type { StreamType } from "../client/stream.ts";
import type { ControlMethod, Egress } from "../egress/index.ts";
import { getMessage } from "../errors.ts";
import { readConnection } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { CommandFailure, toEnding } from "./exit.ts";
import { printable } from "./io.ts";
import { openServerEgress } from "./server-egress.ts";
import type { Io } from "./io.ts";

const TIMEOUT_MS = 90_000;
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

/** The operations of the API, whose failures end a command: they throw CommandFailure in place of ApiError. */
export interface Client extends ApiClient {
  readonly url: string;
  /**
   * Opens a response that goes on, at `path` below /api/v1. It ends with the signal.
   * @throws CommandFailure as the operations do
   */
  readonly open: (
    path: string,
    signal: AbortSignal,
    contentType?: StreamType,
  ) => Promise<AsyncIterable<Uint8Array>>;
  readonly close: () => Promise<void>;
}

/** @throws CommandFailure when there is no token or no usable URL */
export async function createClient(io: Pick<Io, "env">): Promise<Client> {
  const found = await readConnection(io.env);
  const { url, token } = found;
  const egress = await openServerEgress(url, io.env, {
    connectTimeoutMs: 5_000,
    requestTimeoutMs: TIMEOUT_MS,
    maxAnswerBytes: MAX_ANSWER_BYTES,
  });
  const connection: Reached = { ...found, isProxied: egress.proxy !== undefined };
  const api = createApiClient({ url, token, fetch: (request) => sendBy(egress, request) });
  return {
    ...withFailures(api, connection),
    url,
    open: (path, signal, contentType) =>
      orFailure(
        openStream(connection, path, signal, {
          contentType,
          send: (request) => streamBy(egress, request, signal),
        }),
        connection,
      ),
    close: egress.close,
  };
}

/** A server, and whether the proxy of the environment is between. */
interface Reached extends Connection {
  readonly isProxied: boolean;
}

type AnyOperation = (request: object) => Promise<unknown>;

function withFailures(api: ApiClient, connection: Reached): ApiClient {
  const operations = Object.entries(api as unknown as Readonly<Record<string, AnyOperation>>);
  const wrapped = operations.map(([name, operation]): [string, AnyOperation] => [
    name,
    (request) => orFailure(operation(request), connection),
  ]);
  return Object.fromEntries(wrapped) as unknown as ApiClient;
}

const orFailure = <Value>(result: Promise<Value>, connection: Reached): Promise<Value> =>
  result.catch((error: unknown) => {
    throw error instanceof ApiError ? toFailure(error, connection) : error;
  });

/** Requests of commands leave by the same door as deliveries. */
async function sendBy(egress: Pick<Egress, "request">, request: Request): Promise<Response> {
  const body = await request.text();
  const { outcome, answer } = await egress.request({
    method: request.method as ControlMethod,
    url: request.url,
    headers: Object.fromEntries(request.headers),
    ...(body === "" ? {} : { body }),
    maxBytes: MAX_ANSWER_BYTES,
  });
  if (answer === undefined) throw new Error("detail" in outcome ? outcome.detail : "");
  const { status, headers, body: text } = answer;
  return new Response(text.length === 0 ? null : new Uint8Array(text), {
    status,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
  });
}

/** The same for a response that is read as it comes. A request alone may forget its signal. */
async function streamBy(
  egress: Pick<Egress, "open">,
  { url, headers }: Request,
  signal: AbortSignal,
): Promise<Response> {
  const answer = await egress.open(url, { headers: Object.fromEntries(headers), signal });
  return new Response(Readable.toWeb(answer.body) as ReadableStream<Uint8Array>, {
    status: answer.status,
    headers: answer.headers.map(([name, value]): [string, string] => [name, value]),
  });
}

/** What a failed request says to the person at the command line. */
function toFailure(error: ApiError, { url, urlFrom, isProxied }: Reached): CommandFailure {
  const { code, status = 0, location, problem, cause } = error;
  if (problem !== undefined) return toRefusal(status, problem);
  switch (code) {
    case "UNREACHABLE":
      return new CommandFailure(
        "unreachable",
        "UNREACHABLE",
        `Cannot reach ${url} (from ${urlFrom}): ${getMessage(cause)}`,
        isProxied
          ? "Check HTTPS_PROXY or HTTP_PROXY, or list the server in NO_PROXY to reach it directly"
          : "Start a server with: callboard serve, or set CALLBOARD_URL to the URL of a running one",
      );
    case "REDIRECTED":
      return redirected(status, location, url);
    default:
      return notCallboard(status, url);
  }
}

function toRefusal(status: number, problem: Problem): CommandFailure {
  const { code, detail } = problem;
  return new CommandFailure(toEnding(status, code), code, detail, { hint: HINTS[code], problem });
}

function redirected(status: number, location: string | undefined, url: string): CommandFailure {
  const target = location === undefined ? "elsewhere" : printable(location);
  return new CommandFailure(
    "unreachable",
    "UNREACHABLE",
    `${url} returned ${status} and redirects to ${target}. Redirects are not followed, so nothing was done`,
    `Set CALLBOARD_URL${suggestUrl(location)}`,
  );
}

/** The base URL that a redirect of an API call points to: everything before /api/v1. */
function suggestUrl(location = ""): string {
  const base = /^(https?:\/\/.+?)\/api\/v1\//.exec(location)?.[1];
  return base === undefined ? " to the URL of the server itself" : `=${printable(base)}`;
}

function notCallboard(status: number, url: string): CommandFailure {
  return new CommandFailure(
    "unreachable",
    "UNREACHABLE",
    `${url} returned ${status}, but the response is not Callboard's`,
    "Set CALLBOARD_URL to the URL of a Callboard server",
  );
}

const HINTS: Readonly<Record<string, string>> = {
  AUTH_INVALID: "Check that CALLBOARD_TOKEN, or the token file, belongs to this server",
  SITE_NOT_FOUND: "List the sites: callboard sites list",
  ENDPOINT_NOT_FOUND: "List the endpoints: callboard endpoints list",
  KEY_NOT_FOUND: "List the keys: callboard keys list",
  REPLAY_NOT_FOUND: "List the replays: callboard replays list",
  TOKEN_NOT_FOUND: "List the tokens: callboard tokens list",
  WEBHOOK_NOT_FOUND: "List the webhooks: callboard webhooks list",
  EVENT_CONFLICT: "Give another --id, or none",
  ADDON_NOT_FOUND: "List the add-ons: callboard addons list",
  ADDON_ORIGIN_CHANGED: "To move it there, repeat the command with --confirm-origin",
  LISTENER_EXISTS: "List the listeners of the site: callboard listeners list",
  PRODUCT_BREAKING: "To make the change, repeat the command with --force",
  DELIVERY_NOT_FOUND: "List the deliveries: callboard deliveries list",
  DIRECTORY_NOT_FOUND: "List the add-ons of the directory: callboard directory list",
  DIRECTORY_ONLY: "List the add-ons of the directory: callboard directory list",
  SCOPES_NOT_ACCEPTED: "Allow them with --accept-scopes NAME,NAME, or all of them with --yes",
};
