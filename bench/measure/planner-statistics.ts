/**
 * Deliveries per second on a PostgreSQL whose planner statistics are empty, as after a burst into a new database, beside one
 * that was analyzed. Both have the same log.
 */
import { startPostgres } from "../../test/support/postgres.ts";
import { withDatabase } from "../seed.ts";
import { compareRates, deliverInBatches, takeTurns } from "../in-turn.ts";
import { tellStep } from "../report.ts";
import type { Figure } from "../report.ts";
import { whileRunning } from "../running.ts";
import { fillLog } from "./growth.ts";

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
  seconds: number,
  rows: number,
): Promise<readonly Figure[]> {
  const name = `PostgreSQL, fan-out ${FAN_OUT}, ${rows.toLocaleString("en")} logged`;
  tellStep(name);
  const postgres = await startPostgres({ durable: true });
  const on = async (fill: (url: string, rows: number) => Promise<void>) => ({
    fanOut: FAN_OUT,
    postgresUrl: await postgres.newUrl(),
    fill: (url: string) => fill(url, rows),
  });
  try {
    const [empty, known] = [await on(withoutStatistics), await on(analyzed)];
    const rates = await whileRunning(empty, (without) =>
      whileRunning(known, (beside) =>
        takeTurns(deliverInBatches(without), deliverInBatches(beside), { rounds, seconds }),
      ),
    );
    return [
      compareRates(rates, {
        name: `deliveries/s without planner statistics, ${name}`,
        other: "analyzed",
        bar: { atLeast: 0.8, aim: 1 },
      }),
    ];
  } finally {
    await postgres.stop();
  }
}
