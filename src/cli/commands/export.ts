/** `callboard export events` and `export deliveries`: NDJSON on standard output. */
import { defined } from "../../defined.ts";
import type { Context } from "../context.ts";
import { CommandFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
import { getMessage } from "../../errors.ts";
import { interruptible } from "../interruptible.ts";
import type { Io } from "../io.ts";
import { createCounter } from "../progress.ts";

export interface ExportOptions {
  readonly site: string;
  readonly event?: string;
  readonly since?: string;
  readonly until?: string;
}

/** Writes what arrives, so that an export can be larger than the memory. Fails if the response is cut off. */
export function exportRecords(what: "events" | "deliveries") {
  return async ({ io, client }: Context, options: ExportOptions): Promise<Ending> => {
    const { site, event, since, until } = options;
    const query = defined({
      event,
      since,
      until,
    });
    const path = `/sites/${encodeURIComponent(site)}/export/${what}?${new URLSearchParams(query).toString()}`;
    await interruptible(io, INTERRUPTED, async (signal) => {
      const lines = await client.open(path, signal, "application/x-ndjson");
      await writeLines({ io, lines, what }).catch((cause: unknown) => {
        throw cutOff(cause);
      });
    });
    return "done";
  };
}

const INTERRUPTED = "The export was interrupted: the output is not complete";

const cutOff = (cause: unknown): CommandFailure =>
  new CommandFailure(
    "failed",
    "EXPORT_CUT_OFF",
    `The export ended before it was complete: ${getMessage(cause)}`,
    "Repeat the command; --until continues before the last line",
  );

interface Output {
  readonly io: Io;
  readonly lines: AsyncIterable<Uint8Array>;
  readonly what: string;
}

async function writeLines({ io, lines, what }: Output): Promise<void> {
  const decoder = new TextDecoder();
  const tell = createCounter(io, {}, { what: "Exporting", unit: what });
  let exported = 0;
  for await (const bytes of lines) {
    io.out(decoder.decode(bytes, { stream: true }));
    tell((exported += countLines(bytes)));
  }
}

const LINE_FEED = 10;

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) lines += 1;
  return lines;
}
