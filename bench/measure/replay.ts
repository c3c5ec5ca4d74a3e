/**
 * What live events notice of a replay beside them, how fast a replay of the whole log is while nobody else wants anything, and
 * what a second one sends.
 */
import { MONTH_MS, addPastEvents } from "../past-events.ts";
import { newDirectory, startHost, startSink } from "../processes.ts";
import { createProducer } from "../producer.ts";
import { tellFigure } from "../report.ts";
import type { Figure } from "../report.ts";
import { MASTER_KEY, TOKEN, seedAddons, withDatabase } from "../seed.ts";
import { median, percentile, ratios, shown, spread } from "../statistics.ts";
import { steadyLatencies } from "./latency.ts";

const LIVE = "benchmark.live";
const LIVE_PER_SECOND = 200;

interface Replay {
  readonly id: string;
  readonly state: string;
  readonly events: number;
  readonly created: number;
  readonly redelivered: number;
  readonly waiting: number;
}

const sentBy = ({ created, redelivered }: Replay): number => created + redelivered;

export async function measureReplay(
  events: number,
  rounds: number,
  seconds: number,
): Promise<readonly Figure[]> {
  const begin = Date.now() - MONTH_MS;
  const directory = newDirectory();
  const sink = await startSink(2);
  const url = `sqlite:${directory.path}/callboard.sqlite`;
  await withDatabase(url, async (database) => {
    const siteNo = await seedAddons(database, [
      { key: "late", port: sink.ports[0] ?? 0 },
      { key: "live", port: sink.ports[1] ?? 0, event: LIVE },
    ]);
    await addPastEvents(database, siteNo, { begin, count: events });
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
  const startReplay = (from: number, to: number): Promise<Replay> =>
    call("POST", "", {
      to: { addon: "late" },
      since: new Date(from).toISOString(),
      until: new Date(to).toISOString(),
    });
  const isOver = ({ state, waiting }: Replay): boolean => state === "done" && waiting === 0;
  const p95 = async (): Promise<number> =>
    percentile(await steadyLatencies(producer, sink, LIVE_PER_SECOND, seconds, LIVE), 0.95);

  /** With a replay of its own part of the first half of the log, which is more than it can send in that time. */
  async function p95During(round: number): Promise<number> {
    const part = MONTH_MS / 2 / rounds;
    const { id } = await startReplay(begin + round * part, begin + (round + 1) * part);
    const measured = await p95();
    if ((await call("DELETE", `/${id}`)).state !== "cancelled")
      throw new Error(`the replay ended before its round did: there are too few events`);
    return measured;
  }
  async function sendAll(): Promise<{ readonly replay: Replay; readonly tookSeconds: number }> {
    const startedAt = performance.now();
    let replay = await startReplay(begin - MONTH_MS, begin + MONTH_MS);
    while (!isOver(replay)) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      replay = await call("GET", `/${replay.id}`);
    }
    return { replay, tookSeconds: (performance.now() - startedAt) / 1_000 };
  }

  await p95();
  const without: number[] = [];
  const during: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) during.push(await p95During(round));
    without.push(await p95());
    if (round % 2 === 1) during.push(await p95During(round));
  }
  const first = await sendAll();
  const second = await sendAll();
  await producer.close();
  await host.stop("SIGKILL");
  await sink.stop();
  directory.remove();

  const name = `replay of ${events.toLocaleString("en")} events`;
  const quotients = ratios(during, without);
  const figures: readonly Figure[] = [
    {
      name: `live p95 during a ${name} ÷ without`,
      value: median(during),
      shown: `${shown(median(during))} ms`,
      limit: `${shown(median(without))} ms without`,
      ratio: median(quotients),
      detail: spread(quotients),
      bar: { atMost: 1.2, aim: 1.05 },
    },
    {
      name: `events/s of a ${name} without live events`,
      value: events / first.tookSeconds,
      shown: shown(events / first.tookSeconds),
      limit: "",
      detail: `${sentBy(first.replay).toLocaleString("en")} sent in ${shown(first.tookSeconds)} s`,
    },
    {
      name: `deliveries of a second ${name}`,
      value: sentBy(second.replay),
      shown: shown(sentBy(second.replay)),
      limit: `${sentBy(first.replay).toLocaleString("en")} of the first`,
      detail: `${shown(second.tookSeconds)} s`,
      bar: { atMost: 0, aim: 0 },
    },
  ];
  figures.forEach(tellFigure);
  return figures;
}
