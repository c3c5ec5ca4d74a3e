/** `callboard export events` and `export deliveries`: NDJSON on standard output. */
import { defined } from "../../defined.ts";
import type { Context } from "../context.ts";
import { CommandFailure } from "../exit.ts";
import type { Ending } from "../exit.ts";
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
    const lines = await client.open(path, new AbortController().signal, "application/x-ndjson");
    const decoder = new TextDecoder();
    const tell = createCounter(io, {}, { what: "Exporting", unit: what });
    let exported = 0;
    try {
      for await (const bytes of lines) {
        io.out(decoder.decode(bytes, { stream: true }));
        tell((exported += countLines(bytes)));
      }
    } catch (cause) {
      throw new CommandFailure(
        "failed",
        "EXPORT_CUT_OFF",
        `The export ended before it was complete: ${cause instanceof Error ? cause.message : String(cause)}`,
        "Repeat the command; --until continues before the last line",
      );
    }
    return "done";
  };
}

const LINE_FEED = 10;

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) lines += 1;
  return lines;
}
