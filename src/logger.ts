/**
 * The process's own structured output: one JSON line per step on standard error, secrets redacted by key.
 * The word "log" means the sent log everywhere else.
 */
import { escapeControls } from "./foreign-text.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type Fields = Readonly<Record<string, unknown>>;

export interface Logger {
  readonly debug: (event: string, fields?: Fields) => void;
  readonly info: (event: string, fields?: Fields) => void;
  readonly warn: (event: string, fields?: Fields) => void;
  readonly error: (event: string, fields?: Fields) => void;
}

const SECRET_KEY = /secret|password|authorization|cookie|(^|_)token$|^token|masterkey|private/i;
/** What stands behind such a word, in a sentence or a URL. */
const SECRET_IN_TEXT =
  /([?&](?:jwt|apiKey|password)=|\bJWT |\bBearer |\bBasic |\/ingest\/|\/admin\/login\/|:\/\/[^\s/:@]*:(?=[^\s/]*@))[^\s"'&/@]+/g;
/** Secrets that we make are known by their form, wherever they stand. */
const OUR_SECRETS = /\b(cb_[0-9a-f]{12}_|whsec_)[\w+/=-]+/g;

function redactText(text: string): string {
  return text.replace(SECRET_IN_TEXT, "$1[redacted]").replace(OUR_SECRETS, "$1[redacted]");
}

function redact(value: unknown, depth: number): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value === "bigint") return String(value);
  if (value instanceof Error) {
    return {
      message: redact(value.message, depth),
      code: (value as { code?: unknown }).code,
      stack: redact(value.stack, depth),
      ...(value.cause === undefined || depth > 3 ? {} : { cause: redact(value.cause, depth + 1) }),
    };
  }
  if (typeof value !== "object" || value === null) return value;
  if (depth > 5) return "[deep]";
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      SECRET_KEY.test(key) ? "[redacted]" : redact(item, depth + 1),
    ]),
  );
}

/** Lines below `level` are dropped; `write` receives whole lines and is standard error unless a test says otherwise. */
export function createLogger(
  level: LogLevel,
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Logger {
  const threshold = LOG_LEVELS.indexOf(level);
  const at =
    (name: LogLevel, rank: number) =>
    (event: string, fields: Fields = {}) => {
      if (rank < threshold) return;
      const safe = redact(fields, 0) as Fields;
      const line = JSON.stringify({ time: new Date().toISOString(), level: name, event, ...safe });
      write(`${escapeControls(line)}\n`);
    };
  return { debug: at("debug", 0), info: at("info", 1), warn: at("warn", 2), error: at("error", 3) };
}

export const silentLogger: Logger = createLogger("silent");
