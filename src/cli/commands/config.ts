/** `callboard config`: every setting with its value and where that comes from, as `serve` would read it here. */
import { CONFIG_KEYS, configWarnings, readConfig, findSetting, unknownKeys } from "../../config.ts";
import type { ConfigKey, Environment } from "../../config.ts";
import { CallboardError } from "../../errors.ts";
import type { Problem } from "../../errors.ts";
import { withDatabaseFlags } from "../database-config.ts";
import type { DatabaseFlags } from "../database-config.ts";
import type { Ending } from "../exit.ts";
import { parseProxyUrl } from "../../proxy-url.ts";
import { columns, print } from "../io.ts";
import type { Io } from "../io.ts";
import { shownDatabase } from "../start-text.ts";
import { parseUrl } from "../../parse-url.ts";

const SECRET: ReadonlySet<ConfigKey> = new Set([
  "CALLBOARD_ADMIN_TOKEN",
  "CALLBOARD_MASTER_KEY",
  "CALLBOARD_MASTER_KEY_NEXT",
  "CALLBOARD_TOKEN",
  "CALLBOARD_INSPECTOR_TOKEN",
]);
const DATABASE_URLS: ReadonlySet<ConfigKey> = new Set([
  "CALLBOARD_DATABASE_URL",
  "CALLBOARD_LISTEN_URL",
  "CALLBOARD_READ_URL",
  "CALLBOARD_OUTBOX_URL",
]);

export interface ToldSetting {
  readonly key: ConfigKey;
  /** As given, a secret never; null where the default is in force. */
  readonly value: string | null;
  /** In words. */
  readonly default: string;
  readonly meaning: string;
}

/** Fails with every problem of the settings; what is unknown or unsafe is noted. */
export function showConfig(
  io: Io,
  options: DatabaseFlags & { readonly json?: boolean; readonly all?: boolean },
): Promise<Ending> {
  const env = withDatabaseFlags(io, options);
  const settings = (Object.keys(CONFIG_KEYS) as ConfigKey[]).map((key) => toSetting(env, key));
  const { problems, warnings } = examine(env);
  const told = options.all === true ? settings : settings.filter(({ value }) => value !== null);
  print(
    io,
    options,
    { settings, problems, warnings },
    columns(told.map(({ key, value, ...setting }) => [key, value ?? `default: ${setting.default}`])),
  );
  if (options.json !== true) {
    const isDefault = told.length === 0;
    if (isDefault) io.note("Every setting has its default value; --all lists them\n");
    for (const warning of warnings) io.note(`warning: ${warning}\n`);
    for (const { detail } of problems) io.note(`error[CONFIG_INVALID]: ${detail}\n`);
  }
  return Promise.resolve(problems.length === 0 ? "done" : "usage");
}

function toSetting(env: Environment, key: ConfigKey): ToldSetting {
  const [fallback, meaning] = CONFIG_KEYS[key];
  const text = findSetting(env, key);
  return { key, value: text === undefined ? null : shownValue(key, text), default: fallback, meaning };
}

function shownValue(key: ConfigKey, text: string): string {
  if (SECRET.has(key)) return "(set)";
  if (key === "CALLBOARD_EGRESS_PROXY") return shownProxy(text);
  return DATABASE_URLS.has(key) ? shownDatabase(text) : shownText(text);
}

/** Without the user name and password of a web URL. */
function shownText(text: string): string {
  const url = parseUrl(text);
  if (url === undefined || (url.username === "" && url.password === "")) return text;
  url.username = "";
  url.password = "";
  return url.href;
}

/** Without user name and password. */
function shownProxy(text: string): string {
  const parsed = parseProxyUrl(text);
  return parsed.ok ? parsed.proxy.shown : "(set)";
}

function examine(env: Environment): {
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
} {
  const unknown = unknownKeys(env).map(
    ({ key, closest }) => `${key} is not a setting; did you mean ${closest}?`,
  );
  try {
    return { problems: [], warnings: [...unknown, ...configWarnings(readConfig(env))] };
  } catch (error) {
    if (!(error instanceof CallboardError)) throw error;
    return { problems: error.errors, warnings: unknown };
  }
}
