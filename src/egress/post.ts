/**
 * The HTTP client for deliveries. The hottest path of the server: it uses undici's dispatch with one small handler for each
 * request, and no timer, signal or closure of its own.
 */
import { createRequire } from "node:module";
import type { Dispatcher } from "undici";
import { takeTurn } from "../turn.ts";
import { AnswerBody, inPairs } from "./answer.ts";
import type { Connect } from "./connect.ts";
import { createDeadlineQueues, type Deadlines, type DeadlineQueues, type InLine } from "./deadlines.ts";
import {
  type AnswerPart,
  findErrorCode,
  type ExchangeResult,
  type Failure,
  outcomeOfAnswer,
  outcomeOfError,
  unreachable,
} from "./outcome.ts";
import { type Connection, createPools, type Pools } from "./pools.ts";
import type { SocketBudget } from "./race.ts";
import { type StallWatch, withoutStall } from "./stall.ts";
import type { Target } from "./targets.ts";
import type { TlsIdentity } from "./tls.ts";

/** A POST with a checked URL. */
export interface Posting {
  readonly target: Target;
  /** Name, value, name, value … */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  /** Limit for this request, in milliseconds, where it is shorter than the client's. */
  readonly timeoutMs: number;
  readonly identity: TlsIdentity | undefined;
}

export interface PostClient {
  /** Never rejects. */
  readonly send: (posting: Posting) => Promise<ExchangeResult>;
  readonly stats: () => { readonly pools: number; readonly inFlight: number };
  /** Ends all requests in flight with the reason "local". */
  readonly close: () => Promise<void>;
}

export interface PostClientOptions {
  readonly connect: Connect;
  /** Clock for timestamps, epoch ms. */
  readonly now: () => number;
  /** Limit for a whole request, from name resolution to the last byte of the response. */
  readonly requestTimeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly maxPools: number;
  readonly idleMs: number;
  readonly connectionLifetimeMs: number;
  readonly stall: StallWatch;
  readonly budget: SocketBudget;
}

/** Error codes after a peer closed a kept-alive connection. */
const CLOSED_BY_PEER: ReadonlySet<string> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/** Shared by the exchanges of one client. */
interface Shared {
  readonly pools: Pools;
  readonly inFlight: DeadlineQueues<Exchange>;
  readonly now: () => number;
  readonly requestTimeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly stall: StallWatch;
}

/** Parts of undici, ordered by dependency. Loading them in one go takes 0.1 s. */
const PARTS = [
  "undici/lib/core/util.js",
  "undici/lib/dispatcher/client.js",
  "undici/lib/api/index.js",
  "undici/lib/web/fetch/index.js",
  "undici/lib/web/websocket/websocket.js",
  "undici/lib/mock/mock-agent.js",
  "undici/lib/interceptor/cache.js",
];

/** Creates the client. Loads undici on demand, with the event loop running in between. */
export async function createPostClient(options: PostClientOptions): Promise<PostClient> {
  const load = createRequire(import.meta.url);
  for (const part of PARTS) {
    load(part);
    await takeTurn();
  }
  const { Client } = await import("undici");
  const pools = createPools(Client, { ...options, now: monotonicMs });
  const inFlight = createDeadlineQueues<Exchange>(options.requestTimeoutMs, monotonicMs);
  const shared: Shared = { ...options, pools, inFlight };

  return {
    send: (posting) =>
      new Promise((resolve) => {
        new Exchange(shared, posting, resolve).start();
      }),
    stats: () => ({ pools: pools.count(), inFlight: inFlight.count() }),
    close: async () => {
      for (let one = inFlight.oldest(); one !== undefined; one = inFlight.oldest()) {
        one.end(unreachable("local", "The egress was closed"));
      }
      await pools.close();
    },
  };
}

/** One request: undici's handler, which ends exactly once. */
class Exchange implements Dispatcher.DispatchHandler, InLine<Exchange> {
  readonly deadlineAt: number;
  older: Exchange | undefined = undefined;
  newer: Exchange | undefined = undefined;
  readonly #shared: Shared;
  readonly #posting: Posting;
  readonly #resolve: (result: ExchangeResult) => void;
  readonly #startedAt: number;
  readonly #startedMs: number;
  readonly #lostMs: number;
  readonly #timeoutMs: number;
  readonly #queue: Deadlines<Exchange>;
  readonly #body: AnswerBody;
  #connection: Connection;
  #wasRetried = false;
  #hasEnded = false;
  #hasAnswerBegun = false;
  /** 0 until the head of the response is read. */
  #status = 0;
  #headers: AnswerPart["headers"] = [];
  #firstByteMs = 0;

  constructor(shared: Shared, posting: Posting, resolve: (result: ExchangeResult) => void) {
    this.#shared = shared;
    this.#posting = posting;
    this.#resolve = resolve;
    this.#startedAt = shared.now();
    this.#startedMs = monotonicMs();
    this.#lostMs = shared.stall.lostMs();
    this.#timeoutMs = Math.min(posting.timeoutMs, shared.requestTimeoutMs);
    this.#queue = shared.inFlight.get(this.#timeoutMs);
    this.deadlineAt = this.#startedMs + this.#timeoutMs;
    this.#body = new AnswerBody(shared.maxAnswerBytes);
    this.#connection = shared.pools.take(posting.target.origin, posting.identity);
  }

  start(): void {
    this.#queue.join(this);
    this.#dispatch();
  }

  expire(): void {
    if (this.#status !== 0) this.#endWithAnswer("time");
    else this.end(unreachable("timeout", `No response within ${this.#timeoutMs} ms`));
  }

  /** Ends the request without a response. */
  end(failure: Failure): void {
    const durationMs = monotonicMs() - this.#startedMs;
    const outcome = withoutStall(failure, this.#shared.stall.lostMs() - this.#lostMs, durationMs);
    this.#finish({ outcome, timing: { startedAt: this.#startedAt, durationMs } });
  }

  onRequestStart(): void {
    this.#connection.heads?.expect();
  }

  onResponseStarted(): void {
    this.#hasAnswerBegun = true;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200 || this.#hasEnded) return;
    this.#status = status;
    this.#headers =
      this.#connection.heads?.repaired() ??
      inPairs(Array.isArray(controller.rawHeaders) ? controller.rawHeaders : []);
    this.#firstByteMs = monotonicMs() - this.#startedMs;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#hasEnded && !this.#body.add(chunk)) this.#endWithAnswer("size");
  }

  onResponseEnd(): void {
    this.#endWithAnswer(false);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#hasEnded) return;
    if (this.#status !== 0) this.#endWithAnswer("connection");
    else if (this.#mayRetry(error)) this.#retry();
    else this.end(outcomeOfError(error));
  }

  #dispatch(): void {
    const { target, headers, body } = this.#posting;
    this.#connection.client.dispatch(
      { path: target.path, method: "POST", headers: headers.slice(), body },
      this,
    );
  }

  /**
   * A peer can close a kept-alive connection while the next request is written to it, which says nothing about the request
   * (RFC 9112, section 9.3.1). A delivery can be sent again: no byte of a response was received, and receivers recognize
   * repeated deliveries by ID. This happens once, on a new connection, because the others can be stale too.
   */
  #mayRetry(error: Error): boolean {
    const { answered, heads } = this.#connection;
    const hasBegun = this.#hasAnswerBegun || heads?.hasBegun() === true;
    return !this.#wasRetried && answered > 0 && !hasBegun && CLOSED_BY_PEER.has(findErrorCode(error));
  }

  #retry(): void {
    this.#wasRetried = true;
    this.#shared.pools.drop(this.#connection);
    const { target, identity } = this.#posting;
    this.#connection = this.#shared.pools.takeNew(target.origin, identity);
    this.#dispatch();
  }

  /** Ends the request with a response. A received status decides, even if the rest of the response is missing. */
  #endWithAnswer(cut: AnswerPart["cut"]): void {
    const answer = { status: this.#status, headers: this.#headers, body: this.#body.bytes(), cut };
    const outcome = outcomeOfAnswer(this.#status, this.#headers, this.#shared.now());
    const durationMs = monotonicMs() - this.#startedMs;
    const timing = { startedAt: this.#startedAt, durationMs, firstByteMs: this.#firstByteMs };
    this.#finish({ outcome, answer, timing });
  }

  #finish(result: ExchangeResult): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#queue.leave(this);
    const isReusable = result.answer?.cut === false && this.#connection.heads?.repaired() === undefined;
    if (isReusable) this.#shared.pools.keep(this.#connection);
    else this.#shared.pools.drop(this.#connection);
    this.#resolve(result);
  }
}

/** Returns a time in ms that never jumps. */
function monotonicMs(): number {
  return performance.now();
}
