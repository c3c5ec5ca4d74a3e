/** Finds the server that a command talks to, and the API token it uses: from the environment, else from the data directory. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { findSetting } from "../config.ts";
import { toLocalUrl } from "../host/model/addresses.ts";
import { CommandFailure } from "./exit.ts";
import type { Io } from "./io.ts";
import { withoutTrailingSlashes } from "../trailing-slashes.ts";
import { parseUrl } from "../parse-url.ts";

const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = 2990;
const DEFAULT_DATA_DIR = ".callboard";
/** File in the data directory with the URL of the server that was started last. */
export const URL_FILE = "url";
const TOKEN_FILE = "token";

export interface Connection {
  /** Base URL without a trailing slash. */
  readonly url: string;
  readonly token: string;
  /** Setting or file that the URL is from, for messages. */
  readonly urlFrom: string;
}

/**
 * Reads CALLBOARD_URL and CALLBOARD_TOKEN. A missing one is taken from the data directory, where `callboard serve` writes both. In the
 * environment of a server whose first token is CALLBOARD_ADMIN_TOKEN, such as its container, that one is used.
 * @throws CommandFailure CONFIG_INVALID if a value is no URL or no token, AUTH_MISSING if there is no token
 */
export async function readConnection(env: Io["env"]): Promise<Connection> {
  const { url, from } = await findServer(env);
  requireWebUrl(url, from);
  return {
    url: withoutTrailingSlashes(url),
    token: await readToken(env, from === "CALLBOARD_URL"),
    urlFrom: from,
  };
}

const dataDirectory = (env: Io["env"]): string => findSetting(env, "CALLBOARD_DATA_DIR") ?? DEFAULT_DATA_DIR;

/**
 * The URL of the server that commands talk to, and the setting or file that it is from. Without either, it is where `callboard serve`
 * would listen with the same environment.
 */
export async function findServer(env: Io["env"]): Promise<{ readonly url: string; readonly from: string }> {
  const file = join(dataDirectory(env), URL_FILE);
  const given = findSetting(env, "CALLBOARD_URL");
  if (given !== undefined) return { url: given, from: "CALLBOARD_URL" };
  const written = (await readFile(file, "utf8").catch(() => "")).trim();
  return written === "" ? { url: defaultUrl(env), from: "the default" } : { url: written, from: file };
}

/** Settings that `callboard serve` would refuse are left to it. */
function defaultUrl(env: Io["env"]): string {
  const port = findSetting(env, "CALLBOARD_PORT") ?? "";
  const host = findSetting(env, "CALLBOARD_HOST") ?? DEFAULT_HOST;
  const url = toLocalUrl(host, /^[1-9]\d{0,4}$/.test(port) ? Number(port) : DEFAULT_PORT);
  return parseUrl(url) !== undefined ? url : toLocalUrl(DEFAULT_HOST, DEFAULT_PORT);
}

/** @param isOther whether the server may be another one than that of this environment, whose first token it must not get */
async function readToken(env: Io["env"], isOther: boolean): Promise<string> {
  const file = join(dataDirectory(env), TOKEN_FILE);
  const given = findSetting(env, "CALLBOARD_TOKEN");
  if (given !== undefined) return requireToken(given, "CALLBOARD_TOKEN");
  let text: string;
  try {
    text = (await readFile(file, "utf8")).trim();
  } catch {
    const first = isOther ? undefined : findSetting(env, "CALLBOARD_ADMIN_TOKEN");
    if (first !== undefined) return requireToken(first, "CALLBOARD_ADMIN_TOKEN");
    throw new CommandFailure(
      "refused",
      "AUTH_MISSING",
      `CALLBOARD_TOKEN is not set and ${file} can't be read, so there is no API token`,
      "Run the command in the folder where the server was started, or set CALLBOARD_TOKEN",
    );
  }
  return requireToken(text, file);
}

/** The value itself is never printed: part of it may be a secret. */
function requireToken(text: string, from: string): string {
  if (/^[\x21-\x7e]{1,500}$/.test(text)) return text;
  throw new CommandFailure(
    "usage",
    "CONFIG_INVALID",
    `${from} has no API token: a token is one line of printable ASCII characters without spaces`,
    "Create a token with: callboard tokens create NAME --scope admin",
  );
}

function requireWebUrl(url: string, from: string): void {
  if (parseUrl(url) !== undefined && /^https?:\/\//.test(url)) return;
  throw new CommandFailure(
    "usage",
    "CONFIG_INVALID",
    `${from} must be a URL that begins with http:// or https://`,
    "For example CALLBOARD_URL=https://callboard.example.com",
  );
}
