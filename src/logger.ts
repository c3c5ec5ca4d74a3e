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

/** What every line has, whatever its fields are called. */
const RESERVED: ReadonlySet<string> = new Set(["time", "level", "event"]);

/** A field with a reserved name is told under another one: it must not pass for what every line has. */
function withoutReserved(fields: Fields): Fields {
  if (!Object.keys(fields).some((name) => RESERVED.has(name))) return fields;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [RESERVED.has(name) ? `field_${name}` : name, value]),
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
      const safe = redact(withoutReserved(fields), 0) as Fields;
      const line = JSON.stringify({ time: new Date().toISOString(), level: name, event, ...safe });
      write(`${escapeControls(line)}\n`);
    };
  return { debug: at("debug", 0), info: at("info", 1), warn: at("warn", 2), error: at("error", 3) };
}

export const silentLogger: Logger = createLogger("silent");

/** What floods is written once, and then counted. */
export interface SparseLog {
  /**
   * Writes the first line of a key at once. Those that follow within a minute are counted, and told in one line with the fields
   * of the last of them and `repeated`, how many there were; so for each further minute in which there are any.
   */
  readonly write: (key: string, level: Exclude<LogLevel, "silent">, event: string, fields: Fields) => void;
  /** Tells what was counted so far, and stops telling by itself. */
  readonly stop: () => void;
}

const SPARSE_EVERY_MS = 60_000;
/** What comes under more keys than this within a minute shares one for each event. */
const MOST_SPARSE_KEYS = 1_000;

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
      const known = repeated.size < MOST_SPARSE_KEYS || repeated.has(own) ? own : event;
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
