/**
 * Listeners: programs that are handed the deliveries of a receiver over a connection that they made, such as `callboard listen` on a
 * developer's machine. Pure.
 */
import type { Limit } from "./limits.ts";
import { withoutTrailingSlashes } from "../../trailing-slashes.ts";
import { outcomeOfAnswer, unreachable } from "../../egress/outcome.ts";
import type { ExchangeResult, UnreachableReason } from "../../egress/index.ts";
import type { Receiver } from "./endpoint.ts";

export interface Listener {
  readonly id: string;
  readonly siteNo: number;
  readonly receiver: Receiver;
  /** Base URL that it forwards to, as its program said. The host shows it, and never sends anything there. */
  readonly forwardTo: string;
  /** The token that made it, which is the only one that can use it. */
  readonly tokenId: string;
  readonly createdBy: string;
  readonly createdAt: number;
  /** Last sign of life, in the database's time. */
  readonly seenAt: number;
  /** Its latest connection, wherever that is. An earlier one is over. */
  readonly connection: string | undefined;
}

/**
 * URL of a temporary webhook. Nothing resolves below .invalid (RFC 6761): should a request ever be sent there, it reaches nobody.
 */
export const TEMPORARY_URL = "https://listener.invalid";
/** A listener that has given no sign of life for this time is removed. */
export const REMOVED_AFTER_MS = 120_000;
/** A listener tells that it is alive more often than this. */
const AWAY_AFTER_MS = 15_000;

/** Reports whether nothing was heard of it for longer than it would be silent. */
export const isAway = ({ seenAt }: Pick<Listener, "seenAt">, now: number): boolean =>
  seenAt < now - AWAY_AFTER_MS;

/** Deliveries that a listener may have at the same time. */
export const MAX_UNANSWERED = 32;
/** Listeners of a token, and of a site. */
export const MAX_OF_TOKEN = 5;
export const MAX_OF_SITE = 20;

const SHARED = { name: "Listeners", unit: "listeners", refusal: "422 `LIMIT_REACHED`" } as const;

export const listenerLimits: readonly Limit[] = [
  { ...SHARED, default: MAX_OF_TOKEN, max: MAX_OF_TOKEN, per: "token" },
  { ...SHARED, default: MAX_OF_SITE, max: MAX_OF_SITE, per: "site" },
  {
    name: "Deliveries that a listener owes a response",
    default: MAX_UNANSWERED,
    max: MAX_UNANSWERED,
    unit: "deliveries",
    per: "listener",
    refusal: "the others wait, without an attempt",
  },
];

/** Share of the request timeout that the local application has; the rest is for the way there and back. */
const LOCAL_SHARE = 0.9;

/** Returns the time that the local application has for its response, in milliseconds. */
export const toLocalTimeout = (requestTimeoutMs: number): number =>
  Math.floor(requestTimeoutMs * LOCAL_SHARE);

type Header = readonly [name: string, value: string];

/** What a listener is told, one message for each event of its stream. */
export type ListenerMessage =
  | { readonly kind: "ready" }
  | HandedOver
  | { readonly kind: "ping" }
  /** The last one: there is nothing to connect to again. */
  | { readonly kind: "ended"; readonly reason: string };

/** A delivery to forward. A repeated one, with the same ID and attempt, is to be answered as before. */
export interface HandedOver {
  readonly kind: "delivery";
  readonly deliveryId: string;
  readonly attempt: number;
  readonly event: string;
  /** Path and query below the base URL that the listener forwards to. */
  readonly path: string;
  readonly headers: readonly Header[];
  /** Base64. */
  readonly body: string;
  readonly timeoutMs: number;
}

/** Reasons without a response that a listener can tell: all but failures of the machine that sends. */
export const UNANSWERED_REASONS = [
  "timeout",
  "connect-timeout",
  "dns",
  "connection-refused",
  "connection-reset",
  "tls",
  "tls-version",
  "tls-client-certificate",
  "tls-handshake",
  "protocol",
] as const satisfies readonly UnreachableReason[];

/** What became of a delivery at the local application. */
export interface ListenerResponse {
  readonly deliveryId: string;
  readonly attempt: number;
  readonly durationMs: number;
  readonly response?:
    | {
        readonly status: number;
        readonly headers: readonly (readonly string[])[];
        /** Base64. */
        readonly body: string;
        /** The body is longer than this. */
        readonly isCut?: boolean | undefined;
      }
    | undefined;
  readonly failure?:
    { readonly reason: (typeof UNANSWERED_REASONS)[number]; readonly detail: string } | undefined;
}

/** Responses that a listener tells in one request at most, and characters of the sentence of a failure. */
export const MAX_RESPONSES = 20;
export const MAX_DETAIL_LENGTH = 500;
/** Bytes of a body, and of all headers together, that are kept of a response. */
export const MAX_BODY_BYTES = 64 * 1024;
const MAX_HEADER_CHARACTERS = 16_384;

/** Returns the URL below `forwardTo`; `path` is what {@link toForwardPath} returned. */
export const joinForward = (forwardTo: string, path: string): string =>
  withoutTrailingSlashes(forwardTo) + path;

/**
 * Returns path and query of a delivery below the base URL of its receiver, which the listener puts behind its own. So the
 * canonical request of the token's `qsh` stays the same, whatever path the two base URLs have.
 */
export function toForwardPath(url: string, baseUrl: string): string {
  const base = withoutTrailingSlashes(baseUrl);
  if (url.startsWith(base) && /^(?:[/?]|$)/.test(url.slice(base.length))) return url.slice(base.length);
  const { pathname, search } = new URL(url);
  return pathname + search;
}

interface Measured {
  readonly startedAt: number;
  /** From the hand-over to the arrival of the response. */
  readonly elapsedMs: number;
  readonly answeredAt: number;
}

/** Returns what a POST would have come to. The listener is believed what its application answered, and nothing else. */
export function toExchangeResult(
  { durationMs, response, failure }: ListenerResponse,
  { startedAt, elapsedMs, answeredAt }: Measured,
): ExchangeResult {
  const timing = { startedAt, durationMs: Math.min(Math.max(0, durationMs), elapsedMs) };
  if (response === undefined) {
    const { reason, detail } = failure ?? { reason: "protocol", detail: "The listener told no response" };
    return { outcome: unreachable(reason, detail), timing };
  }
  const headers = keepHeaders(response.headers);
  const body = Buffer.from(response.body, "base64");
  const isCut = response.isCut === true || body.length > MAX_BODY_BYTES;
  return {
    outcome: outcomeOfAnswer(response.status, headers, answeredAt),
    answer: {
      status: response.status,
      headers,
      body: body.subarray(0, MAX_BODY_BYTES),
      cut: isCut ? "size" : false,
    },
    timing,
  };
}

/** Returns as many of the first headers as fit into the limit. */
function keepHeaders(headers: readonly (readonly string[])[]): readonly Header[] {
  const kept: Header[] = [];
  let characters = 0;
  for (const [name = "", value = ""] of headers) {
    characters += name.length + value.length;
    if (characters > MAX_HEADER_CHARACTERS) break;
    kept.push([name, value]);
  }
  return kept;
}

/** An event of the stream; with a cursor, that which is given when the connection is made again. */
export function formatMessage(message: ListenerMessage, cursor?: string): string {
  return `${cursor === undefined ? "" : `id: ${cursor}\n`}data: ${JSON.stringify(message)}\n\n`;
}
