/**
 * A server with many sites, endpoints and add-ons and a log of all of them, beside an empty one: deliveries per second in turn, the
 * slowest page of the web app, and the time until it is READY. PostgreSQL has no statistics of what was filled in.
 */
import { join } from "node:path";
import { startPostgres } from "../../test/support/postgres.ts";
import type { Postgres } from "../../test/support/postgres.ts";
import { compareRates, deliverInBatches, takeTurns } from "../in-turn.ts";
import { makeLarge } from "../large.ts";
import type { Size } from "../large.ts";
import { tellFigure, tellStep } from "../report.ts";
import type { Figure } from "../report.ts";
import { isKept, whileRunning } from "../running.ts";
import type { Running } from "../running.ts";
import { ADDON_KEY } from "../seed.ts";
import { shown } from "../statistics.ts";
import { webPageTimes } from "./web-pages.ts";

const FAN_OUT = 5;
const PAGE_ROUNDS = 25;

interface Turns {
  readonly rounds: number;
  readonly seconds: number;
}

async function measurePages({ host }: Running, name: string): Promise<Figure> {
  const [slowest, ...others] = await webPageTimes(host.url, host.token, PAGE_ROUNDS, ADDON_KEY);
  return {
    name: `slowest of ${others.length + 1} web pages, ${name}, p95`,
    value: slowest.p95,
    shown: `${shown(slowest.p95)} ms`,
    limit: "",
    detail: [slowest, ...others.slice(0, 4)].map(({ path, p95 }) => `${shown(p95)} ms ${path}`).join(", "),
    bar: { atMost: 15, aim: 10, unit: "ms" },
  };
}

interface Place {
  readonly name: string;
  /** SQLite when left out. */
  readonly postgres?: Postgres;
  /** Folder of the filled database: new, or of an earlier measurement. */
  readonly keptIn: string | undefined;
}

const FILLED = "filled";

async function measurePlace(
  { name: place, postgres, keptIn }: Place,
  size: Size,
  turns: Turns,
): Promise<readonly Figure[]> {
  const name = `${place}, ${size.deliveries.toLocaleString("en")} deliveries, ${size.endpoints.toLocaleString("en")} endpoints`;
  tellStep(name);
  const isFilled = keptIn !== undefined && isKept(keptIn);
  const filledUrl = isFilled ? postgres && `${postgres.url}/${FILLED}` : await postgres?.newUrl(FILLED);
  const emptyUrl = await postgres?.newUrl(`empty_${Date.now()}`);
  const on = (postgresUrl: string | undefined) => ({
    fanOut: FAN_OUT,
    ...(postgresUrl === undefined ? {} : { postgresUrl }),
  });
  const large = {
    ...on(filledUrl),
    fill: (url: string) => makeLarge(url, size),
    ...(keptIn === undefined ? {} : { keptIn }),
  };
  const empty = on(emptyUrl);
  return whileRunning(large, async (ours) => {
    const start: Figure = {
      name: `start until READY, ${name}`,
      detail: `CPU ${shown(ours.host.readyCpuMs)} ms`,
      value: ours.host.readyMs,
      shown: `${shown(ours.host.readyMs)} ms`,
      limit: "",
      bar: { atMost: 2_000, aim: 1_000, unit: "ms" },
    };
    tellFigure(start);
    const pages = await measurePages(ours, name);
    tellFigure(pages);
    const rates = await whileRunning(empty, (theirs) =>
      takeTurns(deliverInBatches(ours), deliverInBatches(theirs), turns),
    );
    const rate = compareRates(rates, {
      name: `deliveries/s, fan-out ${FAN_OUT}, ${name}`,
      other: "empty",
      bar: { atLeast: 0.97, aim: 1 },
    });
    return [start, pages, rate];
  });
}

/**
 * SQLite, then PostgreSQL, each with files of its own that are removed afterwards.
 *
 * @param keep folder in which the filled ones stay, to be used again
 */
export async function measureLarge(size: Size, turns: Turns, keep?: string): Promise<readonly Figure[]> {
  const folder = (name: string) => keep && join(keep, `${name}-${size.deliveries}`);
  const figures = await measurePlace({ name: "SQLite", keptIn: folder("sqlite") }, size, turns);
  const keptIn = folder("postgres");
  const postgres = await startPostgres({ durable: true, ...(keptIn === undefined ? {} : { keptIn }) });
  try {
    const place = { name: "PostgreSQL", postgres, keptIn };
    return [...figures, ...(await measurePlace(place, size, turns))];
  } finally {
    await postgres.stop();
  }
}
