/** How long from the request that posts an event to its arrival at the receiver, at a steady rate of single posts. */
import { newDirectory, startHost, startSink } from "../processes.ts";
import type { Sink } from "../processes.ts";
import { createProducer } from "../producer.ts";
import type { Producer } from "../producer.ts";
import { tellFigure } from "../report.ts";
import type { Figure } from "../report.ts";
import { payload } from "../body.ts";
import { EVENT, MASTER_KEY, TOKEN, seedAddons, withDatabase } from "../seed.ts";
import { median, percentile, shown, spread } from "../statistics.ts";

/** Posts `perSecond` events for `seconds`; resolves to the latencies in milliseconds. */
export async function steadyLatencies(
  producer: Producer,
  sink: Sink,
  perSecond: number,
  seconds: number,
  event?: string,
): Promise<readonly number[]> {
  await sink.ask({ kind: "reset" });
  const begunAt = new Map<number, number>();
  const posts: Promise<void>[] = [];
  const total = perSecond * seconds;
  const startedAt = performance.now();
  for (let mark = 0; mark < total; mark += 1) {
    const wait = startedAt + (mark * 1000) / perSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    posts.push(producer.post(mark, event).then((at) => void begunAt.set(mark, at)));
  }
  await Promise.all(posts);
  const deadline = performance.now() + 30_000;
  for (;;) {
    const { marks } = await sink.ask({ kind: "report" });
    if (marks.length >= total || performance.now() > deadline) {
      return marks.flatMap(([mark, at]) => {
        const begun = begunAt.get(mark);
        return begun === undefined ? [] : [at - begun];
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function measureLatency(rounds: number, seconds: number): Promise<readonly Figure[]> {
  const directory = newDirectory();
  const sink = await startSink();
  const url = `sqlite:${directory.path}/callboard.sqlite`;
  await withDatabase(url, (database) => seedAddons(database, [{ key: "addon", port: sink.ports[0] ?? 0 }]));
  const host = await startHost(directory.path, {
    CALLBOARD_MASTER_KEY: MASTER_KEY,
    CALLBOARD_ADMIN_TOKEN: TOKEN,
  });
  const producer = createProducer(host.url, TOKEN);
  await steadyLatencies(producer, sink, 200, 2);
  const figures: Figure[] = [];
  for (const perSecond of [200, 1_000]) {
    const p50: number[] = [];
    const p95: number[] = [];
    const p99: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const latencies = await steadyLatencies(producer, sink, perSecond, seconds);
      p50.push(percentile(latencies, 0.5));
      p95.push(percentile(latencies, 0.95));
      p99.push(percentile(latencies, 0.99));
    }
    const figure: Figure = {
      name: `posted → received, ${perSecond} events/s, p99`,
      value: median(p99),
      shown: `${shown(median(p99))} ms`,
      limit: `p50 ${shown(median(p50))} ms, p95 ${shown(median(p95))} ms`,
      detail: `p99 ${spread(p99)} ms`,
      ...(perSecond === 200 ? { bar: { atMost: 50, aim: 15, unit: "ms" } } : {}),
    };
    tellFigure(figure);
    figures.push(figure);
  }
  figures.push(await untilReadable(host.url, sink, READABLE_SAMPLES));
  await producer.close();
  await host.stop();
  await sink.stop();
  directory.remove();
  return figures;
}

const READABLE_SAMPLES = 100;

/** From the arrival at the receiver, which answers at once, until the delivery log shows the delivery with its attempt. */
async function untilReadable(url: string, sink: Sink, samples: number): Promise<Figure> {
  const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
  const readableAt: number[] = [];
  await sink.ask({ kind: "reset" });
  for (let mark = 0; mark < samples; mark += 1) {
    const body = `{"event":"${EVENT}","payload":${payload(mark)}}`;
    const posted = await fetch(`${url}/api/v1/sites/jira/events`, { method: "POST", headers, body });
    const { deliveries } = (await posted.json()) as { deliveries: readonly { readonly id: string }[] };
    const show = async (): Promise<string> => {
      const answer = await fetch(`${url}/api/v1/deliveries/${deliveries[0]?.id ?? ""}`, { headers });
      return ((await answer.json()) as { readonly state: string }).state;
    };
    while ((await show()) !== "delivered") continue;
    readableAt.push(performance.timeOrigin + performance.now());
  }
  const { marks } = await sink.ask({ kind: "report" });
  const arrivedAt = new Map(marks);
  const times = readableAt.map((at, mark) => at - (arrivedAt.get(mark) ?? NaN));
  const figure: Figure = {
    name: "received → readable in the sent log, p99",
    value: percentile(times, 0.99),
    shown: `${shown(percentile(times, 0.99))} ms`,
    limit: `p50 ${shown(median(times))} ms`,
    bar: { atMost: 100, aim: 20, unit: "ms" },
  };
  tellFigure(figure);
  return figure;
}
