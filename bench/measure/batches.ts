/**
 * What batches cost: the CPU time of an event that is sent in a batch of fifty, beside that of one that is sent alone, in turn. They save
 * requests, not time of the host: a batch and its members are written before it is sent.
 */
import { startPostgres } from "../../test/support/postgres.ts";
import { alternate, compareRates, createCostMeasure, findCount } from "../in-turn.ts";
import { tellStep } from "../report.ts";
import type { Figure } from "../report.ts";
import { whileRunning } from "../running.ts";

const FAN_OUT = 5;
const PER_REQUEST = 50;
const BATCH = { max: 50, withinMs: 100 };

export interface BatchesWish {
  readonly rounds: number;
  /** About how long a round lasts. */
  readonly seconds: number;
}

async function compare(
  database: string,
  newUrl: () => Promise<string | undefined>,
  { rounds, seconds }: BatchesWish,
): Promise<Figure> {
  tellStep(`batches, ${database}`);
  const of = (webhooks: object, postgresUrl: string | undefined) => ({
    fanOut: FAN_OUT,
    webhooks,
    ...(postgresUrl === undefined ? {} : { postgresUrl }),
  });
  const [first, second] = [await newUrl(), await newUrl()];
  const costs = await whileRunning(of({ batch: BATCH }, first), (inBatches) =>
    whileRunning(of({}, second), async (oneByOne) => {
      const deliveries = await findCount(seconds, (count) =>
        oneByOne.deliver({ deliveries: count, perRequest: PER_REQUEST }),
      );
      await inBatches.deliver({ deliveries, perRequest: PER_REQUEST });
      return alternate(
        rounds,
        createCostMeasure(inBatches, deliveries, PER_REQUEST),
        createCostMeasure(oneByOne, deliveries, PER_REQUEST),
      );
    }),
  );
  return compareRates(costs, {
    name: `CPU µs per event in batches of ${BATCH.max} ÷ one by one, ${database}`,
    other: "one by one",
    bar: { atMost: 1.5, aim: 1 },
  });
}

export async function measureBatches(wish: BatchesWish): Promise<readonly Figure[]> {
  const figures = [await compare("SQLite", () => Promise.resolve(undefined), wish)];
  const postgres = await startPostgres({ durable: true });
  try {
    figures.push(await compare("PostgreSQL", postgres.newUrl, wish));
  } finally {
    await postgres.stop();
  }
  return figures;
}
