/** Orders endpoints by their need for attention: those that get nothing first. Pure. */
import type { EndpointState } from "./endpoint-life.ts";

export type ReceiverState = "active" | "disabled" | "inactive";

export interface Troubled {
  readonly siteNo: number;
  readonly no: number;
  readonly state: EndpointState;
  readonly receiverState: ReceiverState;
  readonly pausedAt: number | undefined;
  /** Time since when a 410 keeps the receiver, or one of its subscriptions, inactive. */
  readonly goneSince: number | undefined;
  readonly failingSince: number | undefined;
  /** Time when the next waiting delivery is or was due. */
  readonly dueAt: number | undefined;
}

/** Position in the list: by rank, then the longest trouble first, then by number. */
export interface TroublePlace {
  readonly rank: number;
  readonly since: number;
  readonly siteNo: number;
  readonly no: number;
}

/** Due deliveries are sent within moments. Older ones wait behind other deliveries or for a user's action. */
const BEHIND_AFTER_MS = 60_000;
/** Later than any time. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** The rank of all that need no attention: they are in the order of their numbers. */
const UNTROUBLED = 7;

export const isUntroubled = ({ rank }: TroublePlace): boolean => rank === UNTROUBLED;

export function troublePlace(endpoint: Troubled, now: number): TroublePlace {
  const { siteNo, no, state, receiverState, pausedAt, goneSince, failingSince, dueAt } = endpoint;
  const at = (rank: number, since: number | undefined): TroublePlace => ({
    rank,
    since: since ?? NEVER,
    siteNo,
    no,
  });
  if (state === "paused") return at(0, pausedAt);
  if (goneSince !== undefined) return at(1, goneSince);
  if (state === "circuit-open") return at(2, failingSince);
  if (state === "failing") return at(3, failingSince);
  if (receiverState !== "active") return at(dueAt === undefined ? 6 : 5, dueAt);
  if (dueAt !== undefined && now - dueAt > BEHIND_AFTER_MS) return at(4, dueAt);
  return at(UNTROUBLED, undefined);
}

export function comparePlaces(a: TroublePlace, b: TroublePlace): number {
  return a.rank - b.rank || a.since - b.since || a.siteNo - b.siteNo || a.no - b.no;
}

/** Formats a position as the cursor of a page. */
/** The form of a place, for the description of the API. */
export const PLACE_CURSOR = "^[0-9]\\.[0-9]{1,16}\\.[0-9]{1,9}\\.[0-9]{1,9}$";

export function formatPlace({ rank, since, siteNo, no }: TroublePlace): string {
  return `${rank}.${since}.${siteNo}.${no}`;
}

/** Returns undefined for text that isn't a cursor of this list. */
export function parsePlace(cursor: string): TroublePlace | undefined {
  if (!/^\d\.\d{1,16}\.\d{1,9}\.\d{1,9}$/.test(cursor)) return undefined;
  const [rank = 0, since = 0, siteNo = 0, no = 0] = cursor.split(".").map(Number);
  return { rank, since, siteNo, no };
}
