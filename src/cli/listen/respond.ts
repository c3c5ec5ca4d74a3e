/** Tells the host what the local application answered, many responses at once, until it has them; and that the listener is alive. */
import { MAX_RESPONSES } from "../../host/model/listener.ts";
import type { ListenerResponse } from "../../host/model/listener.ts";
import { isPassing, pause, pauseAfter } from "./follow.ts";

/** The host waits for 30 s. */
const BEAT_MS = 4_000;
/** Of the bodies: a request has 1 MiB at most. */
const MAX_CHARACTERS = 500_000;

export interface Responder {
  readonly add: (response: ListenerResponse) => void;
  /** Resolves when everything was told, or after the time. */
  readonly drain: (ms: number) => Promise<void>;
  readonly stop: () => void;
}

/**
 * @param respond sends responses, or a sign of life when there are none
 * @param onFailure the host refuses them for good: the listener has ended
 */
export function createResponder(
  respond: (responses: readonly ListenerResponse[]) => Promise<unknown>,
  onFailure: (error: unknown) => void,
): Responder {
  const stopping = new AbortController();
  let waiting: ListenerResponse[] = [];
  let sending: Promise<void> | undefined;
  let beat: NodeJS.Timeout | undefined;

  async function sendAll(): Promise<void> {
    let failures = 0;
    do {
      const batch = waiting.slice(0, countFirst(waiting));
      try {
        await respond(batch);
        waiting = waiting.slice(batch.length);
        failures = 0;
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (!isPassing(error)) {
          onFailure(error);
          return;
        }
        await pause(pauseAfter(failures), stopping.signal);
        failures += 1;
      }
    } while (waiting.length > 0 && !stopping.signal.aborted);
  }

  function send(): void {
    if (stopping.signal.aborted || sending !== undefined) return;
    clearTimeout(beat);
    sending = sendAll().finally(() => {
      sending = undefined;
      if (waiting.length > 0) send();
      else if (!stopping.signal.aborted) beat = setTimeout(send, BEAT_MS);
    });
  }

  beat = setTimeout(send, BEAT_MS);
  return {
    add: (response) => {
      waiting.push(response);
      send();
    },
    drain: async (ms) => {
      const limit = new AbortController();
      await Promise.race([sending, pause(ms, limit.signal)]);
      limit.abort();
    },
    stop: () => {
      stopping.abort();
      clearTimeout(beat);
    },
  };
}

/** Returns how many of the first go into one request. */
function countFirst(waiting: readonly ListenerResponse[]): number {
  let characters = 0;
  const end = waiting.findIndex(({ response }, index) => {
    characters += response?.body.length ?? 0;
    return index === MAX_RESPONSES || (index > 0 && characters > MAX_CHARACTERS);
  });
  return end < 0 ? waiting.length : end;
}
