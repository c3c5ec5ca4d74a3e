/**
 * What an order costs: deliveries in the order of 10,000 issues beside the same ones in any order, in turn. CPU per delivery (of the
 * host and PostgreSQL), and deliveries per second.
 */
import { startPostgres } from "../../test/support/postgres.ts";
import { endpoints } from "../../src/host/store/tables/endpoints.ts";
import { raiseVersion } from "../../src/host/store/tables/sites.ts";
import { findCount } from "../in-turn.ts";
import { tellFigure, tellStep } from "../report.ts";
import type { Figure } from "../report.ts";
import { whileRunning } from "../running.ts";
import type { Running } from "../running.ts";
import { withDatabase } from "../seed.ts";
import { median, ratios, shown, spread } from "../statistics.ts";

const FAN_OUT = 5;
const ISSUES = 10_000;
const PER_REQUEST = 50;

/** Orders the deliveries of every add-on by issue. */
const orderAll = (url: string): Promise<void> =>
  withDatabase(url, (database) =>
    database.write(async (tx) => {
      const all = await endpoints.list(tx, {}, { order: "no" });
      for (const { siteNo, no } of all) await endpoints.set(tx, { siteNo, no }, { orderBy: "/issue/id" });
      for (const siteNo of new Set(all.map((endpoint) => endpoint.siteNo))) await raiseVersion(tx, siteNo);
    }),
  );

interface Round {
  readonly micros: number;
  readonly rate: number;
}

async function runRound(running: Running, deliveries: number): Promise<Round> {
  let rate = 0;
  const micros = await running.measureCpu(async () => {
    rate = await running.deliver({ deliveries, perRequest: PER_REQUEST });
  });
  return { micros: micros / deliveries, rate };
}

async function compare(
  database: string,
  newUrl: () => Promise<string | undefined>,
  { rounds, seconds }: OrderWish,
): Promise<readonly Figure[]> {
  tellStep(`order by key, ${database}`);
  const [first, second] = [await newUrl(), await newUrl()];
  const wish = { fanOut: FAN_OUT, issues: ISSUES };
  const of = (url: string | undefined) => (url === undefined ? wish : { ...wish, postgresUrl: url });
  const ordered: Round[] = [];
  const unordered: Round[] = [];
  await whileRunning({ ...of(first), fill: orderAll }, (inOrder) =>
    whileRunning(of(second), async (inAnyOrder) => {
      const deliveries = await findCount(seconds, (count) =>
        inOrder.deliver({ deliveries: count, perRequest: PER_REQUEST }),
      );
      await inAnyOrder.deliver({ deliveries, perRequest: PER_REQUEST });
      for (let round = 0; round < rounds; round += 1) {
        ordered.push(await runRound(inOrder, deliveries));
        unordered.push(await runRound(inAnyOrder, deliveries));
      }
    }),
  );
  const micros = (all: readonly Round[]) => all.map((round) => round.micros);
  const rates = (all: readonly Round[]) => all.map((round) => round.rate);
  const cpu = ratios(micros(unordered), micros(ordered));
  const rate = ratios(rates(ordered), rates(unordered));
  const bar = { atLeast: 0.8, aim: 0.9 };
  return [
    {
      name: `CPU per delivery in any order ÷ in the order of ${ISSUES.toLocaleString("en")} keys, ${database}`,
      value: median(micros(ordered)),
      shown: `${shown(median(micros(ordered)))} µs`,
      limit: `in any order ${shown(median(micros(unordered)))} µs`,
      ratio: median(cpu),
      detail: spread(cpu),
      bar,
    },
    {
      name: `deliveries/s in order ÷ in any order, ${database}`,
      value: median(rates(ordered)),
      shown: shown(median(rates(ordered))),
      limit: `in any order ${shown(median(rates(unordered)))}`,
      ratio: median(rate),
      detail: spread(rate),
      bar,
    },
  ];
}

export interface OrderWish {
  readonly rounds: number;
  /** About how long a round lasts. */
  readonly seconds: number;
}

export async function measureOrder(wish: OrderWish): Promise<readonly Figure[]> {
  const figures = [...(await compare("SQLite", () => Promise.resolve(undefined), wish))];
  const postgres = await startPostgres({ durable: true });
  try {
    figures.push(...(await compare("PostgreSQL", postgres.newUrl, wish)));
  } finally {
    await postgres.stop();
  }
  for (const figure of figures) tellFigure(figure);
  return figures;
}
