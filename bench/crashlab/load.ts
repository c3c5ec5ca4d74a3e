/**
 * The product of the lab: posts events with ids of its own, several at a time, and repeats each one under the same id
 * until it is accepted, as a careful product would.
 */
import { Agent, request } from "undici";
import { payload } from "../body.ts";
import { EVENT } from "../seed.ts";
import type { Journal } from "./journal.ts";

export type Sent =
  | { readonly kind: "sending"; readonly mark: number; readonly at: number }
  | {
      readonly kind: "accepted";
      readonly mark: number;
      readonly at: number;
      readonly duplicate: boolean;
      readonly deliveryIds: readonly string[];
    }
  | {
      readonly kind: "refused";
      readonly mark: number;
      readonly at: number;
      readonly status: number | string;
    };

export type Accepted = Extract<Sent, { kind: "accepted" }>;

export interface LoadOptions {
  /** The hosts that take events at the moment. */
  readonly urls: () => readonly string[];
  readonly token: string;
  readonly concurrency: number;
  /** Events per second at most. */
  readonly rate?: number;
  /** Issues that events are of, in turn; one when left out. */
  readonly issues?: number;
  readonly journal: Journal<Sent>;
}

export interface Load {
  readonly accepted: ReadonlyMap<number, Accepted>;
  /** How often each status, or each code of a connection that failed, was the answer instead of 202. */
  readonly refusals: ReadonlyMap<number | string, number>;
  /** Called just after a request began to be sent. */
  readonly onSending: (listener: (mark: number) => void) => () => void;
  /** Ends posting; what was not accepted by now is not repeated. */
  readonly stop: () => Promise<void>;
}

const REPEAT_MS = 100;
const FIRST_ISSUE = 10_042;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function startLoad({
  urls,
  token,
  concurrency,
  rate = Infinity,
  issues = 1,
  journal,
}: LoadOptions): Load {
  const accepted = new Map<number, Accepted>();
  const refusals = new Map<number | string, number>();
  const listeners = new Set<(mark: number) => void>();
  const dispatcher = new Agent({ connections: concurrency, pipelining: 1, headersTimeout: 60_000 });
  const startedAt = Date.now();
  let next = 0;
  let running = true;
  const isRunning = (): boolean => running;

  async function post(mark: number): Promise<boolean> {
    const all = urls();
    const url = all[mark % Math.max(all.length, 1)];
    if (url === undefined) return false;
    journal.add({ kind: "sending", mark, at: Date.now() });
    try {
      const answering = request(`${url}/api/v1/sites/jira/events`, {
        method: "POST",
        dispatcher,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: `{"event":"${EVENT}","id":"mark-${mark}","payload":${payload(mark, String(FIRST_ISSUE + (mark % issues)))}}`,
      });
      for (const listener of listeners) listener(mark);
      const answer = await answering;
      const text = await answer.body.text();
      if (answer.statusCode !== 202) return refuse(mark, answer.statusCode);
      const { duplicate, deliveries } = JSON.parse(text) as {
        duplicate: boolean;
        deliveries: readonly { id: string }[];
      };
      const record: Accepted = {
        kind: "accepted",
        mark,
        at: Date.now(),
        duplicate,
        deliveryIds: deliveries.map(({ id }) => id),
      };
      accepted.set(mark, record);
      journal.add(record);
      return true;
    } catch (error) {
      return refuse(mark, (error as NodeJS.ErrnoException).code ?? "broken");
    }
  }

  function refuse(mark: number, status: number | string): false {
    refusals.set(status, (refusals.get(status) ?? 0) + 1);
    journal.add({ kind: "refused", mark, at: Date.now(), status });
    return false;
  }

  async function postOneAfterAnother(): Promise<void> {
    while (isRunning()) {
      const mark = next;
      next += 1;
      const early = startedAt + (mark / rate) * 1000 - Date.now();
      if (early > 0) await pause(early);
      for (let isTaken = await post(mark); !isTaken && isRunning(); isTaken = await post(mark)) {
        await pause(REPEAT_MS);
      }
    }
  }
  const posting = Array.from({ length: concurrency }, postOneAfterAnother);
  let ended: Promise<void> | undefined;
  return {
    accepted,
    refusals,
    onSending: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => {
      running = false;
      ended ??= Promise.all(posting).then(() => dispatcher.close());
      return ended;
    },
  };
}
