/** How long intake stops while a SQLite host makes a backup, beside the same time without one. */
import { setTimeout as pause } from "node:timers/promises";
import { payload } from "../body.ts";
import { MONTH_MS, addPastEvents } from "../past-events.ts";
import { newDirectory, startHost, startSink } from "../processes.ts";
import type { HostProcess } from "../processes.ts";
import { createProducer } from "../producer.ts";
import type { Producer } from "../producer.ts";
import { tellFigure } from "../report.ts";
import type { Figure } from "../report.ts";
import { MASTER_KEY, seedAddons, withDatabase } from "../seed.ts";
import { median, percentile, shown, spread } from "../statistics.ts";

const TOKEN = "benchmark-token-0123456789";
const PER_SECOND = 500;
const WARM_UP_SECONDS = 3;

interface Posted {
  readonly count: number;
  /** Longest time between two responses with 202. */
  readonly longestGapMs: number;
  readonly p999Ms: number;
}

/** Posts at a steady rate while the work goes on. Every post is accepted, or it throws. */
async function postDuring(producer: Producer, firstMark: number, work: Promise<void>): Promise<Posted> {
  const going = new AbortController();
  const ended = work.finally(() => going.abort());
  const acceptedAt: number[] = [];
  const took: number[] = [];
  const posts: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let count = 0; !going.signal.aborted; count += 1) {
    const wait = startedAt + (count * 1_000) / PER_SECOND - performance.now();
    if (wait > 0) await pause(wait);
    const begunAt = performance.now();
    posts.push(
      producer.post(firstMark + count).then(() => {
        acceptedAt.push(performance.now());
        took.push(performance.now() - begunAt);
      }),
    );
  }
  await Promise.all([...posts, ended]);
  const gaps = acceptedAt.slice(1).map((at, index) => at - (acceptedAt[index] ?? at));
  return { count: posts.length, longestGapMs: Math.max(...gaps), p999Ms: percentile(took, 0.999) };
}

const headers = { authorization: `Bearer ${TOKEN}` };

/** Makes a backup and deletes it. Resolves to its size in bytes. */
async function backUp({ url }: HostProcess): Promise<number> {
  const made = await fetch(`${url}/api/v1/backups`, { method: "POST", headers });
  const { id } = (await made.json()) as { readonly id: string };
  const show = async () =>
    (await (await fetch(`${url}/api/v1/backups/${id}`, { headers })).json()) as {
      readonly state: string;
      readonly contents: { readonly bytes: number } | null;
    };
  for (;;) {
    const { state, contents } = await show();
    if (state === "failed") throw new Error("the backup failed");
    if (state === "ready") {
      await fetch(`${url}/api/v1/backups/${id}`, { method: "DELETE", headers });
      return contents?.bytes ?? 0;
    }
    await pause(100);
  }
}

export async function measureBackup(rounds: number, events: number): Promise<readonly Figure[]> {
  const directory = newDirectory();
  const sink = await startSink();
  await withDatabase(`sqlite:${directory.path}/callboard.sqlite`, async (database) => {
    const siteNo = await seedAddons(database, [{ key: "addon", port: sink.ports[0] ?? 0 }]);
    await addPastEvents(database, siteNo, { begin: Date.now() - MONTH_MS, count: events, body: payload(0) });
  });
  const host = await startHost(directory.path, {
    CALLBOARD_MASTER_KEY: MASTER_KEY,
    CALLBOARD_ADMIN_TOKEN: TOKEN,
  });
  const producer = createProducer(host.url, TOKEN);
  let mark = 0;
  const post = async (work: Promise<void>): Promise<Posted> => {
    const posted = await postDuring(producer, mark, work);
    mark += posted.count;
    return posted;
  };
  await post(pause(WARM_UP_SECONDS * 1_000));

  const [during, without]: [Posted[], Posted[]] = [[], []];
  let bytes = 0;
  let seconds = 0;
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    during.push(await post(backUp(host).then((size) => void (bytes = size))));
    const tookMs = performance.now() - startedAt;
    seconds = tookMs / 1_000;
    without.push(await post(pause(tookMs)));
  }
  const lost = mark - (await countReceived(sink, mark));
  await producer.close();
  await host.stop();
  await sink.stop();
  directory.remove();

  const gaps = during.map(({ longestGapMs }) => longestGapMs);
  const otherGaps = without.map(({ longestGapMs }) => longestGapMs);
  const slowest = during.map(({ p999Ms }) => p999Ms);
  const caused = during.map(({ longestGapMs }, round) => longestGapMs - (otherGaps[round] ?? 0));
  const size = `${shown(bytes / 1_000_000)} MB in ${shown(seconds)} s, ${PER_SECOND} events/s`;
  const figures: readonly Figure[] = [
    {
      name: "longest time without a 202, caused by a backup",
      value: median(caused),
      shown: `${shown(median(caused))} ms`,
      limit: `${shown(median(gaps))} ms with, ${shown(median(otherGaps))} ms without`,
      detail: `${size}; with ${spread(gaps)} ms, without ${spread(otherGaps)} ms`,
      bar: { atMost: 50, aim: 20, unit: "ms" },
    },
    {
      name: "time to 202 during a backup, p99.9",
      value: median(slowest),
      shown: `${shown(median(slowest))} ms`,
      limit: `${shown(median(without.map(({ p999Ms }) => p999Ms)))} ms without`,
    },
    {
      name: "events lost during backups",
      value: lost,
      shown: String(lost),
      limit: `${mark.toLocaleString("en")} accepted`,
      bar: { atMost: 0, aim: 0 },
    },
  ];
  for (const figure of figures) tellFigure(figure);
  return figures;
}

/** Waits until this many arrived, for ten seconds at most. */
async function countReceived(sink: Awaited<ReturnType<typeof startSink>>, expected: number): Promise<number> {
  for (let look = 0; ; look += 1) {
    const { received } = await sink.ask({ kind: "count" });
    if (received >= expected || look === 100) return Math.min(received, expected);
    await pause(100);
  }
}
