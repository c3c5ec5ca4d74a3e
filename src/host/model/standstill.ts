/** Finds the reason why nothing is being sent: the one to be removed first. Pure. */
import { byAdministrator } from "../../by-administrator.ts";

export const STANDSTILL_REASONS = [
  "database-down",
  "disk-full",
  "database-read-only",
  "no-worker",
  "nothing-waits",
  "no-name-server",
  "proxy-failing",
  "no-slot",
  "disabled",
  "inactive",
  "listener-away",
  "paused",
  "circuit-open",
  "not-due",
] as const;
export type StandstillReason = (typeof STANDSTILL_REASONS)[number];

/** Reason that holds the deliveries of one endpoint. Undefined if none does. */
export type Hold = "disabled" | "inactive" | "listener-away" | "paused" | "circuit-open";

export interface HostFacts {
  readonly database: "ok" | "down" | "read-only" | "full";
  /** Number of delivering processes that were seen recently. */
  readonly workers: number;
  /** True if all of them have the maximum number of requests in flight. */
  readonly isAtLimit: boolean;
  /** True if none of them gets responses from name servers. */
  readonly namesFail: boolean;
  /** True if the proxy fails for all of them. */
  readonly proxyFails: boolean;
}

/** An endpoint with waiting deliveries. */
export interface WaitingEndpoint {
  readonly hold: Hold | undefined;
  /** Time when the next waiting delivery is or was due. */
  readonly dueAt: number;
  /** Time of the next probe. Undefined if a user must end the hold. */
  readonly until: number | undefined;
  /** True if it has the maximum number of requests in flight. */
  readonly isFull: boolean;
}

export interface Standstill {
  readonly reason: StandstillReason;
  /** Time of the next request, if known. */
  readonly until: number | undefined;
  /** Number of endpoints with this reason. 0 for a reason of the whole server. */
  readonly endpoints: number;
}

/** Returns undefined if something is being sent or soon will be. */
export function findStandstill(
  host: HostFacts,
  waiting: readonly WaitingEndpoint[],
  now: number,
): Standstill | undefined {
  const ofHost = hostReason(host, waiting.length > 0);
  if (ofHost !== undefined) return { reason: ofHost, until: undefined, endpoints: 0 };
  const due = waiting.filter(({ dueAt }) => dueAt <= now);
  const free = due.filter(({ hold }) => hold === undefined);
  if (free.some(({ isFull }) => !isFull)) return undefined;
  if (free.length > 0) return { reason: "no-slot", until: undefined, endpoints: free.length };
  const next = findNextDue(waiting, now);
  if (due.length === 0) {
    const [first] = waiting.filter(({ hold }) => hold === undefined);
    return first === undefined
      ? heldReason(waiting, next)
      : { reason: "not-due", until: next, endpoints: waiting.length };
  }
  return heldReason(due, next);
}

function hostReason(
  { database, workers, isAtLimit, namesFail, proxyFails }: HostFacts,
  isWaiting: boolean,
): StandstillReason | undefined {
  if (database === "down") return "database-down";
  if (database === "full") return "disk-full";
  if (database === "read-only") return "database-read-only";
  if (workers === 0) return "no-worker";
  if (!isWaiting) return "nothing-waits";
  if (namesFail) return "no-name-server";
  if (proxyFails) return "proxy-failing";
  return isAtLimit ? "no-slot" : undefined;
}

/** Returns the most frequent hold. Of equally frequent ones, that which a user must end. */
function heldReason(held: readonly WaitingEndpoint[], until: number | undefined): Standstill {
  const holds = ["disabled", "inactive", "listener-away", "paused", "circuit-open"] as const;
  const countHeld = (hold: Hold) => held.filter((each) => each.hold === hold).length;
  const reason = holds.toSorted((a, b) => countHeld(b) - countHeld(a))[0] ?? "paused";
  return { reason, until, endpoints: countHeld(reason) };
}

function findNextDue(waiting: readonly WaitingEndpoint[], now: number): number | undefined {
  const times = waiting.flatMap(({ hold, dueAt, until }) => {
    if (hold === undefined) return [dueAt];
    return until === undefined ? [] : [hold === "paused" ? until : Math.max(dueAt, until)];
  });
  return times.length === 0 ? undefined : Math.max(now, Math.min(...times));
}

const SENTENCES: Readonly<Record<StandstillReason, (endpoints: string) => string>> = {
  "database-down": () => "The database doesn't respond. Deliveries continue when it does",
  "disk-full": () =>
    `The disk of the database is full, so attempts can't be recorded. ${byAdministrator("free some space")}`,
  "database-read-only": () => "The database can't be written, so attempts can't be recorded",
  "no-worker": () => `No process with the role all or worker is running. ${byAdministrator("start one")}`,
  "nothing-waits": () => "No delivery is waiting",
  "no-name-server": () => "No name server responds, so host names of receivers can't be looked up",
  "proxy-failing": () =>
    `This server's proxy doesn't work. Deliveries continue when it does. ${byAdministrator("mend it", "CALLBOARD_EGRESS_PROXY")}`,
  "no-slot": () => "Every slot is in use: requests in flight must finish first",
  disabled: (endpoints) => `Due deliveries wait for a disabled add-on: ${endpoints}. Enable it`,
  inactive: (endpoints) =>
    `Due deliveries wait for an inactive receiver: ${endpoints}. Resume or activate it`,
  "listener-away": (endpoints) =>
    `Due deliveries wait for a listener that is away: ${endpoints}. Its command connects again, or ends it`,
  paused: (endpoints) => `Due deliveries wait for a paused receiver: ${endpoints}. One probe an hour is sent`,
  "circuit-open": (endpoints) =>
    `Due deliveries wait for an open circuit: ${endpoints}. A probe is sent soon`,
  "not-due": () => "No waiting delivery is due yet",
};

/** Returns one sentence without its period. */
export function standstillText({ reason, endpoints }: Standstill): string {
  return SENTENCES[reason](`${endpoints} ${endpoints === 1 ? "endpoint" : "endpoints"}`);
}
