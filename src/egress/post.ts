/**
 * The HTTP client for deliveries. The hottest path of the server: one small handler for each request, and no timer, signal or
 * closure of its own.
 */
import { AnswerBody } from "./answer.ts";
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
import type { ResponseHandler } from "./http-connection.ts";
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
  readonly close: () => void;
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
const CLOSED_BY_PEER: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE"]);

/** Shared by the exchanges of one client. */
interface Shared {
  readonly pools: Pools;
  readonly inFlight: DeadlineQueues<Exchange>;
  readonly now: () => number;
  readonly requestTimeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly stall: StallWatch;
}

export function createPostClient(options: PostClientOptions): PostClient {
  const pools = createPools({ ...options, now: monotonicMs });
  const inFlight = createDeadlineQueues<Exchange>(options.requestTimeoutMs, monotonicMs);
  const shared: Shared = { ...options, pools, inFlight };

  return {
    send: (posting) =>
      new Promise((resolve) => {
        new Exchange(shared, posting, resolve).start();
      }),
    stats: () => ({ pools: pools.count(), inFlight: inFlight.count() }),
    close: () => {
      for (let one = inFlight.oldest(); one !== undefined; one = inFlight.oldest()) {
        one.end(unreachable("local", "The egress was closed"));
      }
      pools.close();
    },
  };
}

/** One request, which ends exactly once. */
class Exchange implements ResponseHandler, InLine<Exchange> {
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
  /** 0 until the head of the response is read. */
  #status = 0;
  #headers: AnswerPart["headers"] = [];
  #firstByteMs = 0;
  /** Time for which the connection can be used again: 0 until the response is complete. */
  #keepMs = 0;

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

  onHead(status: number, headers: AnswerPart["headers"]): void {
    this.#status = status;
    this.#headers = this.#connection.http.repaired() ?? headers;
    this.#firstByteMs = monotonicMs() - this.#startedMs;
  }

  onContent(content: Buffer): void {
    if (!this.#body.add(content)) this.#endWithAnswer("size");
  }

  onEnd(keepMs: number): void {
    this.#keepMs = keepMs;
    this.#endWithAnswer(false);
  }

  onError(error: Error): void {
    if (this.#status !== 0) this.#endWithAnswer("connection");
    else if (this.#mayRetry(error)) this.#retry();
    else this.end(outcomeOfError(error));
  }

  #dispatch(): void {
    const { target, headers, body } = this.#posting;
    this.#connection.http.send({ path: target.path, headers, body }, this);
  }

  /**
   * A peer can close a kept-alive connection while the next request is written to it, which says nothing about the request
   * (RFC 9112, section 9.3.1). A delivery can be sent again: no byte of a response was received, and receivers recognize
   * repeated deliveries by ID. This happens once, on a new connection, because the others can be stale too.
   */
  #mayRetry(error: Error): boolean {
    const { answered, http } = this.#connection;
    return !this.#wasRetried && answered > 0 && !http.hasBegun() && CLOSED_BY_PEER.has(findErrorCode(error));
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
    if (this.#keepMs > 0) this.#shared.pools.keep(this.#connection, this.#keepMs);
    else this.#shared.pools.drop(this.#connection);
    this.#resolve(result);
  }
}

/** Returns a time in ms that never jumps. */
function monotonicMs(): number {
  return performance.now();
}
