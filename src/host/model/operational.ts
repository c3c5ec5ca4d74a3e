/** Builds operational events: the event type of each change of an endpoint, and the body. Pure. */
import type { OperationalEventName } from "../../catalogue/index.ts";
import type { Turn } from "./endpoint-life.ts";

/** Fields of an event beside its receiver. Times are epoch ms. */
export interface Facts {
  /** One word. */
  readonly state: string;
  readonly since: number;
  readonly [more: string]: string | number | undefined;
}

/** Public names of the failing stages. */
const STAGE_NAMES = ["none", "5-attempts", "50-percent", "90-percent"] as const;

export interface Told {
  readonly event: OperationalEventName;
  readonly facts: Facts;
}

/** Change of an endpoint, or of the subscription of a delivery. */
export type AnyTurn = Turn | { readonly kind: "gone" };

/** Returns the event of a change. `by` is its actor, `subscribedTo` the event type of a subscription, undefined for all. */
export function toldOfTurn(turn: AnyTurn, at: number, by: string, subscribedTo?: string): Told {
  switch (turn.kind) {
    case "failing":
      return {
        event: "endpoint.failing",
        facts: { state: "failing", since: turn.since, stage: STAGE_NAMES[turn.stage] },
      };
    case "paused":
      return { event: "endpoint.paused", facts: { state: "paused", since: turn.since } };
    case "resumed":
      return { event: "endpoint.resumed", facts: { state: "healthy", since: at, by } };
    case "gone":
      return {
        event: "subscription.gone",
        facts: { state: "inactive", since: at, subscribedTo: subscribedTo ?? "all" },
      };
  }
}

/**
 * Failure reasons that are announced. The others come from a user (canceled, unsubscribed, a test), are announced by
 * `subscription.gone`, or belong to a limit with its own log line.
 */
const TOLD_REASONS: ReadonlySet<string> = new Set([
  "exhausted",
  "rejected",
  "aborted",
  "not-retried",
  "forbidden",
  "over-limit",
  "template-failed",
  "expired",
]);

export const isToldReason = (reason: string): boolean => TOLD_REASONS.has(reason);

/** Time before the end at which an expiry is announced. */
export const ANNOUNCED_BEFORE_MS = { webhook: 3 * 86_400_000, token: 7 * 86_400_000 } as const;

const DAY_MS = 86_400_000;

/** Days before a certificate's end at which it is announced, each once. */
const CERTIFICATE_DAYS = [1, 7, 30] as const;
export type CertificateDays = (typeof CERTIFICATE_DAYS)[number];

/** Returns undefined if the end is further away or unknown. */
export function certificateDays(expiresAt: number, now: number): CertificateDays | undefined {
  return CERTIFICATE_DAYS.find((days) => expiresAt - now <= days * DAY_MS);
}

/** `daysLeft` includes the day that has begun. */
export function toldOfCertificate(expiresAt: number, now: number): Told {
  const daysLeft = Math.max(0, Math.ceil((expiresAt - now) / DAY_MS));
  return { event: "certificate.expiring", facts: { state: "expiring", since: now, daysLeft, expiresAt } };
}

/** Free space on the database disk below which it is announced. Events are refused later. */
export const LOW_BYTES = 256 * 1024 * 1024;
const LOW_SHARE = 0.1;

/** Reports whether the disk is nearly full. It recovers only with somewhat more space, so that it doesn't alternate. */
export function isStorageLow(freeBytes: number, allBytes: number, wasLow: boolean): boolean {
  const limit = Math.min(LOW_BYTES, allBytes * LOW_SHARE);
  return freeBytes < (wasLow ? limit * 1.25 : limit);
}

/** Reports whether the queue is high. It recovers 10% below the limit. */
export function isQueueHigh(waiting: number, limit: number, wasHigh: boolean): boolean {
  return waiting >= (wasHigh ? limit * 0.9 : limit);
}

/** Excess over the retention period after which retention counts as behind. */
export const RETENTION_BEHIND_MS = 3_600_000;

const MINUTE_MS = 60_000;

/** Returns the minute for `delivery.failed`, which each endpoint has once a minute. */
export const toMinute = (at: number): number => Math.floor(at / MINUTE_MS);

export interface ToldReceiver {
  readonly kind: "addon" | "webhook";
  readonly name: string;
  /** For an add-on. */
  readonly key?: string;
  /** For an outgoing webhook. */
  readonly id?: string;
  /** For an endpoint. */
  readonly origin?: string;
}

export interface BodyParts {
  readonly event: OperationalEventName;
  readonly id: string;
  readonly at: number;
  readonly site: string;
  readonly receiver: ToldReceiver | undefined;
  readonly facts: Facts;
  readonly link: string;
}

/** Fields with times. */
const TIMES: ReadonlySet<string> = new Set(["expiresAt"]);

/** Returns the body of an operational event, as in the catalogue. */
export function formatBody({ event, id, at, site, receiver, facts, link }: BodyParts): string {
  const { state, since, ...more } = facts;
  const told = Object.entries(more).map(([name, value]) => [
    name,
    TIMES.has(name) && typeof value === "number" ? iso(value) : value,
  ]);
  return JSON.stringify({
    event,
    id,
    at: iso(at),
    site,
    ...(receiver === undefined ? {} : { receiver }),
    state,
    since: iso(since),
    link,
    ...Object.fromEntries(told),
  });
}

const iso = (at: number): string => new Date(at).toISOString();
