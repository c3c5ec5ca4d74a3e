/**
 * This build beside another one, in turn in one run: deliveries per second with an empty log and with a full one, and the CPU
 * time of a delivery, PostgreSQL's own among it.
 */
import { startPostgres } from "../../test/support/postgres.ts";
import {
  alternate,
  compareRates,
  createCostMeasure,
  deliverInBatches,
  findCount,
  takeTurns,
} from "../in-turn.ts";
import { tellStep } from "../report.ts";
import type { Figure } from "../report.ts";
import { whileRunning } from "../running.ts";
import { fillLog } from "./growth.ts";

export interface BuildsWish {
  /** The folder of the other build, with its `dist`. */
  readonly against: string;
  readonly rounds: number;
  /** About how long a round of one build lasts. */
  readonly roundSeconds: number;
  /** Logged deliveries of the full log. */
  readonly logged: number;
}

const FAN_OUT = 5;

interface CostRow {
  readonly name: string;
  readonly perRequest: number;
  /** A database of PostgreSQL for each build; SQLite when left out. */
  readonly databases?: readonly [ours: string, theirs: string];
}

async function measureCost(row: CostRow, { against, rounds, roundSeconds }: BuildsWish): Promise<Figure> {
  const { name, perRequest, databases } = row;
  tellStep(name);
  const [ours, theirs] = databases ?? [];
  const wishes = {
    ours: { fanOut: FAN_OUT, ...(ours === undefined ? {} : { postgresUrl: ours }) },
    theirs: { fanOut: FAN_OUT, build: against, ...(theirs === undefined ? {} : { postgresUrl: theirs }) },
  };
  const costs = await whileRunning(wishes.ours, (our) =>
    whileRunning(wishes.theirs, async (their) => {
      const deliveries = await findCount(roundSeconds, (count) =>
        our.deliver({ deliveries: count, perRequest }),
      );
      await findCount(roundSeconds, (count) => their.deliver({ deliveries: count, perRequest }));
      return alternate(
        rounds,
        createCostMeasure(our, deliveries, perRequest),
        createCostMeasure(their, deliveries, perRequest),
      );
    }),
  );
  return compareRates(costs, {
    name: `CPU µs per delivery ÷ other build, ${name}`,
    other: "other build",
    bar: { atMost: 1.05, aim: 1 },
  });
}

async function measureCosts(wish: BuildsWish): Promise<readonly Figure[]> {
  const sqlite = await measureCost(
    { name: "SQLite, fan-out 5, 50 events per request", perRequest: 50 },
    wish,
  );
  const postgres = await startPostgres({ durable: true });
  try {
    const databases = [await postgres.newUrl(), await postgres.newUrl()] as const;
    const name = "PostgreSQL and its own, fan-out 5, one event per request";
    return [sqlite, await measureCost({ name, perRequest: 1, databases }, wish)];
  } finally {
    await postgres.stop();
  }
}

export async function measureBuilds(wish: BuildsWish): Promise<readonly Figure[]> {
  const { against, rounds, roundSeconds: seconds, logged } = wish;
  const figures: Figure[] = [...(await measureCosts(wish))];
  for (const rows of [0, logged]) {
    const name = `SQLite, fan-out ${FAN_OUT}, ${rows.toLocaleString("en")} logged`;
    tellStep(name);
    const running = {
      fanOut: FAN_OUT,
      ...(rows === 0 ? {} : { fill: (url: string) => fillLog(url, rows) }),
    };
    const rates = await whileRunning(running, (our) =>
      whileRunning({ ...running, build: against }, (their) =>
        takeTurns(deliverInBatches(our), deliverInBatches(their), { rounds, seconds }),
      ),
    );
    figures.push(
      compareRates(rates, {
        name: `deliveries/s ÷ other build, ${name}`,
        other: "other build",
        bar: { atLeast: 0.95, aim: 1 },
      }),
    );
  }
  return figures;
}
