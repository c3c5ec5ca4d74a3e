/**
 * Tells open pages that something may have changed: one stream (SSE) for each page. It carries no data, the page is
 * fetched again and merged, so a stream that was cut loses nothing. The database is asked, not this process, so a page
 * shows what any process did; it is asked only while somebody looks.
 */
import type { RequestHandler, Response } from "express";
import { CallboardError } from "../../../errors.ts";
import type { Logger } from "../../../logger.ts";

const LOOK_EVERY_MS = 300;
/** Proxies end connections on which nothing is heard. */
const BEAT_EVERY_MS = 20_000;
const RECONNECT_MS = 2_000;
const CHANGED = "data: changed\n\n";
const MAX_STREAMS = 500;
/** A browser that does not read is let go. */
const MAX_BUFFERED_BYTES = 64 * 1024;

export interface Live {
  readonly stream: RequestHandler;
  /** Ends every stream. */
  readonly stop: () => void;
}

/** `signature` changes whenever something that pages show has changed. */
export function createLive(signature: () => Promise<string>, logger: Logger): Live {
  const streams = new Set<Response>();
  let known: string | undefined;
  let isFailing = false;
  let timer: NodeJS.Timeout | undefined;
  let beatAt = 0;

  function tell(text: string): void {
    for (const response of streams) {
      if (response.writableLength > MAX_BUFFERED_BYTES) response.destroy();
      else response.write(text);
    }
  }

  async function look(): Promise<void> {
    try {
      const seen = await signature();
      if (isFailing || (known !== undefined && known !== seen)) tell(CHANGED);
      known = seen;
      isFailing = false;
    } catch (error) {
      // Pages ask again and show what is wrong; once, not at every look.
      if (!isFailing) {
        logger.warn("live.update-failed", { error });
        tell(CHANGED);
      }
      isFailing = true;
    }
    if (performance.now() > beatAt) {
      beatAt = performance.now() + BEAT_EVERY_MS;
      tell(": still here\n\n");
    }
    if (streams.size > 0) timer = setTimeout(() => void look(), LOOK_EVERY_MS);
    else timer = undefined;
  }

  function leave(response: Response): void {
    streams.delete(response);
    if (streams.size > 0) return;
    clearTimeout(timer);
    timer = undefined;
    known = undefined;
  }

  return {
    stream: (request, response) => {
      if (streams.size >= MAX_STREAMS) throw new CallboardError("OVERLOADED", "Too many pages are open");
      response.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      });
      // Express passes HEAD to GET handlers: it has its response with the headers.
      if (request.method === "HEAD") {
        response.end();
        return;
      }
      response.write(`retry: ${RECONNECT_MS}\n\n`);
      streams.add(response);
      response.once("close", () => leave(response));
      timer ??= setTimeout(() => void look(), 0);
    },
    stop: () => {
      clearTimeout(timer);
      for (const response of streams) response.end();
    },
  };
}
