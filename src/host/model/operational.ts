/** What operational events tell: which turn of an endpoint is which event, and how a body is laid out. Pure. */
import type { OperationalEventName } from "../../catalogue/index.ts";
import type { Turn } from "./endpoint-life.ts";

/** What an event says beside its receiver; times are epoch milliseconds. */
export interface Facts {
  /** In one word. */
  readonly state: string;
  readonly since: number;
  readonly [more: string]: string | number | undefined;
}

/** The stages of a failing endpoint as others are told of them. */
const STAGE_NAMES = ["none", "5-attempts", "50-percent", "90-percent"] as const;

export interface Told {
  readonly event: OperationalEventName;
  readonly facts: Facts;
}

/** What becomes of an endpoint, or of the subscription that a delivery was for. */
export type AnyTurn = Turn | { readonly kind: "gone" };

/** `by` is who made the turn; `subscribedTo` the event type of a subscription, undefined for all. */
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
 * Why deliveries fail by what happens to them. The other reasons are a person's doing (cancelled, unsubscribed, a test), are
 * told by `subscription.gone`, or come with a limit that has a log line of its own.
 */
const TOLD_REASONS: ReadonlySet<string> = new Set(["exhausted", "rejected", "forbidden", "expired"]);

export const isToldReason = (reason: string): boolean => TOLD_REASONS.has(reason);

/** How long before its end something is told to expire. */
export const ANNOUNCED_BEFORE_MS = { webhook: 3 * 86_400_000, token: 7 * 86_400_000 } as const;

const DAY_MS = 86_400_000;

/** The certificate of a receiver is told to end when it is within so many days of it, once each; the nearest first. */
const CERTIFICATE_DAYS = [1, 7, 30] as const;
export type CertificateDays = (typeof CERTIFICATE_DAYS)[number];

/** Undefined while the end is further away than that, or isn't known. */
export function certificateDays(expiresAt: number, now: number): CertificateDays | undefined {
  return CERTIFICATE_DAYS.find((days) => expiresAt - now <= days * DAY_MS);
}

/** `daysLeft` counts the day that has begun. */
export function toldOfCertificate(expiresAt: number, now: number): Told {
  const daysLeft = Math.max(0, Math.ceil((expiresAt - now) / DAY_MS));
  return { event: "certificate.expiring", facts: { state: "expiring", since: now, daysLeft, expiresAt } };
}

/** Below this much free space on the disk of the database it is told: before events are refused. */
export const LOW_BYTES = 256 * 1024 * 1024;
const LOW_SHARE = 0.1;

/** Whether little space is left. Once it is, there must be more than a little again before it counts as over. */
export function isStorageLow(freeBytes: number, allBytes: number, wasLow: boolean): boolean {
  const limit = Math.min(LOW_BYTES, allBytes * LOW_SHARE);
  return freeBytes < (wasLow ? limit * 1.25 : limit);
}

/** Whether more wait than should. A queue that is high is so until a tenth of the limit has gone. */
export function isQueueHigh(waiting: number, limit: number, wasHigh: boolean): boolean {
  return waiting >= (wasHigh ? limit * 0.9 : limit);
}

/** An event that is older than the retention period by this is one that retention did not get to. */
export const RETENTION_BEHIND_MS = 3_600_000;

const MINUTE_MS = 60_000;

/** The minute that `delivery.failed` is counted in: an endpoint has one in each. */
export const minuteOf = (at: number): number => Math.floor(at / MINUTE_MS);

export interface ToldReceiver {
  readonly kind: "addon" | "webhook";
  readonly name: string;
  /** Of an add-on. */
  readonly key?: string;
  /** Of an outgoing webhook. */
  readonly id?: string;
  /** Of an endpoint. */
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

/** Fields that hold a time. */
const TIMES: ReadonlySet<string> = new Set(["expiresAt"]);

/** The body of an operational event, as the catalogue describes it. */
export function bodyOf({ event, id, at, site, receiver, facts, link }: BodyParts): string {
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
