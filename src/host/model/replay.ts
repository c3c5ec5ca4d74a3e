/** Selects the past events of a replay and their deliveries, with the reason for each event that is left out. Pure. */

/** Maximum number of waiting deliveries of one replay. */
export const MAX_WAITING_OF_REPLAY = 1_000;

export const REPLAY_STATES = ["running", "done", "cancelled"] as const;
export type ReplayState = (typeof REPLAY_STATES)[number];

/** Reasons for leaving events out, in the order of the lists. */
export const LEFT_OUT_KINDS = [
  "delivered",
  "waiting",
  "body-deleted",
  "test",
  "not-subscribed",
  "not-matched",
  "too-many-deliveries",
] as const;
export type LeftOutKind = (typeof LEFT_OUT_KINDS)[number];

/** An existing delivery of the event to the receiver. */
export interface EarlierDelivery {
  readonly id: string;
  readonly state: "waiting" | "leased" | "delivered" | "failed";
  /** The subscriptions that it serves. */
  readonly matched: readonly number[];
}

/** A delivery that the receiver's current subscriptions require. */
export interface WantedDelivery {
  readonly endpointNo: number;
  readonly subscriptionNo: number;
  readonly matched: readonly number[];
}

/** Data of a past event before its body is read. */
export interface PastEvent {
  readonly earlier: readonly EarlierDelivery[];
  readonly isTest: boolean;
  /** True if retention has deleted the body or is about to. */
  readonly isBodyDeleted: boolean;
}

/**
 * Returns the reason to leave the event out for any subscription. Undefined if the subscriptions decide. An event is missing
 * if none of its deliveries to the receiver is delivered or still to be sent.
 */
export function leftOutBefore(
  { earlier, isTest, isBodyDeleted }: PastEvent,
  onlyMissing: boolean,
): "delivered" | "waiting" | "body-deleted" | "test" | undefined {
  if (isTest) return "test";
  if (onlyMissing && earlier.some(({ state }) => state === "delivered")) return "delivered";
  if (earlier.some(({ state }) => state === "waiting" || state === "leased")) return "waiting";
  return isBodyDeleted ? "body-deleted" : undefined;
}

export interface ReplayedEvent {
  /** Ended deliveries that are redelivered with their IDs. */
  readonly reopened: readonly { readonly id: string; readonly wanted: WantedDelivery }[];
  readonly created: readonly WantedDelivery[];
}

/**
 * Assigns the ended deliveries of an event to the required ones: first those that served one of the same subscriptions, then
 * the others in order. New deliveries are created for the rest only.
 */
export function planReplayed(
  earlier: readonly EarlierDelivery[],
  wanted: readonly WantedDelivery[],
): ReplayedEvent {
  const free = [...earlier];
  const takeFirst = (fits: (delivery: EarlierDelivery) => boolean): EarlierDelivery | undefined => {
    const at = free.findIndex(fits);
    return at < 0 ? undefined : free.splice(at, 1)[0];
  };
  const same = wanted.map(({ matched }) =>
    takeFirst((each) => each.matched.some((no) => matched.includes(no))),
  );
  const pairs = wanted.map((each, index) => ({
    wanted: each,
    delivery: same[index] ?? takeFirst(() => true),
  }));
  return {
    reopened: pairs.flatMap(({ wanted: each, delivery }) =>
      delivery === undefined ? [] : [{ id: delivery.id, wanted: each }],
    ),
    created: pairs.flatMap(({ wanted: each, delivery }) => (delivery === undefined ? [each] : [])),
  };
}

/** Numbers of events by result. */
export interface ReplayCounts {
  readonly events: number;
  readonly created: number;
  readonly redelivered: number;
  readonly leftOut: Readonly<Partial<Record<LeftOutKind, number>>>;
}

export const NO_COUNTS: ReplayCounts = { events: 0, created: 0, redelivered: 0, leftOut: {} };

/** An event that was left out. */
export interface LeftOutExample {
  readonly event: string;
  readonly kind: LeftOutKind;
  /** One sentence without its period. */
  readonly reason: string;
}

/** Maximum number of examples for each reason. */
export const MAX_EXAMPLES = 5;

export interface ReplayResult {
  readonly counts: ReplayCounts;
  /** The first examples for each reason. */
  readonly examples: readonly LeftOutExample[];
}

export const NO_RESULT: ReplayResult = { counts: NO_COUNTS, examples: [] };

/** Result of one event. */
export type EventResult =
  | { readonly kind: "sent"; readonly created: number; readonly redelivered: number }
  | ({ readonly kind: "left-out" } & { readonly example: LeftOutExample });

export function addResults({ counts, examples }: ReplayResult, more: readonly EventResult[]): ReplayResult {
  const leftOut = { ...counts.leftOut };
  const kept = [...examples];
  let { created, redelivered } = counts;
  for (const result of more) {
    if (result.kind === "sent") {
      created += result.created;
      redelivered += result.redelivered;
      continue;
    }
    const { kind } = result.example;
    const before = leftOut[kind] ?? 0;
    if (before < MAX_EXAMPLES) kept.push(result.example);
    leftOut[kind] = before + 1;
  }
  return { counts: { events: counts.events + more.length, created, redelivered, leftOut }, examples: kept };
}

/** Speed of a replay. */
export interface Pace {
  /** Maximum number of events that are looked at per transaction. */
  readonly events: number;
  /** Maximum number of deliveries per transaction, because live events wait for a running transaction. */
  readonly deliveries: number;
  readonly deliveriesPerSecond: number;
  /** Share of the time for reading events. */
  readonly busyShare: number;
}

/** Slow enough that live events are as fast as without the replay. */
export const BESIDE_LIVE_EVENTS: Pace = {
  events: 20,
  deliveries: 10,
  deliveriesPerSecond: 100,
  busyShare: 0.25,
};

/** For a process that gets no live events. */
export const ALONE: Pace = {
  events: 200,
  deliveries: 100,
  deliveriesPerSecond: Number.POSITIVE_INFINITY,
  busyShare: 0.5,
};

/** Without live events for this time, a process counts as one that gets none. */
const QUIET_MS = 5_000;

/** Returns the pace, given the milliseconds since the last live event. */
export function choosePace(quietMs: number): Pace {
  return quietMs >= QUIET_MS ? ALONE : BESIDE_LIVE_EVENTS;
}

/** Fewer deliveries are not worth a transaction. */
const MIN_OF_CHUNK = 10;

/** Returns the number of deliveries that the next transaction can add. */
export function countToAdd(waiting: number, { deliveries }: Pace): number {
  const room = MAX_WAITING_OF_REPLAY - waiting;
  return room >= MIN_OF_CHUNK ? Math.min(room, deliveries) : 0;
}

/** Returns the pause in ms after work that took `tookMs` and added `deliveries`. */
export function pauseAfter(
  tookMs: number,
  deliveries: number,
  { busyShare, deliveriesPerSecond }: Pace,
): number {
  return Math.max(tookMs / busyShare, (deliveries * 1_000) / deliveriesPerSecond) - tookMs;
}
