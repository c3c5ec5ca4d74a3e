/** Talks to a server's API: one function, JSON in and out, every failure a CommandFailure that says what to do. */
import type { ControlMethod } from "../egress/index.ts";
import { API_HEADER } from "../protocol/headers.ts";
import { readConnection } from "./connection.ts";
import { CommandFailure, endingOf } from "./exit.ts";
import { printable } from "./io.ts";
import type { Io } from "./io.ts";

const TIMEOUT_MS = 90_000;
const MOST_ANSWER_BYTES = 256 * 1024 * 1024;

export type Json = Readonly<Record<string, unknown>>;

export interface Client {
  readonly url: string;
  /**
   * Sends one request to `path` below /api/v1 and resolves to the JSON object of the response, `{}` if it has none. A string
   * is sent unchanged. Only a 2xx response that carries Callboard's own header counts.
   * @throws CommandFailure UNREACHABLE if the response is missing, a redirect or another server's; else the server's code
   */
  readonly call: <T = Json>(method: ControlMethod, path: string, body?: Json | string) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** @throws CommandFailure when there is no token or no usable URL */
export async function createClient(io: Pick<Io, "env">): Promise<Client> {
  const { url, hostName, token, urlFrom } = await readConnection(io.env);
  const { createEgress } = await import("../egress/index.ts");
  const egress = createEgress({
    allowNetworks: ["loopback", hostName],
    allowHttp: true,
    connectTimeoutMs: 5_000,
    requestTimeoutMs: TIMEOUT_MS,
    maxAnswerBytes: MOST_ANSWER_BYTES,
  });

  async function call<T>(method: ControlMethod, path: string, body?: Json | string): Promise<T> {
    const { outcome, answer } = await egress.request({
      method,
      url: `${url}/api/v1${path}`,
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      maxBytes: MOST_ANSWER_BYTES,
    });
    if (answer === undefined) {
      const detail = "detail" in outcome ? outcome.detail : "";
      throw new CommandFailure(
        "unreachable",
        "UNREACHABLE",
        `Cannot reach ${url} (from ${urlFrom}): ${detail}`,
        "Is it running? Start it with: callboard serve, or set CALLBOARD_URL",
      );
    }
    const text = answer.body.toString("utf8");
    const { status, headers } = answer;
    if (status >= 300 && status < 400) throw redirected(status, findHeader(headers, "location"), url);
    if (status >= 400) throw failureOf(status, text, url);
    const value = text === "" ? {} : parsed(text);
    // A proxy's or another server's 2xx must never pass for "done".
    if (value === undefined || findHeader(headers, API_HEADER) === undefined) throw notCallboard(status, url);
    return value as T;
  }
  return { url, call, close: egress.close };
}

function findHeader(
  headers: readonly (readonly [name: string, value: string])[],
  name: string,
): string | undefined {
  return headers.find(([each]) => each.toLowerCase() === name)?.[1];
}

interface ProblemFields {
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  /** Of a lifecycle callback that an add-on did not accept: what it answered. */
  readonly callback?: { readonly url: string; readonly answer?: string };
}

function failureOf(status: number, text: string, url: string): CommandFailure {
  const { code, detail = "", errors = [], callback } = (parsed(text) ?? {}) as ProblemFields;
  if (code === undefined) return notCallboard(status, url);
  // The only problem there is stands in the sentence already.
  const [only] = errors;
  const isSaid = errors.length === 1 && only !== undefined && detail.includes(only.detail);
  const lines = [
    detail,
    ...(isSaid
      ? []
      : errors.map((error) => `  ${error.pointer === "" ? "/" : error.pointer}  ${error.detail}`)),
    ...(callback === undefined ? [] : answerLines(callback)),
  ];
  return new CommandFailure(endingOf(status, code), code, lines.map(printable).join("\n"), HINTS[code]);
}

function answerLines({ url, answer = "" }: NonNullable<ProblemFields["callback"]>): readonly string[] {
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
  PRODUCT_BREAKING: "Add --force if that is meant",
  DELIVERY_NOT_FOUND: "callboard deliveries list",
  DIRECTORY_NOT_FOUND: "List the add-ons of the directory: callboard directory list",
  DIRECTORY_ONLY: "List the add-ons of the directory: callboard directory list",
  SCOPES_NOT_ACCEPTED: "Allow them with --accept-scopes NAME,NAME, or all of them with --yes",
};

/** A JSON object; undefined when the text is none. */
function parsed(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}
