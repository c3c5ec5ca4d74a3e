/**
 * A server with many sites, endpoints and add-ons and a log of all of them, beside an empty one: deliveries per second in turn, the
 * slowest page of the web app, and the time until it is READY. PostgreSQL has no statistics of what was filled in.
 */
import { startPostgres } from "../../test/support/postgres.ts";
import { compareRates, deliverInBatches, takeTurns } from "../in-turn.ts";
import { makeLarge } from "../large.ts";
import type { Size } from "../large.ts";
import { tellFigure, tellStep } from "../report.ts";
import type { Figure } from "../report.ts";
import { whileRunning } from "../running.ts";
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

async function measurePlace(
  place: string,
  size: Size,
  turns: Turns,
  newUrl: (() => Promise<string>) | undefined,
): Promise<readonly Figure[]> {
  const name = `${place}, ${size.deliveries.toLocaleString("en")} deliveries, ${size.endpoints.toLocaleString("en")} endpoints`;
  tellStep(name);
  const wish = async () => ({
    fanOut: FAN_OUT,
    ...(newUrl === undefined ? {} : { postgresUrl: await newUrl() }),
  });
  const large = { ...(await wish()), fill: (url: string) => makeLarge(url, size) };
  const empty = await wish();
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

/** SQLite, then PostgreSQL, each with files of its own that are removed afterwards. */
export async function measureLarge(size: Size, turns: Turns): Promise<readonly Figure[]> {
  const figures = await measurePlace("SQLite", size, turns, undefined);
  const postgres = await startPostgres({ durable: true });
  try {
    return [...figures, ...(await measurePlace("PostgreSQL", size, turns, () => postgres.newUrl()))];
  } finally {
    await postgres.stop();
  }
}
