/** Posts events as a product would, over kept-alive connections. */
import { Pool } from "undici";
import { payload } from "./body.ts";
import { EVENT } from "./seed.ts";

export interface Producer {
  /** One event per request; resolves to the epoch ms at which the request was begun. Throws unless it was accepted. */
  readonly post: (mark: number, event?: string) => Promise<number>;
  /** Many events in one request. */
  readonly postBatch: (first: number, count: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface ProducerWish {
  readonly connections?: number;
  /** Key of the site that the events are of. */
  readonly site?: string;
  /** The event type of each of many events, by its mark. */
  readonly getEvent?: (mark: number) => string;
  /** Issues that events are of, in turn; one when left out. */
  readonly issues?: number;
}

const FIRST_ISSUE = 10_042;

export function createProducer(
  url: string,
  token: string,
  { connections = 64, site = "jira", getEvent = () => EVENT, issues = 1 }: ProducerWish = {},
): Producer {
  const createPayload = (mark: number): string => payload(mark, String(FIRST_ISSUE + (mark % issues)));
  const pool = new Pool(url, { connections, pipelining: 1 });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };

  async function send(path: string, body: string): Promise<void> {
    const answer = await pool.request({ method: "POST", path, headers, body });
    const text = await answer.body.text();
    if (answer.statusCode !== 202)
      throw new Error(`${path} was answered ${answer.statusCode}: ${text.slice(0, 300)}`);
  }
  return {
    post: async (mark, event = EVENT) => {
      const at = performance.timeOrigin + performance.now();
      await send(`/api/v1/sites/${site}/events`, `{"event":"${event}","payload":${createPayload(mark)}}`);
      return at;
    },
    postBatch: (first, count) => {
      const events = Array.from(
        { length: count },
        (_, index) => `{"event":"${getEvent(first + index)}","payload":${createPayload(first + index)}}`,
      );
      return send(`/api/v1/sites/${site}/events/batch`, `{"events":[${events.join(",")}]}`);
    },
    close: () => pool.close(),
  };
}
