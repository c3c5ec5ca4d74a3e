/** Throughput and the time of sent-log pages with a log that has already grown. */
import { newDirectory, startHost, startSink } from "../processes.ts";
import { createProducer } from "../producer.ts";
import type { Figure } from "../report.ts";
import { MASTER_KEY, seedAddons, withDatabase } from "../seed.ts";
import { median, percentile, shown, spread } from "../statistics.ts";
import { deliver } from "./throughput.ts";

const TOKEN = "benchmark-token-0123456789";
const PAGES = ["", "&state=failed", "&addon=addon", "&event=jira:issue_updated"];

/** Delivered rows of the past month, made by the database itself: one in a hundred failed. */
async function grow(url: string, rows: number, siteNo: number): Promise<void> {
  await withDatabase(url, async (database) => {
    const now = Date.now();
    const month = 30 * 86_400_000;
    const step = 100_000;
    for (let first = 0; first < rows; first += step) {
      const count = Math.min(step, rows - first);
      await database.write(async (tx) => {
        const numbers = `WITH RECURSIVE n(i) AS (SELECT ${first} UNION ALL SELECT i + 1 FROM n WHERE i < ${first + count - 1})`;
        const id = `printf('%012x', ${now - month} + i * ${month} / ${rows}) || '7000' || '8' || printf('%011x', i) || '0000'`;
        await tx.query(
          `${numbers} INSERT INTO callboard_event (site_no, id, name, lane, body, body_size)
           SELECT ${siteNo}, ${id}, 'jira:issue_updated', 0, '{}', 2 FROM n`,
        );
        await tx.query(
          `${numbers} INSERT INTO callboard_delivery (site_no, id, endpoint_no, subscription_no, lane, state, due_at,
             attempts, schedule_from, redelivery, test, because, last_status, last_outcome, last_ms, settled_at)
           SELECT ${siteNo}, substr(${id}, 1, 28) || '0001', 1, 1, 0, CASE WHEN i % 100 = 0 THEN 3 ELSE 2 END, 0, 1, 0, 0, 0,
             CASE WHEN i % 100 = 0 THEN 'rejected' END, CASE WHEN i % 100 = 0 THEN 400 ELSE 204 END, 'accepted', 3, 0 FROM n`,
        );
      });
    }
  });
}

async function pageTimes(url: string, rounds: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const page of PAGES) {
      const startedAt = performance.now();
      const answer = await fetch(`${url}/api/v1/deliveries?site=jira${page}`, {
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      await answer.text();
      if (!answer.ok) throw new Error(`the page was answered ${answer.status}`);
      times.push(performance.now() - startedAt);
    }
  }
  return times;
}

export async function measureGrowth(
  sizes: readonly number[],
  rounds: number,
  deliveries: number,
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  let emptyRate = NaN;
  for (const size of sizes) {
    const directory = newDirectory();
    const sink = await startSink();
    const url = `sqlite:${directory.path}/callboard.sqlite`;
    const siteNo = await withDatabase(url, (database) =>
      seedAddons(database, [{ key: "addon", port: sink.ports[0] ?? 0 }]),
    );
    await grow(url, size, siteNo);
    const host = await startHost(directory.path, {
      CALLBOARD_MASTER_KEY: MASTER_KEY,
      CALLBOARD_ADMIN_TOKEN: TOKEN,
      CALLBOARD_ENDPOINT_CONCURRENCY: "64,64",
    });
    const producer = createProducer(host.url, TOKEN);
    const rates: number[] = [];
    await deliver(producer, sink, 1, deliveries / 4);
    for (let round = 0; round < rounds; round += 1) rates.push(await deliver(producer, sink, 1, deliveries));
    await pageTimes(host.url, 2);
    const times = await pageTimes(host.url, 25);
    await producer.close();
    await host.stop();
    await sink.stop();
    directory.remove();
    if (Number.isNaN(emptyRate)) emptyRate = median(rates);
    const name = `${shown(size)} rows`;
    figures.push(
      {
        name: `deliveries/s with ${name}`,
        value: median(rates),
        shown: shown(median(rates)),
        limit: `${shown(emptyRate)} with the first size`,
        ratio: median(rates) / emptyRate,
        detail: spread(rates),
      },
      {
        name: `sent-log page with ${name}, p95`,
        value: percentile(times, 0.95),
        shown: `${shown(percentile(times, 0.95))} ms`,
        limit: "50 ms",
        detail: `median ${shown(median(times))} ms`,
      },
    );
  }
  return figures;
}
