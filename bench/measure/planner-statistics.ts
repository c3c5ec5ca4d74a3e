/**
 * Deliveries per second on a PostgreSQL whose planner statistics are empty, as after a burst into a new database, beside one
 * that was analyzed. Both have the same log.
 */
import { startPostgres } from "../../test/support/postgres.ts";
import { withDatabase } from "../seed.ts";
import { tellFigure, tellStep } from "../report.ts";
import type { Figure } from "../report.ts";
import { whileRunning } from "../running.ts";
import { median, ratios, shown, spread } from "../statistics.ts";
import { fillLog } from "./growth.ts";
import { findCount } from "./throughput.ts";

const FAN_OUT = 5;
const TABLES = ["callboard_event", "callboard_delivery", "callboard_attempt", "callboard_minute"];

/** Keeps autovacuum from analyzing the tables. */
async function withoutStatistics(url: string, rows: number): Promise<void> {
  await withDatabase(url, async (database) => {
    for (const table of TABLES)
      await database.autocommit.query(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
  });
  await fillLog(url, rows, { vacuum: false });
}

async function analyzed(url: string, rows: number): Promise<void> {
  await fillLog(url, rows);
  await withDatabase(url, (database) => database.autocommit.query(`ANALYZE ${TABLES.join(", ")}`));
}

export async function measurePlannerStatistics(
  rounds: number,
  roundSeconds: number,
  rows: number,
): Promise<readonly Figure[]> {
  const name = `PostgreSQL, fan-out ${FAN_OUT}, ${rows.toLocaleString("en")} logged`;
  tellStep(name);
  const postgres = await startPostgres({ durable: true });
  try {
    const [emptyUrl, analyzedUrl] = [await postgres.newUrl(), await postgres.newUrl()];
    const empty: number[] = [];
    const known: number[] = [];
    await whileRunning(
      { fanOut: FAN_OUT, postgresUrl: emptyUrl, fill: (url) => withoutStatistics(url, rows) },
      (without) =>
        whileRunning(
          { fanOut: FAN_OUT, postgresUrl: analyzedUrl, fill: (url) => analyzed(url, rows) },
          async (beside) => {
            const perRequest = 50;
            const deliveries = await findCount(roundSeconds, (count) =>
              beside.deliver({ deliveries: count, perRequest }),
            );
            await without.deliver({ deliveries, perRequest });
            for (let round = 0; round < rounds; round += 1) {
              empty.push(await without.deliver({ deliveries, perRequest }));
              known.push(await beside.deliver({ deliveries, perRequest }));
            }
          },
        ),
    );
    const quotients = ratios(empty, known);
    const figure: Figure = {
      name: `deliveries/s without planner statistics, ${name}`,
      value: median(empty),
      shown: shown(median(empty)),
      limit: `analyzed ${shown(median(known))}`,
      ratio: median(quotients),
      detail: spread(quotients),
      bar: { atLeast: 0.8, aim: 1 },
    };
    tellFigure(figure);
    return [figure];
  } finally {
    await postgres.stop();
  }
}
