/** A receiver that records what it gets and answers as a test says: for tests without an add-on of their own. */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { CallboardError } from "../errors.ts";
import { WEBHOOK_DELIVERY } from "../protocol/headers.ts";
import type { DeliveryWord } from "../protocol/headers.ts";
import { listenOnLoopback } from "./listen.ts";

/** A status, `"drop"` for a connection that is closed without a response, or a response. */
export type Answer = number | "drop" | AnswerParts;

export interface AnswerParts {
  /** 204 when left out. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Header `webhook-delivery`: `abort-message` ends the delivery, `disable` makes its subscription inactive. */
  readonly delivery?: DeliveryWord;
  /** An object is sent as JSON. */
  readonly body?: string | object;
  /** Milliseconds of real time before the response. */
  readonly delayMs?: number;
}

/** A request that the built-in receiver got. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed JSON; undefined where the text is none. */
  readonly body: unknown;
  /** The body as text. */
  readonly text: string;
}

export interface Receiver {
  /** Any path below it is received. */
  readonly url: string;
  /** Webhooks, oldest first. */
  readonly received: readonly ReceivedRequest[];
  /** The next webhooks are answered with these, one after the other; the last one stays. */
  readonly answerWith: (answers: readonly Answer[]) => void;
  /** Requests to this path are lifecycle callbacks: they are answered with 204, and not recorded. */
  readonly acceptAt: (path: string) => void;
  /** Forgets what was received and how to answer, and cuts what is under way. */
  readonly reset: () => void;
  readonly close: () => Promise<void>;
}

const ACCEPTED: Answer = 204;

export async function startReceiver(): Promise<Receiver> {
  const received: ReceivedRequest[] = [];
  const accepted = new Set<string>();
  let answers: readonly Answer[] = [ACCEPTED];
  const timers = new Set<NodeJS.Timeout>();

  function nextAnswer(): Answer {
    const [next = ACCEPTED, ...others] = answers;
    if (others.length > 0) answers = others;
    return next;
  }

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = (await buffer(request)).toString();
    const { method = "", url = "" } = request;
    if (accepted.has(url.split("?")[0] ?? "")) {
      send(response, {});
      return;
    }
    received.push({ method, url, headers: joinHeaders(request), body: parseJson(text), text });
    const answer = nextAnswer();
    if (answer === "drop") return void request.socket.destroy();
    const parts = typeof answer === "number" ? { status: answer } : answer;
    const timer = setTimeout(() => {
      timers.delete(timer);
      send(response, parts);
    }, parts.delayMs ?? 0);
    timers.add(timer);
  }

  // A request that breaks off is no answer to anybody.
  const server = createServer((request, response) => void receive(request, response).catch(() => undefined));
  // On a connection that was used before, a drop would be repeated on a new one, as every client of HTTP may do.
  server.maxRequestsPerSocket = 1;
  const listening = await listenOnLoopback(server);

  function reset(): void {
    received.length = 0;
    accepted.clear();
    answers = [ACCEPTED];
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
    server.closeAllConnections();
  }
  return {
    url: listening.url,
    received,
    answerWith: (next) => {
      if (next.length === 0)
        throw new CallboardError("ARGUMENT_INVALID", "answerWith() needs an answer, such as 503");
      next.forEach(requireAnswer);
      answers = next;
    },
    acceptAt: (path) => void accepted.add(path),
    reset,
    close: async () => {
      reset();
      await listening.close();
    },
  };
}

function requireAnswer(answer: Answer): void {
  const status = typeof answer === "object" ? (answer.status ?? 204) : answer;
  if (status === "drop" || (Number.isInteger(status) && status >= 200 && status <= 599)) return;
  throw new CallboardError(
    "ARGUMENT_INVALID",
    `answerWith(${JSON.stringify(answer)}): an answer is a status from 200 to 599, "drop", or an object with a status`,
  );
}

function send(response: ServerResponse, { status = 204, headers = {}, delivery, body }: AnswerParts): void {
  const isJson = typeof body === "object";
  response
    .writeHead(status, {
      ...(isJson ? { "content-type": "application/json" } : {}),
      ...(delivery === undefined ? {} : { [WEBHOOK_DELIVERY]: delivery }),
      ...headers,
    })
    .end(isJson ? JSON.stringify(body) : body);
}

const joinHeaders = ({ headers }: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value = ""]) => [name, [value].flat().join(", ")]));

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
