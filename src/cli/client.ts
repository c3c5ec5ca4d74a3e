/** Talks to a server's API: one function, JSON in and out, every failure a CommandFailure that says what to do. */
import { ApiError, createClient as createApiClient } from "../client/index.ts";
import { toApiError, toRedirect } from "../client/api-error.ts";
import type { AnyRequest, Problem } from "../client/index.ts";
import { API_HEADER } from "../protocol/headers.ts";
import type { Egress } from "../egress/index.ts";
import { messageOf } from "../errors.ts";
import { readConnection } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { CommandFailure, describeProblem, endingOf } from "./exit.ts";
import { printable } from "./io.ts";
import type { Io } from "./io.ts";

const TIMEOUT_MS = 90_000;
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

export type Json = Readonly<Record<string, unknown>>;

type Method = AnyRequest["method"];

export interface Client {
  readonly url: string;
  /**
   * Sends one request to `path` below /api/v1 and resolves to the JSON object of the response, `{}` if it has none. A string
   * is sent unchanged. Only a 2xx response that carries Callboard's own header counts.
   * @throws CommandFailure UNREACHABLE if the response is missing, a redirect or another server's; else the server's code
   */
  readonly call: <T = Json>(method: Method, path: string, body?: Json | string) => Promise<T>;
  /** As a GET to the path of a list, with the items of all pages. `path` has no query. @throws CommandFailure as call does */
  readonly callList: <T extends List>(path: string) => Promise<T>;
  /**
   * Opens a response that goes on, at `path` below /api/v1. It ends with the signal.
   * @throws CommandFailure as call does
   */
  readonly open: (path: string, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
  readonly close: () => Promise<void>;
}

interface List {
  readonly items: readonly unknown[];
  readonly next?: string | null;
}

/** The longest page that the API has. */
const PAGE_ITEMS = 500;

/** @throws CommandFailure when there is no token or no usable URL */
export async function createClient(io: Pick<Io, "env">): Promise<Client> {
  const connection = await readConnection(io.env);
  const { url, hostName, token } = connection;
  const { createEgress } = await import("../egress/index.ts");
  const egress = createEgress({
    allowNetworks: ["loopback", hostName],
    allowHttp: true,
    connectTimeoutMs: 5_000,
    requestTimeoutMs: TIMEOUT_MS,
    maxAnswerBytes: MAX_ANSWER_BYTES,
  });
  const api = createApiClient({ url, token, fetch: (request) => sendBy(egress, request) });

  async function call<T>(method: Method, path: string, body?: Json | string): Promise<T> {
    try {
      return ((await api.request({ method, path, body })) ?? {}) as T;
    } catch (error) {
      throw error instanceof ApiError ? failureOf(error, connection) : error;
    }
  }
  async function callList<T extends List>(path: string): Promise<T> {
    const first = await call<T>("GET", `${path}?limit=${PAGE_ITEMS}`);
    const given: unknown = first.items;
    if (!Array.isArray(given)) throw notCallboard(200, url);
    const items: unknown[] = [...(given as unknown[])];
    for (let next = first.next ?? null; next !== null;) {
      const page = await call<List>(
        "GET",
        `${path}?${new URLSearchParams({ limit: String(PAGE_ITEMS), cursor: next })}`,
      );
      items.push(...page.items);
      next = page.next ?? null;
    }
    return { ...first, items, next: null };
  }
  return {
    url,
    call,
    callList,
    open: (path, signal) => openStream(connection, path, signal),
    close: egress.close,
  };
}

/** The client that commands send with reads a response to its end: a stream has none. */
async function openStream(
  connection: Connection,
  path: string,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const { url, token } = connection;
  try {
    const response = await fetch(`${url}/api/v1${path}`, {
      headers: { authorization: `Bearer ${token}`, accept: "text/event-stream, application/problem+json" },
      redirect: "manual",
      signal,
    }).catch((error: unknown) => {
      const { cause = error } = error as { readonly cause?: unknown };
      throw new ApiError({ code: "UNREACHABLE", message: `Cannot reach ${url}`, url, cause });
    });
    const { status, headers, body } = response;
    if (status >= 300 && status < 400) throw toRedirect(status, headers.get("location") ?? undefined, url);
    const isStream = response.ok && (headers.get("content-type") ?? "").startsWith("text/event-stream");
    if (isStream && headers.has(API_HEADER) && body !== null) return body;
    throw toApiError(status, await response.json().catch(() => undefined), url);
  } catch (error) {
    throw error instanceof ApiError ? failureOf(error, connection) : error;
  }
}

/** Requests of commands leave by the same door as deliveries. */
async function sendBy(egress: Pick<Egress, "request">, request: Request): Promise<Response> {
  const body = await request.text();
  const { outcome, answer } = await egress.request({
    method: request.method as Method,
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

/** What a failed request says to the person at the command line. */
function failureOf(error: ApiError, { url, urlFrom }: Connection): CommandFailure {
  const { code, status = 0, location, problem, cause } = error;
  if (problem !== undefined) return refusalOf(status, problem);
  switch (code) {
    case "UNREACHABLE":
      return new CommandFailure(
        "unreachable",
        "UNREACHABLE",
        `Cannot reach ${url} (from ${urlFrom}): ${messageOf(cause)}`,
        "Is it running? Start it with: callboard serve, or set CALLBOARD_URL",
      );
    case "REDIRECTED":
      return redirected(status, location, url);
    default:
      return notCallboard(status, url);
  }
}

function refusalOf(status: number, { code, detail, errors, callback }: Problem): CommandFailure {
  // The only problem there is stands in the sentence already.
  const [only] = errors;
  const isSaid = errors.length === 1 && only !== undefined && detail.includes(only.detail);
  const lines = [
    detail,
    ...(isSaid ? [] : errors.map(describeProblem)),
    ...(callback === undefined ? [] : answerLines(callback)),
  ];
  return new CommandFailure(endingOf(status, code), code, lines.map(printable).join("\n"), HINTS[code]);
}

function answerLines({ url, answer = "" }: NonNullable<Problem["callback"]>): readonly string[] {
  const text = answer.trim();
  return text === ""
    ? [`  ${url} answered nothing more`]
    : [`  ${url} answered:`, `    ${text.replaceAll("\n", "\n    ")}`];
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
  AUTH_INVALID: "Is CALLBOARD_TOKEN, or the token file, that of this server?",
  SITE_NOT_FOUND: "Name one with --site: callboard sites",
  EVENT_CONFLICT: "Give another --id, or none",
  ADDON_NOT_FOUND: "callboard addons list",
  ADDON_ORIGIN_CHANGED: "Add --confirm-origin if that is meant",
  LISTENER_EXISTS: "List the listeners of the site: callboard listeners",
  PRODUCT_BREAKING: "Add --force if that is meant",
  DELIVERY_NOT_FOUND: "callboard deliveries list",
  DIRECTORY_NOT_FOUND: "List the add-ons of the directory: callboard directory list",
  DIRECTORY_ONLY: "List the add-ons of the directory: callboard directory list",
  SCOPES_NOT_ACCEPTED: "Allow them with --accept-scopes NAME,NAME, or all of them with --yes",
};
