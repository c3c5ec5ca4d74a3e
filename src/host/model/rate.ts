/**
 * The rate of an endpoint over all processes. Time is given out in windows, one behind the other: whoever has a window may make its
 * attempts, each at its time. So no process counts what others do, and a process that stops takes one window along. Pure.
 */
import { toIntervalMs } from "./pace.ts";
import type { Rate } from "./pace.ts";

/** A window holds the attempts of this time, or a single one. */
const WINDOW_MS = 250;
/** A window is given out so long before it begins. */
export const RESERVED_AHEAD_MS = 500;
/** Time that nobody took is made up for up to here: windows are asked for a little late on a busy machine. */
export const MADE_UP_MS = 100;
/** An attempt that is later than this is not made up for, or many would be made at once after a stall. */
const MAX_LATE_MS = 250;
/** Deliveries in memory are those that can be sent within this time. */
const AHEAD_MS = RESERVED_AHEAD_MS + WINDOW_MS;
/** Beyond this time, what a process holds goes back to the table. */
const MAX_HELD_MS = 1_000;

/** Attempts of one process: `left` of them, the next one at `at`. */
interface RateWindow {
  at: number;
  left: number;
}

export interface RateState {
  readonly intervalMs: number;
  /** In order. */
  readonly windows: RateWindow[];
  /** Every window up to this time is given out, and more than the time ahead is. */
  fullUntil: number;
  isAsking: boolean;
  /** Time of the alarm that is set. */
  alarmAt: number;
}

export const createRateState = (rate: Rate): RateState => ({
  intervalMs: toIntervalMs(rate),
  windows: [],
  fullUntil: 0,
  isAsking: false,
  alarmAt: Infinity,
});

/** Drops attempts whose time has passed too long ago. */
function dropLate({ windows, intervalMs }: RateState, now: number): void {
  const earliest = now - Math.max(MAX_LATE_MS, intervalMs / 4);
  for (let first = windows[0]; first !== undefined && first.at < earliest; first = windows[0]) {
    const late = Math.min(first.left, Math.ceil((earliest - first.at) / intervalMs));
    first.left -= late;
    first.at += late * intervalMs;
    if (first.left > 0) return;
    windows.shift();
  }
}

/** Reports whether an attempt may be made now. */
export function isDue(state: RateState, now: number): boolean {
  dropLate(state, now);
  const [first] = state.windows;
  return first !== undefined && first.at <= now;
}

/** Counts an attempt; one that no rate holds back counts too, if there is room for it. */
export function countAttempt({ windows, intervalMs }: RateState): void {
  const [first] = windows;
  if (first === undefined) return;
  first.left -= 1;
  first.at += intervalMs;
  if (first.left === 0) windows.shift();
}

/** Returns the length of the window to ask for, in attempts, for so many deliveries; 0 while there is enough. */
export function countToReserve(state: RateState, deliveries: number, now: number): number {
  if (state.isAsking || state.fullUntil > now) return 0;
  const reserved = state.windows.reduce((sum, { left }) => sum + left, 0);
  const most = Math.max(1, Math.floor(WINDOW_MS / state.intervalMs));
  if (reserved >= most) return 0;
  return Math.min(most, Math.max(0, deliveries - reserved));
}

/** Time until which nothing more may be in memory than is due by then; a lane reads so many deliveries ahead. */
export function countAhead({ intervalMs, fullUntil, windows }: RateState, now: number): number {
  if (windows.length === 0 && fullUntil > now) return 0;
  return Math.max(1, Math.ceil(AHEAD_MS / intervalMs));
}

/** Reports whether deliveries in memory wait so long for the rate that another process may have them. */
export const isHeldLong = ({ windows, fullUntil }: RateState, now: number): boolean =>
  windows.length === 0 && fullUntil - now > MAX_HELD_MS;

/** Returns the time at which something can happen again; undefined if a window is to be asked for first. */
export function findNextTime({ windows, fullUntil }: RateState, now: number): number | undefined {
  const [first] = windows;
  if (first !== undefined) return first.at;
  return fullUntil > now ? fullUntil : undefined;
}

/** A window as it is asked for. */
export interface AskedWindow {
  /** Length of the window. */
  readonly spanMs: number;
  /** A window that ends later than that was given out at another rate, or by another clock. */
  readonly farthestMs: number;
}

export const toAskedWindow = ({ intervalMs }: RateState, count: number): AskedWindow => ({
  spanMs: Math.ceil(count * intervalMs),
  farthestMs: RESERVED_AHEAD_MS + Math.ceil(Math.max(intervalMs, WINDOW_MS)),
});

/** The window begins at `from`, or there is none before the time until which all are given out. */
export type GivenWindow =
  { readonly kind: "window"; readonly from: number } | { readonly kind: "full"; readonly nextAt: number };

/** Gives out the next window; `nextAt` is the end of the last one. For a process that has the database to itself. */
export function giveWindow(
  nextAt: number | undefined,
  { spanMs, farthestMs }: AskedWindow,
  now: number,
): { readonly given: GivenWindow; readonly nextAt: number } {
  const end = nextAt === undefined || nextAt > now + farthestMs ? now : nextAt;
  if (end > now + RESERVED_AHEAD_MS) return { given: { kind: "full", nextAt: end }, nextAt: end };
  const from = Math.max(end, now - MADE_UP_MS);
  return { given: { kind: "window", from }, nextAt: from + spanMs };
}

/** Takes over what was given. */
export function addGiven(state: RateState, given: GivenWindow, count: number): void {
  state.isAsking = false;
  if (given.kind === "window") state.windows.push({ at: given.from, left: count });
  else state.fullUntil = given.nextAt - RESERVED_AHEAD_MS;
}
