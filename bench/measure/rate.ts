/**
 * How much of a rate is used: arrivals at the receiver in its emptiest and its fullest ten seconds, by its own clock, with four
 * processes on PostgreSQL and with one on SQLite. Too many break the promise to the receiver; too few waste what it allows.
 */
import { setTimeout as pause } from "node:timers/promises";
import { startPostgres } from "../../test/support/postgres.ts";
import { installWebhooks } from "../install.ts";
import { newDirectory, startHost, startSink } from "../processes.ts";
import type { HostProcess } from "../processes.ts";
import { createProducer } from "../producer.ts";
import { countWindows, fullWindow } from "../rate-windows.ts";
import { tellFigure, tellStep } from "../report.ts";
import type { Figure } from "../report.ts";
import { MASTER_KEY, TOKEN } from "../seed.ts";

const PER_SECOND = 20;
const WORKERS = 4;
/** More than the rate allows while it is measured. */
const SPARE_SECONDS = 10;
const TOLERANCE = 0.05;
const EVENTS_PER_REQUEST = 500;

async function arrive(postgresUrl: string | undefined, seconds: number): Promise<readonly number[]> {
  const directory = newDirectory();
  const sink = await startSink();
  const start = (role: string) =>
    startHost(directory.path, {
      CALLBOARD_DATABASE_URL: postgresUrl ?? `sqlite:${directory.path}/callboard.sqlite`,
      CALLBOARD_MASTER_KEY: MASTER_KEY,
      CALLBOARD_ADMIN_TOKEN: TOKEN,
      CALLBOARD_ROLE: role,
    });
  const hosts: HostProcess[] = [];
  try {
    const front = await start(postgresUrl === undefined ? "all" : "api");
    hosts.push(front);
    await installWebhooks(front, 1, sink.ports[0] ?? 0, {
      pace: { rate: { count: PER_SECOND, per: "second" } },
    });
    if (postgresUrl !== undefined)
      for (let worker = 0; worker < WORKERS; worker += 1) hosts.push(await start("worker"));
    const producer = createProducer(front.url, TOKEN);
    const events = PER_SECOND * (seconds + SPARE_SECONDS);
    for (let first = 0; first < events; first += EVENTS_PER_REQUEST)
      await producer.postBatch(first, Math.min(EVENTS_PER_REQUEST, events - first));
    await producer.close();
    await pause((seconds + 2) * 1_000);
    const { marks } = await sink.ask({ kind: "report" });
    return marks.map(([, at]) => at).toSorted((one, other) => one - other);
  } finally {
    for (const host of hosts.toReversed()) await host.stop();
    await sink.stop();
    directory.remove();
  }
}

async function compare(
  name: string,
  postgresUrl: string | undefined,
  seconds: number,
): Promise<readonly Figure[]> {
  tellStep(`rate, ${name}`);
  const { fewest, most, windows } = countWindows(await arrive(postgresUrl, seconds), seconds * 1_000);
  const full = fullWindow(PER_SECOND);
  const toFigure = (which: string, count: number, bar: Figure["bar"]): Figure => ({
    name: `deliveries in the ${which} 10 s ÷ those of the rate, ${name}`,
    value: count,
    shown: String(count),
    limit: `the rate ${full}`,
    ratio: count / full,
    detail: `of ${windows} stretches`,
    ...(bar === undefined ? {} : { bar }),
  });
  const figures = [
    toFigure("emptiest", fewest, { atLeast: 1 - TOLERANCE, aim: 0.98 }),
    toFigure("fullest", most, { atMost: 1 + TOLERANCE, aim: 1.02 }),
  ];
  for (const figure of figures) tellFigure(figure);
  return figures;
}

/** @param seconds measured time, at least 12 */
export async function measureRate(seconds: number): Promise<readonly Figure[]> {
  const alone = await compare("one process on SQLite", undefined, seconds);
  const postgres = await startPostgres();
  try {
    const url = await postgres.newUrl();
    return [...alone, ...(await compare(`${WORKERS} processes on PostgreSQL`, url, seconds))];
  } finally {
    await postgres.stop();
  }
}
