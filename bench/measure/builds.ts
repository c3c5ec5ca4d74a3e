/** Deliveries per second of this build beside those of another one, in turn in one run: with an empty log and with a full one. */
import { compareRates, deliverInBatches, takeTurns } from "../in-turn.ts";
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

export async function measureBuilds({
  against,
  rounds,
  roundSeconds: seconds,
  logged,
}: BuildsWish): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
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
