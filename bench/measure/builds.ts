/** Deliveries per second of this build beside those of another one, in turn in one run: with an empty log and with a full one. */
import { tellFigure, tellStep } from "../report.ts";
import type { Figure } from "../report.ts";
import { whileRunning } from "../running.ts";
import type { Running } from "../running.ts";
import { median, ratios, shown, spread } from "../statistics.ts";
import { fillLog } from "./growth.ts";
import { findCount } from "./throughput.ts";

export interface BuildsWish {
  /** The folder of the other build, with its `dist`. */
  readonly against: string;
  readonly rounds: number;
  /** About how long a round of one build lasts. */
  readonly roundSeconds: number;
  /** Logged deliveries of the full log. */
  readonly logged: number;
}

interface Rates {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

const FAN_OUT = 5;
const PER_REQUEST = 50;

async function takeTurns(our: Running, their: Running, { rounds, roundSeconds }: BuildsWish): Promise<Rates> {
  const ours: number[] = [];
  const theirs: number[] = [];
  const deliverSome = (deliveries: number) => our.deliver({ deliveries, perRequest: PER_REQUEST });
  const load = { deliveries: await findCount(roundSeconds, deliverSome), perRequest: PER_REQUEST };
  await their.deliver(load);
  for (let round = 0; round < rounds; round += 1) {
    // Who begins has the warmer machine, or the colder one: in turn.
    if (round % 2 === 0) ours.push(await our.deliver(load));
    theirs.push(await their.deliver(load));
    if (round % 2 === 1) ours.push(await our.deliver(load));
  }
  return { ours, theirs };
}

export async function measureBuilds(wish: BuildsWish): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const rows of [0, wish.logged]) {
    const name = `SQLite, fan-out ${FAN_OUT}, ${rows.toLocaleString("en")} logged`;
    tellStep(name);
    const running = {
      fanOut: FAN_OUT,
      ...(rows === 0 ? {} : { fill: (url: string) => fillLog(url, rows) }),
    };
    const { ours, theirs } = await whileRunning(running, (our) =>
      whileRunning({ ...running, build: wish.against }, (their) => takeTurns(our, their, wish)),
    );
    const quotients = ratios(ours, theirs);
    const figure: Figure = {
      name: `deliveries/s ÷ other build, ${name}`,
      value: median(ours),
      shown: shown(median(ours)),
      limit: `other build ${shown(median(theirs))}`,
      ratio: median(quotients),
      detail: spread(quotients),
      bar: { atLeast: 0.95, aim: 1 },
    };
    tellFigure(figure);
    figures.push(figure);
  }
  return figures;
}
