/** Talks to a server's API: one function, JSON in and out, every failure a CommandFailure that says what to do. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ControlMethod } from "../egress/index.ts";
import { CommandFailure, endingOf } from "./exit.ts";
import { printable } from "./io.ts";
import type { Io } from "./io.ts";

const USUAL_URL = "http://127.0.0.1:2990";
const USUAL_DATA_DIR = ".callboard";
const TIMEOUT_MS = 90_000;
const MOST_ANSWER_BYTES = 256 * 1024 * 1024;

/** An answer's JSON. The API's own tests hold its shape; here it is taken as told. */
export type Json = Readonly<Record<string, unknown>>;

export interface Client {
  readonly url: string;
  /** `path` is below /api/v1. A string is sent as it is. */
  readonly call: <T = Json>(method: ControlMethod, path: string, body?: Json | string) => Promise<T>;
  readonly close: () => Promise<void>;
}

async function readToken(env: Io["env"]): Promise<string> {
  const given = env["CALLBOARD_TOKEN"];
  if (given !== undefined && given !== "") return given;
  const path = join(env["CALLBOARD_DATA_DIR"] ?? USUAL_DATA_DIR, "token");
  try {
    return (await readFile(path, "utf8")).trim();
  } catch {
    throw new CommandFailure(
      "refused",
      "AUTH_MISSING",
      `There is no token: CALLBOARD_TOKEN is not set and ${path} cannot be read`,
      "Run this where `callboard serve` runs, or set CALLBOARD_TOKEN",
    );
  }
}

function hostNameOf(url: string): string {
  if (URL.canParse(url) && /^https?:\/\//.test(url)) return new URL(url).hostname.replace(/^\[|\]$/g, "");
  throw new CommandFailure("usage", "CONFIG_INVALID", "CALLBOARD_URL must be an http or https URL");
}

/** @throws CommandFailure when there is no token or no usable URL */
export async function createClient(io: Pick<Io, "env">): Promise<Client> {
  const url = (io.env["CALLBOARD_URL"] ?? USUAL_URL).replace(/\/+$/, "");
  const hostName = hostNameOf(url);
  const token = await readToken(io.env);
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
        `Cannot reach ${url}: ${detail}`,
        "Is it running? Start it with: callboard serve, or set CALLBOARD_URL",
      );
    }
    const text = answer.body.toString("utf8");
    if (answer.status >= 400) throw failureOf(answer.status, text, url);
    const value = text === "" ? {} : parsed(text);
    if (value === undefined) throw notCallboard(answer.status, url);
    return value as T;
  }
  return { url, call, close: egress.close };
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

function notCallboard(status: number, url: string): CommandFailure {
  return new CommandFailure(
    "unreachable",
    "UNREACHABLE",
    `${url} answered ${status}, but not as Callboard does`,
    "Check CALLBOARD_URL",
  );
}

const HINTS: Readonly<Record<string, string>> = {
  AUTH_INVALID: "Is CALLBOARD_TOKEN, or the token file, that of this server?",
  SITE_NOT_FOUND: "Name one with --site: callboard sites",
  EVENT_CONFLICT: "Give another --id, or none",
  ADDON_NOT_FOUND: "callboard addons list",
  ADDON_ORIGIN_CHANGED: "Add --confirm-origin if that is meant",
  DELIVERY_NOT_FOUND: "callboard deliveries list",
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
