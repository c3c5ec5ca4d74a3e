/**
 * The HTTP client of the control plane: descriptors, lifecycle callbacks, keys, test deliveries. It uses one connection for
 * each request, and the connector and outcomes of deliveries. got does the HTTP, with its own decisions turned off.
 */
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Method, Response } from "got";
import { pairHeaders } from "../header-pairs.ts";
import { AnswerBody, MAX_HEADER_BYTES } from "./answer.ts";
import type { Connect } from "./connect.ts";
import {
  type AnswerPart,
  type ExchangeResult,
  type Failure,
  outcomeOfAnswer,
  outcomeOfError,
  unreachable,
} from "./outcome.ts";
import { pin } from "./pinned-agent.ts";
import { findHeads } from "./response-heads.ts";
import { type StallWatch, startTimeout, withoutStall } from "./stall.ts";
import type { Target } from "./targets.ts";
import type { TlsIdentity } from "./tls.ts";

/** A request with a checked URL. */
export interface Control {
  readonly method: Method;
  readonly target: Target;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | AsyncGenerator<Uint8Array>;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly identity?: TlsIdentity | undefined;
}

export interface ControlClient {
  /** Never rejects. */
  readonly send: (control: Control) => Promise<ExchangeResult>;
  readonly inFlight: () => number;
  /** Ends all requests in flight with the reason "local". */
  readonly close: () => void;
}

/** Creates the client. Loads got on demand, because that takes 0.1 s and a start doesn't need it. */
export async function createControlClient(
  connect: Connect,
  stall: StallWatch,
  now: () => number,
): Promise<ControlClient> {
  const { got } = await import("got");
  const http = pin(new HttpAgent(), false, connect);
  const agent = { http, https: pin(new HttpsAgent(), true, connect) };
  /** Agents keep no connection: one of its own for each request costs little. */
  const findAgents = (identity: TlsIdentity | undefined) =>
    identity === undefined ? agent : { http, https: pin(new HttpsAgent(), true, connect, identity) };
  const running = new Set<Ending>();

  function send(control: Control): Promise<ExchangeResult> {
    const { target, method, headers, body, timeoutMs, maxBytes, identity } = control;
    const startedAt = now();
    const startedMs = performance.now();
    const lostMs = stall.lostMs();
    const stream = got.stream(target.url, {
      method,
      headers: { "user-agent": "callboard", ...headers },
      // Without a body, got would wait for one to be written.
      body: body ?? (METHODS_WITHOUT_BODY.has(method) ? undefined : ""),
      agent: findAgents(identity),
      maxHeaderSize: MAX_HEADER_BYTES,
      followRedirect: false,
      throwHttpErrors: false,
      decompress: false,
      retry: { limit: 0 },
    });

    return new Promise((resolve) => {
      const content = new AnswerBody(maxBytes);
      let head: Head | undefined;

      /** Ends the request once. A received status decides the outcome, even if the rest of the response is missing. */
      const end: Ending = (cut, outcomeWithoutAnswer) => {
        if (!running.delete(end)) return;
        deadline.clear();
        stream.destroy();
        const timing = { startedAt, durationMs: performance.now() - startedMs };
        if (head === undefined) {
          resolve({
            outcome: withoutStall(outcomeWithoutAnswer(), stall.lostMs() - lostMs, timing.durationMs),
            timing,
          });
          return;
        }
        const { status, headers, firstByteMs } = head;
        const answer = { status, headers, body: content.bytes(), cut };
        resolve({
          outcome: outcomeOfAnswer(status, headers, now()),
          answer,
          timing: { ...timing, firstByteMs },
        });
      };
      running.add(end);

      const deadline = startTimeout(timeoutMs, () => {
        end("time", () => unreachable("timeout", `No response within ${timeoutMs} ms`));
      });

      stream.on("response", ({ statusCode, rawHeaders, socket }: Response) => {
        const firstByteMs = performance.now() - startedMs;
        const headers = findHeads(socket)?.repaired() ?? pairHeaders(rawHeaders);
        head = { status: statusCode, headers, firstByteMs };
      });
      stream.on("data", (chunk: Buffer) => {
        if (!content.add(chunk)) end("size", neverWithoutAnswer);
      });
      stream.on("end", () => end(false, neverWithoutAnswer));
      // Never removed: destroying the stream can report another error.
      stream.on("error", (error) => end("connection", () => outcomeOfError(error)));
    });
  }

  return {
    send,
    inFlight: () => running.size,
    close: () => {
      for (const end of running) end("connection", () => unreachable("local", "The egress was closed"));
    },
  };
}

const METHODS_WITHOUT_BODY: ReadonlySet<string> = new Set(["GET", "HEAD"]);

interface Head {
  readonly status: number;
  readonly headers: AnswerPart["headers"];
  readonly firstByteMs: number;
}

type Ending = (cut: AnswerPart["cut"], outcomeWithoutAnswer: () => Failure) => void;

function neverWithoutAnswer(): Failure {
  return unreachable("protocol", "The response has a body but no status");
}
