/** Senders of events that give each event an id, and repeat a request that failed. */
import type { Reply } from "./proxy.ts";

const SENDERS = 4;
const PAUSE_MS = 20;
/** As a sender does that follows Retry-After, in short. */
const REPEAT_AFTER_MS = 1_000;

export interface Request {
  readonly key: string;
  /** Milliseconds since the process began. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Undefined: 202. */
  readonly problem: string | undefined;
}

export interface Sending {
  /** Every request, in the order in which they ended. */
  readonly requests: readonly Request[];
  /** Keys of the issues of events that were accepted. */
  readonly accepted: readonly string[];
  /** Problems of events that were repeated in vain. */
  readonly failed: readonly string[];
  /** Requests that repeated another one. */
  readonly repeated: () => number;
  /** Resolves when the last request has ended. */
  readonly stop: () => Promise<void>;
}

/** @param mostRepeats of each event */
export function startSending(post: (event: object) => Promise<Reply>, mostRepeats: number): Sending {
  const requests: Request[] = [];
  const accepted: string[] = [];
  const failed: string[] = [];
  let repeated = 0;
  let isOver = false;

  async function publish(key: string): Promise<string | undefined> {
    const startedAt = performance.now();
    const problem = await post({ id: key, event: "jira:issue_created", payload: { issue: { key } } }).then(
      ({ status, text }) => (status === 202 ? undefined : `${status} ${text}`),
      (error: unknown) => String(error),
    );
    requests.push({ key, startedAt, endedAt: performance.now(), problem });
    return problem;
  }

  async function send(sender: number): Promise<void> {
    for (let count = 0; !isOver; count += 1) {
      const key = `${sender}-${count}`;
      let problem = await publish(key);
      for (let repeat = 0; problem !== undefined && repeat < mostRepeats; repeat += 1) {
        repeated += 1;
        await new Promise((resolve) => setTimeout(resolve, REPEAT_AFTER_MS));
        problem = await publish(key);
      }
      if (problem === undefined) accepted.push(key);
      else failed.push(problem);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
  const sending = Array.from({ length: SENDERS }, (_, sender) => send(sender));

  return {
    requests,
    accepted,
    failed,
    repeated: () => repeated,
    stop: async () => {
      isOver = true;
      await Promise.all(sending);
    },
  };
}
