/** The server log: one JSON line for each step on standard error. Secrets are redacted by key and by form. */
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
/** Words in a sentence or URL that precede a secret. */
const SECRET_IN_TEXT =
  /([?&](?:jwt|apiKey|password)=|\bJWT |\bBearer |\bBasic |\/ingest\/|\/admin\/login\/|:\/\/[^\s/:@]*:(?=[^\s/]*@))[^\s"'&/@]+/g;
/** Secrets created by Callboard, recognized by their form. */
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

/** Names that every line has. */
const RESERVED: ReadonlySet<string> = new Set(["time", "level", "event"]);

/** Renames fields with a reserved name, so that a field can't pass for the time, level or event of the line. */
function withoutReserved(fields: Fields): Fields {
  if (!Object.keys(fields).some((name) => RESERVED.has(name))) return fields;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [RESERVED.has(name) ? `field_${name}` : name, value]),
  );
}

/** Creates a logger that drops lines below `level`. `write` gets whole lines. */
export function createLogger(
  level: LogLevel,
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Logger {
  const threshold = LOG_LEVELS.indexOf(level);
  const at =
    (name: LogLevel, rank: number) =>
    (event: string, fields: Fields = {}) => {
      if (rank < threshold) return;
      const safe = redact(withoutReserved(fields), 0) as Fields;
      const line = JSON.stringify({ time: new Date().toISOString(), level: name, event, ...safe });
      write(`${escapeControls(line)}\n`);
    };
  return { debug: at("debug", 0), info: at("info", 1), warn: at("warn", 2), error: at("error", 3) };
}

export const silentLogger: Logger = createLogger("silent");

/** A log that limits repeated lines. */
export interface SparseLog {
  /**
   * Writes the first line of a key at once, then counts. Each minute with further lines gets one summary line, with the
   * fields of the last one and their number in `repeated`.
   */
  readonly write: (key: string, level: Exclude<LogLevel, "silent">, event: string, fields: Fields) => void;
  /** Writes the pending summaries and stops the timer. */
  readonly stop: () => void;
}

const SPARSE_EVERY_MS = 60_000;
/** Maximum number of keys. Beyond it, keys of the same event share one count. */
const MAX_SPARSE_KEYS = 1_000;

interface Repeated {
  readonly level: Exclude<LogLevel, "silent">;
  readonly event: string;
  fields: Fields;
  count: number;
}

export function createSparseLog(logger: Logger, everyMs = SPARSE_EVERY_MS): SparseLog {
  const repeated = new Map<string, Repeated>();
  let timer: NodeJS.Timeout | undefined;

  function tell(): void {
    for (const [key, said] of repeated) {
      if (said.count === 0) {
        repeated.delete(key);
        continue;
      }
      logger[said.level](said.event, { ...said.fields, repeated: said.count });
      said.count = 0;
    }
    if (repeated.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    write: (key, level, event, fields) => {
      const own = `${event} ${key}`;
      const known = repeated.size < MAX_SPARSE_KEYS || repeated.has(own) ? own : event;
      const said = repeated.get(known);
      if (said !== undefined) {
        said.count += 1;
        said.fields = fields;
        return;
      }
      repeated.set(known, { level, event, fields, count: 0 });
      logger[level](event, fields);
      timer ??= setInterval(tell, everyMs).unref();
    },
    stop: () => {
      tell();
      clearInterval(timer);
      timer = undefined;
    },
  };
}
