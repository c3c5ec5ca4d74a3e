/** What a scrape of /metrics costs with 10,000 endpoints on 200 sites, none of them counted before. */
import { setTimeout as pause } from "node:timers/promises";
import { newDirectory, startHost } from "../processes.ts";
import { tellFigure } from "../report.ts";
import type { Figure } from "../report.ts";
import { MASTER_KEY, TEN_THOUSAND_ENDPOINTS, TOKEN, seedRegistry, withDatabase } from "../seed.ts";
import { median, shown, spread } from "../statistics.ts";

/** Until then the figures of the scrape before are shown. */
const COUNTED_FOR_MS = 6_000;

export async function measureMetrics(rounds: number): Promise<readonly Figure[]> {
  const directory = newDirectory();
  await withDatabase(`sqlite:${directory.path}/callboard.sqlite`, (database) =>
    seedRegistry(database, TEN_THOUSAND_ENDPOINTS),
  );
  const host = await startHost(directory.path, {
    CALLBOARD_MASTER_KEY: MASTER_KEY,
    CALLBOARD_ADMIN_TOKEN: TOKEN,
  });
  try {
    const times: number[] = [];
    let text = "";
    for (let round = 0; round < rounds; round += 1) {
      await pause(COUNTED_FOR_MS);
      const startedAt = performance.now();
      const response = await fetch(`${host.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
      text = await response.text();
      times.push(performance.now() - startedAt);
    }
    if (!text.includes("callboard_database_up 1")) throw new Error("the database was not counted");
    const series = text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).length;
    const figure: Figure = {
      name: "scrape with 10,000 endpoints",
      value: median(times),
      shown: `${shown(median(times))} ms`,
      limit: "",
      detail: `${spread(times)} ms; ${series.toLocaleString("en")} series, ${shown(text.length / 1024)} KiB`,
      bar: { atMost: 500, aim: 200, unit: "ms" },
    };
    tellFigure(figure);
    return [figure];
  } finally {
    await host.stop();
    directory.remove();
  }
}
