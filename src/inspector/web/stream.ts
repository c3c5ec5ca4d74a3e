/**
 * The live stream (server-sent events). A message says that something changed and the page fetches itself again, so that a
 * connection that was cut loses nothing.
 */
import type { RequestHandler, Response } from "express";

const HEARTBEAT_MS = 15_000;

/** Changes within this time are one message. */
const TOGETHER_MS = 100;
const MAX_STREAMS = 100;

export interface Stream {
  readonly handler: RequestHandler;
  /** Tells every open page. */
  readonly changed: () => void;
  readonly open: () => number;
  readonly close: () => void;
}

/** `lastId` is the id of the newest capture: what a page that comes back is compared with. */
export function createStream(lastId: () => number): Stream {
  const streams = new Set<Response>();
  let pending: NodeJS.Timeout | undefined;

  const message = () => `id: ${lastId()}\ndata: changed\n\n`;
  const sendToAll = (text: string) => {
    for (const response of streams) {
      // One that does not read is dropped; it comes back when it does.
      if (response.writableLength > 65_536) response.destroy();
      else response.write(text);
    }
  };
  const heartbeat = setInterval(() => sendToAll(": alive\n\n"), HEARTBEAT_MS).unref();

  return {
    handler: (request, response) => {
      if (streams.size >= MAX_STREAMS) {
        response.status(503).end();
        return;
      }
      response.writeHead(200, { "content-type": "text/event-stream", "x-accel-buffering": "no" });
      // Express passes HEAD to GET handlers: it has its response with the headers.
      if (request.method === "HEAD") {
        response.end();
        return;
      }
      response.write("retry: 2000\n\n");
      const seen = Number(request.headers["last-event-id"] ?? lastId());
      if (seen !== lastId()) response.write(message());
      streams.add(response);
      response.on("close", () => streams.delete(response));
    },
    changed: () => {
      pending ??= setTimeout(() => {
        pending = undefined;
        sendToAll(message());
      }, TOGETHER_MS).unref();
    },
    open: () => streams.size,
    close: () => {
      clearInterval(heartbeat);
      clearTimeout(pending);
      for (const response of streams) response.end();
    },
  };
}
