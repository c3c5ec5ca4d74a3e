/** Deliveries per second on the cluster of `CITUS_URL` beside a PostgreSQL of its own on the same machine, in turn. */
import { useCitus } from "../../test/support/citus.ts";
import { startOwnPostgres } from "../../test/support/postgres.ts";
import { compareRates, deliverInBatches, takeTurns } from "../in-turn.ts";
import { tellStep } from "../report.ts";
import type { Figure } from "../report.ts";
import { whileRunning } from "../running.ts";

const FAN_OUT = 5;

/** Nothing without a cluster. Its template must be there: the tests of the stores make it. */
export async function measureCitus(rounds: number, seconds: number): Promise<readonly Figure[]> {
  const cluster = process.env["CITUS_URL"];
  if (cluster === undefined) return [];
  const name = `Citus, fan-out ${FAN_OUT}`;
  tellStep(name);
  const postgres = await startOwnPostgres({ durable: true });
  try {
    const on = (postgresUrl: string) => ({ fanOut: FAN_OUT, postgresUrl });
    const [distributed, plain] = [on(await (await useCitus(cluster)).newUrl()), on(await postgres.newUrl())];
    const rates = await whileRunning(distributed, (ours) =>
      whileRunning(plain, (theirs) =>
        takeTurns(deliverInBatches(ours), deliverInBatches(theirs), { rounds, seconds }),
      ),
    );
    return [
      compareRates(rates, {
        name: `deliveries/s, ${name}`,
        other: "PostgreSQL",
        bar: { atLeast: 0.6, aim: 0.8 },
      }),
    ];
  } finally {
    await postgres.stop();
  }
}
