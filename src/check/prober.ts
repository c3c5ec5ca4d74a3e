/** Sends the requests of a run and keeps each with its reply. */
import { setTimeout as delay } from "node:timers/promises";
import type { ControlRequest, Egress, ExchangeResult } from "../egress/index.ts";
import type { Budget } from "./budget.ts";
import type { Exchange, Reply, SentRequest } from "./exchange.ts";

export const MAX_REPLY_BYTES = 16 * 1024;

export interface Prober {
  /**
   * Sends one request. What the add-on does is a value.
   * @throws {Blocked} if the run may send no more.
   */
  readonly send: (what: string, request: SentRequest) => Promise<Exchange>;
  /** Keeps a request that the host made. */
  readonly keep: (request: ControlRequest, result: ExchangeResult) => void;
  /** All exchanges so far, in the order of their replies. */
  readonly exchanges: () => readonly Exchange[];
  /** Time limit of one response, in milliseconds. */
  readonly limitMs: number;
}

export interface ProberOptions {
  readonly egress: Pick<Egress, "request">;
  readonly budget: Budget;
  readonly limitMs: number;
}

export function createProber({ egress, budget, limitMs }: ProberOptions): Prober {
  const kept: Exchange[] = [];
  return {
    limitMs,
    exchanges: () => kept,
    keep: (request, result) => {
      budget.note();
      kept.push({ what: "by the host", request: toSent(request), reply: toReply(result) });
    },
    send: async (what, request) => {
      budget.spend();
      const { method, url, headers, body, pacing } = request;
      const result = await egress.request({
        method,
        url,
        headers: { ...Object.fromEntries(headers), "content-length": String(body.length) },
        body: pacing === undefined ? body : inPieces(body, pacing),
        timeoutMs: Math.min(limitMs + (pacing?.overMs ?? 0), Math.max(1, budget.leftMs())),
        maxBytes: MAX_REPLY_BYTES,
      });
      const exchange = { what, request, reply: toReply(result, pacing?.overMs) };
      kept.push(exchange);
      return exchange;
    },
  };
}

/** The time in which the body was held back is the check's own. */
function toReply({ outcome, answer, timing }: ExchangeResult, ownMs = 0): Reply {
  const durationMs = Math.max(0, timing.durationMs - ownMs);
  if (answer !== undefined) {
    return {
      kind: "response",
      status: answer.status,
      headers: answer.headers,
      body: answer.body,
      durationMs,
    };
  }
  return { kind: "none", detail: "detail" in outcome ? outcome.detail : "", durationMs };
}

function toSent({ method, url, headers = {}, body = "" }: ControlRequest): SentRequest {
  const bytes = typeof body === "string" || body instanceof Uint8Array ? Buffer.from(body) : Buffer.alloc(0);
  return { method: method === "GET" ? "GET" : "POST", url, headers: Object.entries(headers), body: bytes };
}

async function* inPieces(
  body: Buffer,
  { pieces, overMs }: NonNullable<SentRequest["pacing"]>,
): AsyncGenerator<Uint8Array> {
  const size = Math.max(1, Math.ceil(body.length / pieces));
  for (let at = 0; at < body.length; at += size) {
    if (at > 0) await delay(overMs / (pieces - 1));
    yield body.subarray(at, at + size);
  }
}
