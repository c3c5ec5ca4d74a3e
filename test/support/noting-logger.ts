/** A logger that keeps what is written, for assertions. */
import type { Fields, Logger } from "../../src/logger.ts";

export interface Noted {
  readonly level: keyof Logger;
  readonly event: string;
  readonly fields: Fields;
}

export interface NotingLogger {
  readonly logger: Logger;
  readonly named: (event: string) => readonly Noted[];
  /** Warnings that tell of something that failed, and errors. */
  readonly failures: () => readonly Noted[];
}

export function createNotingLogger(): NotingLogger {
  const noted: Noted[] = [];
  const at =
    (level: keyof Logger) =>
    (event: string, fields: Fields = {}) =>
      void noted.push({ level, event, fields });
  return {
    logger: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") },
    named: (name) => noted.filter(({ event }) => event === name),
    failures: () => noted.filter(({ level, fields }) => level === "error" || "error" in fields),
  };
}
