/** How long a sender waits because a SQLite host makes a backup: its longest wait with one, less that of the same time without. */
import { setTimeout as pause } from "node:timers/promises";
import { payload } from "../body.ts";
import { MONTH_MS, addPastEvents } from "../past-events.ts";
import { newDirectory, startHost, startSink } from "../processes.ts";
import type { HostProcess } from "../processes.ts";
import { createProducer } from "../producer.ts";
import type { Producer } from "../producer.ts";
import { tellFigure } from "../report.ts";
import type { Figure } from "../report.ts";
import { MASTER_KEY, TOKEN, seedAddons, withDatabase } from "../seed.ts";
import { median, percentile, shown, spread } from "../statistics.ts";

const PER_SECOND = 500;
const WARM_UP_SECONDS = 3;
/** After the copy the log of the database is written into its file, which is the backup's doing as well. */
const TAIL_SECONDS = 3;

interface Accepted {
  /** Time of the 202, by `performance.now()`. */
  readonly at: number;
  readonly waitedMs: number;
}

/** Posts at a steady rate while the work goes on. Every post is accepted, or it throws. */
async function postDuring<T>(
  producer: Producer,
  firstMark: number,
  work: Promise<T>,
): Promise<{ readonly accepted: readonly Accepted[]; readonly result: T }> {
  const going = new AbortController();
  const ended = work.finally(() => going.abort());
  const accepted: Accepted[] = [];
  const posts: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let count = 0; !going.signal.aborted; count += 1) {
    const wait = startedAt + (count * 1_000) / PER_SECOND - performance.now();
    if (wait > 0) await pause(wait);
    const begunAt = performance.now();
    posts.push(
      producer.post(firstMark + count).then(() => {
        const at = performance.now();
        accepted.push({ at, waitedMs: at - begunAt });
      }),
    );
  }
  await Promise.all(posts);
  return { accepted, result: await ended };
}

const longest = (accepted: readonly Accepted[]): number =>
  Math.max(0, ...accepted.map(({ waitedMs }) => waitedMs));

const headers = { authorization: `Bearer ${TOKEN}` };

interface MadeBackup {
  readonly bytes: number;
  /** Times by `performance.now()`. */
  readonly begunAt: number;
  readonly copiedAt: number;
  readonly readyAt: number;
}

/** Makes a backup, deletes it, and waits until the log of the database is in its file. */
async function backUp({ url }: HostProcess): Promise<MadeBackup> {
  const begunAt = performance.now();
  const made = await fetch(`${url}/api/v1/backups`, { method: "POST", headers });
  const { id } = (await made.json()) as { readonly id: string };
  let copiedAt: number | undefined;
  for (;;) {
    const shown = await fetch(`${url}/api/v1/backups/${id}`, { headers });
    const { state, share, contents } = (await shown.json()) as {
      readonly state: string;
      readonly share: number;
      readonly contents: { readonly bytes: number } | null;
    };
    if (state === "failed") throw new Error("the backup failed");
    if (share === 1) copiedAt ??= performance.now();
    if (contents !== null) {
      const readyAt = performance.now();
      await fetch(`${url}/api/v1/backups/${id}`, { method: "DELETE", headers });
      await pause(TAIL_SECONDS * 1_000);
      return { bytes: contents.bytes, begunAt, copiedAt: copiedAt ?? readyAt, readyAt };
    }
    await pause(50);
  }
}

interface Round {
  /** Longest wait for a 202 while the file was copied, while the copy was checked, and afterwards, in milliseconds. */
  readonly parts: { readonly copying: number; readonly checking: number; readonly after: number };
  readonly longestMs: number;
  /** Of the same time without a backup. */
  readonly withoutMs: number;
  readonly p999Ms: number;
  readonly withoutP999Ms: number;
  readonly seconds: number;
  readonly bytes: number;
}

async function measureRound(
  host: HostProcess,
  post: <T>(work: Promise<T>) => Promise<{ readonly accepted: readonly Accepted[]; readonly result: T }>,
): Promise<Round> {
  const { accepted, result } = await post(backUp(host));
  const { begunAt, copiedAt, readyAt, bytes } = result;
  const between = (from: number, to: number) =>
    longest(accepted.filter(({ at, waitedMs }) => at >= from && at - waitedMs < to));
  const tookMs = readyAt - begunAt;
  const { accepted: others } = await post(pause(tookMs + TAIL_SECONDS * 1_000));
  const p999 = (of: readonly Accepted[]) =>
    percentile(
      of.map(({ waitedMs }) => waitedMs),
      0.999,
    );
  return {
    parts: {
      copying: between(begunAt, copiedAt),
      checking: between(copiedAt, readyAt),
      after: between(readyAt, Number.POSITIVE_INFINITY),
    },
    longestMs: longest(accepted),
    withoutMs: longest(others),
    p999Ms: p999(accepted),
    withoutP999Ms: p999(others),
    seconds: tookMs / 1_000,
    bytes,
  };
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
  const post = async <T>(work: Promise<T>) => {
    const posted = await postDuring(producer, mark, work);
    mark += posted.accepted.length;
    return posted;
  };
  await post(pause(WARM_UP_SECONDS * 1_000));
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round += 1) measured.push(await measureRound(host, post));
  const lost = mark - (await countReceived(sink, mark));
  await producer.close();
  await host.stop();
  await sink.stop();
  directory.remove();

  const figures = toFigures(measured, mark, lost);
  for (const figure of figures) tellFigure(figure);
  return figures;
}

function toFigures(rounds: readonly Round[], accepted: number, lost: number): readonly Figure[] {
  const middle = (read: (round: Round) => number) => median(rounds.map(read));
  const all = (read: (round: Round) => number) => spread(rounds.map(read));
  const caused = middle(({ longestMs, withoutMs }) => longestMs - withoutMs);
  const size = `${shown(middle(({ bytes }) => bytes) / 1_000_000)} MB in ${shown(middle(({ seconds }) => seconds))} s, ${PER_SECOND} events/s`;
  const parts = (["copying", "checking", "after"] as const).map(
    (part) => `${part} ${all((r) => r.parts[part])}`,
  );
  return [
    {
      name: "longest wait for a 202 that a backup causes",
      value: caused,
      shown: `${shown(caused)} ms`,
      limit: `${shown(middle(({ longestMs }) => longestMs))} ms with, ${shown(middle(({ withoutMs }) => withoutMs))} ms without`,
      detail: `${size}; ${parts.join(", ")}, without ${all(({ withoutMs }) => withoutMs)} ms`,
      bar: { atMost: 50, aim: 20, unit: "ms" },
    },
    {
      name: "time to 202 during a backup, p99.9",
      value: middle(({ p999Ms }) => p999Ms),
      shown: `${shown(middle(({ p999Ms }) => p999Ms))} ms`,
      limit: `${shown(middle(({ withoutP999Ms }) => withoutP999Ms))} ms without`,
    },
    {
      name: "events lost during backups",
      value: lost,
      shown: String(lost),
      limit: `${accepted.toLocaleString("en")} accepted`,
      bar: { atMost: 0, aim: 0 },
    },
  ];
}

/** Waits until this many arrived, for ten seconds at most. */
async function countReceived(sink: Awaited<ReturnType<typeof startSink>>, expected: number): Promise<number> {
  for (let look = 0; ; look += 1) {
    const { received } = await sink.ask({ kind: "count" });
    if (received >= expected || look === 100) return Math.min(received, expected);
    await pause(100);
  }
}
