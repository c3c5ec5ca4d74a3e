/** Two that deliver in turn, so that both meet the same machine. */
import { tellFigure } from "./report.ts";
import type { Bar, Figure } from "./report.ts";
import type { Running } from "./running.ts";
import { median, ratios, shown, spread } from "./statistics.ts";

const FIRST_DELIVERIES = 1_000;
/** The bare loop is warm, and so is the host that it is held against. */
const WARM_UP_MS = 3_000;

/** Resolves to deliveries a second. */
type Deliver = (deliveries: number) => Promise<number>;

export interface Rates {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

/** Fifty events in each request. */
export const deliverInBatches =
  ({ deliver }: Pick<Running, "deliver">): Deliver =>
  (deliveries) =>
    deliver({ deliveries, perRequest: 50 });

/** Microseconds of CPU for one delivery. */
export const createCostMeasure =
  ({ measureCpu, deliver }: Running, deliveries: number, perRequest: number) =>
  async (): Promise<number> =>
    (await measureCpu(() => deliver({ deliveries, perRequest }))) / deliveries;

/**
 * Makes deliveries until the host is warm, and resolves to how many of them take about so many seconds: a count for all
 * rounds, which last about as long on every machine.
 */
export async function findCount(seconds: number, deliverSome: Deliver): Promise<number> {
  const countAt = (rate: number): number => Math.ceil((rate * seconds) / 100) * 100;
  let count = countAt(await deliverSome(FIRST_DELIVERIES));
  const warmAt = performance.now() + WARM_UP_MS;
  do count = countAt(await deliverSome(count));
  while (performance.now() < warmAt);
  return count;
}

/** Takes a figure of each, round after round. Who begins has the warmer machine, or the colder one: in turn. */
export async function alternate(
  rounds: number,
  measureOurs: () => Promise<number>,
  measureTheirs: () => Promise<number>,
): Promise<Rates> {
  const figures = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) figures.ours.push(await measureOurs());
    figures.theirs.push(await measureTheirs());
    if (round % 2 === 1) figures.ours.push(await measureOurs());
  }
  return figures;
}

/** Measures rounds of about `seconds` each, after one that warms up. */
export async function takeTurns(
  ours: Deliver,
  theirs: Deliver,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<Rates> {
  const deliveries = await findCount(seconds, ours);
  await theirs(deliveries);
  return alternate(
    rounds,
    () => ours(deliveries),
    () => theirs(deliveries),
  );
}

/** Returns the figure of one rate beside another, and tells it. */
export function compareRates(
  { ours, theirs }: Rates,
  { name, other, bar }: { readonly name: string; readonly other: string; readonly bar: Bar },
): Figure {
  const quotients = ratios(ours, theirs);
  const figure: Figure = {
    name,
    value: median(ours),
    shown: shown(median(ours)),
    limit: `${other} ${shown(median(theirs))}`,
    ratio: median(quotients),
    detail: spread(quotients),
    bar,
  };
  tellFigure(figure);
  return figure;
}
