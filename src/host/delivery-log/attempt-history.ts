/**
 * Attempts of sites over the last 30 days, added up in memory. A day of minutes is too many rows to read for each page: minutes in
 * which nothing more is recorded are read once, later ones each time.
 */
import { groupBy } from "../../group-by.ts";
import { createKeyedMutex } from "../../keyed-mutex.ts";
import type { ChartSlot } from "../model/chart-range.ts";
import { isGood } from "../model/minute.ts";
import type { Queryable } from "../store/db/database.ts";
import { sumFigures } from "../store/tables/figures.ts";
import type { Figure } from "../store/tables/figures.ts";

const MINUTE_MS = 60_000;
const HALF_HOUR_MINUTES = 30;
const HALF_HOURS_A_DAY = 48;
export const QUARTER_MINUTES = 6 * 60;
export const QUARTERS_A_DAY = 4;
const HALF_HOURS_A_QUARTER = QUARTER_MINUTES / HALF_HOUR_MINUTES;
const DAYS = 30;
/** Attempts are recorded some time after they began, and counted for the minute that they began in. */
const SETTLED_AFTER_MINUTES = 5;

/** Figures of half an hour. */
export interface HalfHour {
  /** By outcome. */
  readonly attempts: Readonly<Record<string, number>>;
  /** Deliveries that ended as failed. */
  readonly failed: number;
  /** Attempts within 50 ms, 200 ms, 1 s and 5 s. */
  readonly within: readonly [number, number, number, number];
}

/** Attempts of a quarter of a day (UTC). */
export interface Quarter {
  readonly attempts: number;
  /** With a 2xx. */
  readonly good: number;
  /** With 200 or 204. */
  readonly ok: number;
}

/** Slots with attempts of one site, by their number: half hours or quarters since the epoch. */
export interface SiteHistory {
  /** The last 24 hours: 48 half hours, of which the last one has only begun. */
  readonly halfHours: ReadonlyMap<number, HalfHour>;
  readonly quarters: ReadonlyMap<number, Quarter>;
}

/** By the number of the site. */
export type SiteHistories = ReadonlyMap<number, SiteHistory>;

/** Resolves to the histories of sites, as of now. */
export type AttemptHistory = (siteNos: readonly number[], now: number) => Promise<SiteHistories>;

export const toQuarter = (at: number): number => Math.floor(at / (QUARTER_MINUTES * MINUTE_MS));

export const NO_HISTORY: SiteHistory = { halfHours: new Map(), quarters: new Map() };

/** The attempts of a half hour as a slot of a chart. */
export function toHalfHourSlot(slot: number, { attempts }: HalfHour): ChartSlot {
  let [good, bad] = [0, 0];
  for (const [outcome, count] of Object.entries(attempts)) {
    if (isGood(outcome)) good += count;
    else bad += count;
  }
  return { startsAt: slot * HALF_HOUR_MINUTES * MINUTE_MS, good, bad };
}

interface KnownSite {
  /** The minutes before it are part of the history. */
  readonly addedUpTo: number;
  readonly history: SiteHistory;
}

/**
 * Reads what is missing of sites, for those that miss the same together.
 *
 * @param days days (UTC) that a history goes back, today included; two cover the last 24 hours
 */
export function createAttemptHistory(q: Queryable, days = DAYS): AttemptHistory {
  const known = new Map<number, KnownSite>();
  const inTurn = createKeyedMutex();

  /** Half hours are kept of the last day alone, so that what is older is read in quarters. */
  async function addUpQuarters(siteNos: readonly number[], fromMinute: number, until: number): Promise<void> {
    const sums = { siteNos, fromMinute, belowMinute: until, slotMinutes: QUARTER_MINUTES };
    const figures = groupBy(await sumFigures(q, sums), ({ siteNo }) => siteNo);
    for (const siteNo of siteNos) {
      const before = known.get(siteNo)?.history ?? NO_HISTORY;
      const quarters = addQuarters(before.quarters, figures.get(siteNo) ?? [], ({ slot }) => slot);
      known.set(siteNo, { addedUpTo: until, history: { halfHours: new Map(), quarters } });
    }
  }

  const read = (siteNos: readonly number[], fromMinute: number, belowMinute?: number) =>
    sumFigures(q, { siteNos, fromMinute, belowMinute, slotMinutes: HALF_HOUR_MINUTES });

  /** Adds the settled minutes to what is known, and resolves to the figures of the minutes after them. */
  async function readOn(
    siteNos: readonly number[],
    from: number,
    minute: number,
  ): Promise<readonly Figure[]> {
    const settled = minute - SETTLED_AFTER_MINUTES;
    // Few minutes are read again rather than in a statement of their own.
    if (settled - from < SETTLED_AFTER_MINUTES) return read(siteNos, from);
    const figures = groupBy(await read(siteNos, from, settled), ({ siteNo }) => siteNo);
    for (const siteNo of siteNos) {
      const before = known.get(siteNo)?.history ?? NO_HISTORY;
      const history = dropOld(addTo(before, figures.get(siteNo) ?? []), minute, days);
      known.set(siteNo, { addedUpTo: settled, history });
    }
    return read(siteNos, settled);
  }

  async function load(siteNos: readonly number[], minute: number): Promise<ReadonlyMap<number, SiteHistory>> {
    const first = firstMinuteKept(minute, days);
    const dayBegin =
      Math.floor(minute / QUARTER_MINUTES) * QUARTER_MINUTES - QUARTERS_A_DAY * QUARTER_MINUTES;
    const bySettled = () =>
      groupBy(siteNos, (siteNo) => Math.max(first, known.get(siteNo)?.addedUpTo ?? first));
    for (const [from, sites] of bySettled()) if (from < dayBegin) await addUpQuarters(sites, from, dayBegin);
    const recent: Figure[] = [];
    for (const [from, sites] of bySettled()) recent.push(...(await readOn(sites, from, minute)));
    const recentOn = groupBy(recent, ({ siteNo }) => siteNo);
    return new Map(
      siteNos.map((siteNo) => [
        siteNo,
        dropOld(addTo(known.get(siteNo)?.history ?? NO_HISTORY, recentOn.get(siteNo) ?? []), minute, days),
      ]),
    );
  }

  return (siteNos, now) => inTurn("", () => load(siteNos, Math.floor(now / MINUTE_MS)));
}

const firstMinuteKept = (minute: number, days: number): number =>
  (Math.floor(minute / QUARTER_MINUTES / QUARTERS_A_DAY) - days + 1) * QUARTERS_A_DAY * QUARTER_MINUTES;

/** The same history if there is nothing to add. */
function addTo({ halfHours, quarters }: SiteHistory, figures: readonly Figure[]): SiteHistory {
  if (figures.length === 0) return { halfHours, quarters };
  return {
    halfHours: addHalfHours(halfHours, figures),
    quarters: addQuarters(quarters, figures, ({ slot }) => Math.floor(slot / HALF_HOURS_A_QUARTER)),
  };
}

function addHalfHours(
  before: ReadonlyMap<number, HalfHour>,
  figures: readonly Figure[],
): ReadonlyMap<number, HalfHour> {
  const sums = new Map(before);
  for (const figure of figures) sums.set(figure.slot, addFigure(sums.get(figure.slot) ?? EMPTY, figure));
  return sums;
}

const EMPTY: HalfHour = { attempts: {}, failed: 0, within: [0, 0, 0, 0] };

function addFigure({ attempts, failed, within }: HalfHour, figure: Figure): HalfHour {
  const { outcome, count, within50, within200, within1000, within5000 } = figure;
  if (outcome === "failed") return { attempts, failed: failed + count, within };
  const [a, b, c, d] = within;
  return {
    attempts: { ...attempts, [outcome]: (attempts[outcome] ?? 0) + count },
    failed,
    within: [a + within50, b + within200, c + within1000, d + within5000],
  };
}

function addQuarters(
  before: ReadonlyMap<number, Quarter>,
  figures: readonly Figure[],
  toSlot: (figure: Figure) => number,
): ReadonlyMap<number, Quarter> {
  const sums = new Map(before);
  for (const figure of figures) {
    const { outcome, count } = figure;
    if (outcome === "failed") continue;
    const slot = toSlot(figure);
    const { attempts, good, ok } = sums.get(slot) ?? { attempts: 0, good: 0, ok: 0 };
    sums.set(slot, {
      attempts: attempts + count,
      good: good + (isGood(outcome) ? count : 0),
      ok: ok + (outcome === "ok" ? count : 0),
    });
  }
  return sums;
}

function dropOld({ halfHours, quarters }: SiteHistory, minute: number, days: number): SiteHistory {
  const firstHalfHour = Math.floor(minute / HALF_HOUR_MINUTES) - HALF_HOURS_A_DAY + 1;
  return {
    halfHours: from(halfHours, firstHalfHour),
    quarters: from(quarters, firstMinuteKept(minute, days) / QUARTER_MINUTES),
  };
}

/** The same map if all of it is kept. */
function from<Sum>(sums: ReadonlyMap<number, Sum>, first: number): ReadonlyMap<number, Sum> {
  for (const slot of sums.keys())
    if (slot < first) return new Map([...sums].filter(([each]) => each >= first));
  return sums;
}
