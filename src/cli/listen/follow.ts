/** The stream of a listener: read message by message, and connected to again whenever it is cut. */
import type { ListenerMessage } from "../../host/model/listener.ts";
import type { Client } from "../client.ts";
import { CommandFailure } from "../exit.ts";

/** The host sends a sign of life every 10 s. */
const SILENT_MS = 25_000;
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5_000;

/** Failures that pass by themselves. Others end the command: a token, a site or a listener does not come back. */
const PASSING = new Set([
  "UNREACHABLE",
  "RATE_LIMITED",
  "OVERLOADED",
  "SHUTTING_DOWN",
  "STORAGE",
  "INTERNAL",
  "BODY_TIMEOUT",
  "REQUEST_TIMEOUT",
]);

export const isPassing = (error: unknown): boolean =>
  error instanceof CommandFailure && PASSING.has(error.code);

/** Returns how long to wait after so many failures in a row; at random, so that many clients don't come back together. */
export const pauseAfter = (failures: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** failures, MAX_PAUSE_MS) * (0.5 + Math.random() / 2);

/** Resolves after the time, or at once when the signal comes. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    if (signal.aborted) done();
    else signal.addEventListener("abort", done);
  });
}

export interface FollowOptions {
  readonly client: Pick<Client, "open">;
  /** Below /api/v1. */
  readonly path: string;
  readonly signal: AbortSignal;
  readonly onConnected: () => void;
  readonly onLost: (why: string) => void;
}

/**
 * Yields every message. Ends with the signal, or after the message that says so.
 * @throws CommandFailure if the server refuses the stream for good
 */
export async function* follow(options: FollowOptions): AsyncGenerator<ListenerMessage> {
  const { signal, onConnected, onLost } = options;
  let cursor: string | undefined;
  let failures = 0;
  const isStopped = (): boolean => signal.aborted;
  while (!isStopped()) {
    try {
      for await (const { id, message } of connect(options, cursor)) {
        cursor = id ?? cursor;
        if (message.kind === "ready") onConnected();
        failures = 0;
        yield message;
        if (message.kind === "ended") return;
      }
      if (!isStopped()) onLost("the server closed the connection");
    } catch (error) {
      if (isStopped()) return;
      if (error instanceof CommandFailure && !isPassing(error)) throw error;
      if (failures === 0) onLost(error instanceof Error ? error.message : String(error));
    }
    await pause(pauseAfter(failures), signal);
    failures += 1;
  }
}

interface StreamEvent {
  readonly id: string | undefined;
  readonly message: ListenerMessage;
}

/** Yields the events of one connection; one that is silent for too long is given up. */
async function* connect(
  { client, path, signal }: FollowOptions,
  cursor: string | undefined,
): AsyncGenerator<StreamEvent> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENT_MS);
  try {
    const query = cursor === undefined ? "" : `?after=${cursor}`;
    const body = await client.open(path + query, AbortSignal.any([signal, silence.signal]));
    for await (const event of readEvents(body)) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENT_MS);
      yield event;
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

/** Reads server-sent events as the host writes them: an ID perhaps, and data on one line. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  let id: string | undefined;
  for await (const bytes of body) {
    const [first = "", ...further] = decoder.decode(bytes, { stream: true }).split("\n");
    pieces.push(first);
    for (const begin of further) {
      const line = pieces.join("");
      pieces = [begin];
      if (line.startsWith("id: ")) id = line.slice(4);
      if (!line.startsWith("data: ")) continue;
      yield { id, message: JSON.parse(line.slice(6)) as ListenerMessage };
      id = undefined;
    }
  }
}
