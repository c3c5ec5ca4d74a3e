/**
 * What other endpoints notice of one that behaves badly: the p99 from the post to the arrival, alone and beside it, in turn.
 */
import type { Behaviour } from "../bad-receiver.ts";
import { newDirectory, startHost, startProgram, startSink } from "../processes.ts";
import { createProducer } from "../producer.ts";
import { tellFigure } from "../report.ts";
import type { Figure } from "../report.ts";
import { MASTER_KEY, TOKEN, seedAddons, withDatabase } from "../seed.ts";
import { median, percentile, ratios, shown, spread } from "../statistics.ts";
import { steadyLatencies } from "./latency.ts";

const GOOD_EVENT = "jira:issue_created";
/** In the order of the ports. */
const BEHAVIOURS: readonly Behaviour[] = ["103 flood", "header drip", "body drip", "hang"];
const GOOD_PER_SECOND = 200;
/** As many as 25 at once and then some: each goes to the bad receiver alone. */
const BAD_PER_SECOND = 20;
const MAX_RATIO = 1.2;
const MAX_MORE_MS = 10;

/** The bar allows the larger of both: it is told as a part of what is allowed. */
function partOfAllowed(beside: number, alone: number): number {
  return beside / Math.max(alone * MAX_RATIO, alone + MAX_MORE_MS);
}

export async function measureBadReceivers(rounds: number, seconds: number): Promise<readonly Figure[]> {
  const directory = newDirectory();
  const sink = await startSink(5);
  const bad = await startProgram("bad-receiver.js");
  const addons = [
    ...sink.ports.map((port, index) => ({ key: `good-${index}`, port, event: GOOD_EVENT })),
    ...BEHAVIOURS.map((_, index) => ({
      key: `bad-${index}`,
      port: bad.ports[index] ?? 0,
      event: `bad.${index}`,
    })),
  ];
  await withDatabase(`sqlite:${directory.path}/callboard.sqlite`, (database) => seedAddons(database, addons));
  const host = await startHost(directory.path, {
    CALLBOARD_MASTER_KEY: MASTER_KEY,
    CALLBOARD_ADMIN_TOKEN: TOKEN,
  });
  const producer = createProducer(host.url, TOKEN);
  const p99 = async () =>
    percentile(await steadyLatencies(producer, sink, GOOD_PER_SECOND, seconds, GOOD_EVENT), 0.99);

  async function beside(index: number): Promise<number> {
    const stop = new AbortController();
    const bother = (async () => {
      for (let mark = 1_000_000_000; !stop.signal.aborted; mark += 1) {
        await producer.post(mark, `bad.${index}`);
        await new Promise((resolve) => setTimeout(resolve, 1_000 / BAD_PER_SECOND));
      }
    })();
    const found = await p99();
    stop.abort();
    await bother;
    return found;
  }

  const figures: Figure[] = [];
  await p99();
  for (const [index, behaviour] of BEHAVIOURS.entries()) {
    const alone: number[] = [];
    const besides: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      alone.push(await p99());
      besides.push(await beside(index));
    }
    const parts = besides.map((each, round) => partOfAllowed(each, alone[round] ?? NaN));
    const figure: Figure = {
      name: `p99 of other endpoints beside a ${behaviour} ÷ the larger of 1.2 × and +${MAX_MORE_MS} ms`,
      value: median(parts),
      shown: `${shown(median(besides))} ms`,
      limit: `alone ${shown(median(alone))} ms`,
      ratio: median(parts),
      detail: `÷ alone ${shown(median(ratios(besides, alone)))} (${spread(ratios(besides, alone))})`,
      bar: { atMost: 1, aim: 0.8 },
    };
    tellFigure(figure);
    figures.push(figure);
  }
  await producer.close();
  await host.stop("SIGKILL");
  await bad.stop();
  await sink.stop();
  directory.remove();
  return figures;
}
