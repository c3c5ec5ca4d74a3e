/** What live events notice of a replay that sends the whole log to one receiver, and what a second replay sends. */
import type { Database } from "../../src/host/store/db/database.ts";
import { newDirectory, startHost, startSink } from "../processes.ts";
import { createProducer } from "../producer.ts";
import { tellFigure } from "../report.ts";
import type { Figure } from "../report.ts";
import { EVENT, MASTER_KEY, seedAddons, withDatabase } from "../seed.ts";
import { median, percentile, shown, spread } from "../statistics.ts";
import { steadyLatencies } from "./latency.ts";

const TOKEN = "benchmark-token-0123456789";
const LIVE = "benchmark.live";
const LIVE_PER_SECOND = 200;
const SINCE = "2020-01-01T00:00:00Z";

/** Events of the past month that were sent to nobody, made by the database itself. */
async function addPastEvents(database: Database, siteNo: number, count: number): Promise<void> {
  const month = 30 * 86_400_000;
  const begin = Date.now() - month;
  const step = 100_000;
  for (let first = 0; first < count; first += step) {
    const last = Math.min(first + step, count) - 1;
    await database.write((tx) =>
      tx.query(
        `WITH RECURSIVE n(i) AS (SELECT ${first} UNION ALL SELECT i + 1 FROM n WHERE i < ${last})
         INSERT INTO callboard_event (site_no, id, name, lane, body, body_size)
         SELECT ${siteNo}, printf('%012x', ${begin} + CAST(i * ${month / count} AS INTEGER)) || '70008'
           || printf('%011x', i) || '0000', '${EVENT}', 0, '{"issue":{"key":"DEMO-1"}}', 26 FROM n`,
      ),
    );
  }
}

interface Replay {
  readonly id: string;
  readonly state: string;
  readonly events: number;
  readonly created: number;
  readonly redelivered: number;
  readonly waiting: number;
}

export async function measureReplay(events: number, seconds: number): Promise<readonly Figure[]> {
  const directory = newDirectory();
  const sink = await startSink(2);
  const url = `sqlite:${directory.path}/callboard.sqlite`;
  await withDatabase(url, async (database) => {
    const siteNo = await seedAddons(database, [
      { key: "late", port: sink.ports[0] ?? 0 },
      { key: "live", port: sink.ports[1] ?? 0, event: LIVE },
    ]);
    await addPastEvents(database, siteNo, events);
  });
  const host = await startHost(directory.path, {
    CALLBOARD_MASTER_KEY: MASTER_KEY,
    CALLBOARD_ADMIN_TOKEN: TOKEN,
  });
  const producer = createProducer(host.url, TOKEN);

  async function call(method: string, path: string, body?: object): Promise<Replay> {
    const response = await fetch(`${host.url}/api/v1/sites/jira/replays${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`the replay was answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Replay;
  }
  const begin = (): Promise<Replay> => call("POST", "", { to: { addon: "late" }, since: SINCE });
  const isOver = ({ state, waiting }: Replay): boolean => state === "done" && waiting === 0;
  const p95 = async (): Promise<number> =>
    percentile(await steadyLatencies(producer, sink, LIVE_PER_SECOND, seconds, LIVE), 0.95);

  await p95();
  const without = [await p95(), await p95()];
  const startedAt = performance.now();
  let replay = await begin();
  const during: number[] = [];
  while (!isOver(replay)) {
    const measured = await p95();
    replay = await call("GET", `/${replay.id}`);
    // The last round is one without it in part.
    if (!isOver(replay) || during.length === 0) during.push(measured);
  }
  const tookSeconds = (performance.now() - startedAt) / 1_000;
  without.push(await p95(), await p95());

  const secondAt = performance.now();
  let second = await begin();
  while (!isOver(second)) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    second = await call("GET", `/${second.id}`);
  }
  const secondSeconds = (performance.now() - secondAt) / 1_000;
  await producer.close();
  await host.stop("SIGKILL");
  await sink.stop();
  directory.remove();

  const name = `replay of ${events.toLocaleString("en")} events`;
  const figures: readonly Figure[] = [
    {
      name: `live p95 during a ${name} ÷ without`,
      value: median(during),
      shown: `${shown(median(during))} ms`,
      limit: `${shown(median(without))} ms without`,
      ratio: median(during) / median(without),
      detail: `${during.length} rounds, ${spread(during)} ms`,
      bar: { atMost: 1.2, aim: 1.05 },
    },
    {
      name: `events/s of a ${name}`,
      value: events / tookSeconds,
      shown: shown(events / tookSeconds),
      limit: "",
      detail: `${replay.created.toLocaleString("en")} sent in ${shown(tookSeconds)} s`,
    },
    {
      name: `deliveries of a second ${name}`,
      value: second.created + second.redelivered,
      shown: shown(second.created + second.redelivered),
      limit: `${replay.created.toLocaleString("en")} of the first`,
      detail: `${shown(secondSeconds)} s`,
      bar: { atMost: 0, aim: 0 },
    },
  ];
  figures.forEach(tellFigure);
  return figures;
}
