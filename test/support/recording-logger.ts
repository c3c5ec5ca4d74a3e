/** A logger whose lines a test reads back. */
import { createLogger } from "../../src/logger.ts";
import type { Logger } from "../../src/logger.ts";

export type LogLine = Readonly<Record<string, unknown>> & { readonly event: string };

export function recordingLogger(): { readonly logger: Logger; readonly lines: () => readonly LogLine[] } {
  const written: string[] = [];
  return {
    logger: createLogger("debug", (line) => void written.push(line)),
    lines: () => written.map((line) => JSON.parse(line) as LogLine),
  };
}
