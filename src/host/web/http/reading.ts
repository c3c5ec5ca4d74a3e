/**
 * The bytes of request bodies in progress, and how long a body may stop. A request is opened once at the door; whoever
 * reads its body finds the counters by the request, so that no route can forget them.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { CallboardError } from "../../../errors.ts";
import { toLimitKey } from "../../model/addresses.ts";
import type { Limit } from "../../model/limits.ts";
import { createReadBudget } from "../../model/read-budget.ts";
import type { FullShare, Reservation } from "../../model/read-budget.ts";

/** Time without a byte of the body after which a request ends. */
export const STALL_MS = 15_000;
const DEFAULT_READ_BYTES = 128 * 1024 * 1024;
const RETRY_AFTER_SECONDS = 2;

export interface ReadingOptions {
  /** For all bodies in progress; a client address or a token has half of it. */
  readonly readLimitBytes: number;
  readonly stallMs?: number;
}

/** The counters of one request. */
export interface RequestReading {
  readonly stallMs: number;
  /** @throws {CallboardError} OVERLOADED naming the share that has no room for so many bytes in all */
  readonly raise: (bytes: number) => void;
}

export interface Reading {
  /** To be called for every request before anything reads its body. What it counts ends with the response. */
  readonly open: (request: IncomingMessage, response: ServerResponse, clientAddress: string) => void;
  readonly limits: readonly Limit[];
}

interface Opened extends RequestReading {
  readonly reservation: Reservation;
  readonly countFor: (tokenId: string) => void;
}

const opened = new WeakMap<IncomingMessage, Opened>();
const UNCOUNTED: RequestReading = { stallMs: STALL_MS, raise: () => undefined };

export function findReading(request: IncomingMessage): RequestReading {
  return opened.get(request) ?? UNCOUNTED;
}

/** Counts the request's body for its token too, once that is known. @throws {CallboardError} OVERLOADED */
export function countForToken(request: IncomingMessage, tokenId: string): void {
  opened.get(request)?.countFor(tokenId);
}

export function createReading({ readLimitBytes, stallMs = STALL_MS }: ReadingOptions): Reading {
  const perOwner = Math.ceil(readLimitBytes / 2);
  const budget = createReadBudget({ each: perOwner, all: readLimitBytes });
  const refusal = "503 `OVERLOADED` with Retry-After";

  function requireRoom(full: FullShare | undefined): void {
    if (full === undefined) return;
    throw new CallboardError("OVERLOADED", describeFullShare(full, { perOwner, inAll: readLimitBytes }), {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      extra: { share: full.kind === "host" ? "server" : full.kind },
    });
  }

  return {
    open: (request, response, clientAddress) => {
      const reservation = budget.reserve({ kind: "client", id: toLimitKey(clientAddress) });
      response.once("close", reservation.release);
      opened.set(request, {
        reservation,
        stallMs,
        raise: (bytes) => requireRoom(reservation.raise(bytes)),
        countFor: (id) => requireRoom(reservation.addOwner({ kind: "token", id })),
      });
    },
    limits: [
      {
        name: "Bytes being read, per client",
        setting: "CALLBOARD_READ_LIMIT",
        default: DEFAULT_READ_BYTES / 2,
        max: perOwner,
        unit: "bytes",
        per: "client",
        refusal,
        level: () => budget.level("client"),
      },
      {
        name: "Bytes being read, per token",
        setting: "CALLBOARD_READ_LIMIT",
        default: DEFAULT_READ_BYTES / 2,
        max: perOwner,
        unit: "bytes",
        per: "token",
        refusal,
        level: () => budget.level("token"),
      },
      {
        name: "Bytes being read, all clients",
        setting: "CALLBOARD_READ_LIMIT",
        default: DEFAULT_READ_BYTES,
        max: readLimitBytes,
        unit: "bytes",
        per: "host",
        refusal: `${refusal}, for the clients and tokens above an equal share`,
        level: () => ({ highest: budget.inAll() }),
      },
      {
        name: "Time without a byte of a body",
        default: STALL_MS,
        max: stallMs,
        unit: "ms",
        per: "request",
        refusal: "408 `BODY_TIMEOUT`",
      },
    ],
  };
}

function describeFullShare(
  full: FullShare,
  { perOwner, inAll }: { readonly perOwner: number; readonly inAll: number },
): string {
  switch (full.kind) {
    case "client":
      return `The requests of client address ${full.id} in progress have bodies of more than ${perOwner} bytes, which is its share. Send fewer at a time`;
    case "token":
      return `The requests with this API token in progress have bodies of more than ${perOwner} bytes, which is its share. Send fewer at a time`;
    case "host":
      return `The bodies of all requests in progress have ${inAll} bytes, and this sender has more than an equal share of them. Try again later`;
  }
}
