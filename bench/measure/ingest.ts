/** Events accepted per second, durable, one per request, with no subscriber, beside a bare node:http server; memory and start-up. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { newDirectory, residentMB, startHost, startSink } from "../processes.ts";
import { createProducer } from "../producer.ts";
import type { Figure } from "../report.ts";
import { EVENT, MASTER_KEY, TOKEN, seedAddons, withDatabase } from "../seed.ts";
import { median, ratios, shown, spread } from "../statistics.ts";
import { deliver } from "./throughput.ts";

const CONCURRENCY = 64;
/** No add-on subscribes to it. */
const UNHEARD = "filter_created";

async function postAll(post: (mark: number) => Promise<unknown>, total: number): Promise<number> {
  const startedAt = performance.now();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < total) {
      next += 1;
      await post(next);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return total / ((performance.now() - startedAt) / 1000);
}

export async function measureIngest(rounds: number, events: number): Promise<readonly Figure[]> {
  const directory = newDirectory();
  const sink = await startSink();
  const url = `sqlite:${directory.path}/callboard.sqlite`;
  await withDatabase(url, (database) =>
    seedAddons(database, [{ key: "addon", port: sink.ports[0] ?? 0, event: EVENT }]),
  );
  const environment = { CALLBOARD_MASTER_KEY: MASTER_KEY, CALLBOARD_ADMIN_TOKEN: TOKEN };

  const ready: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const trial = await startHost(directory.path, environment);
    ready.push(trial.readyMs);
    await trial.stop();
  }
  const host = await startHost(directory.path, environment);
  const atRest = residentMB(host.pid);
  const producer = createProducer(host.url, TOKEN, { connections: CONCURRENCY });
  const bareServer = fork(fileURLToPath(new URL("../bare-server.js", import.meta.url)));
  const [{ ports }] = (await once(bareServer, "message")) as [{ ports: readonly number[] }];
  const bareProducer = createProducer(`http://127.0.0.1:${ports[0] ?? 0}`, TOKEN, {
    connections: CONCURRENCY,
  });

  const ours: number[] = [];
  const bare: number[] = [];
  await postAll((mark) => producer.post(mark, UNHEARD), events / 4);
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await postAll((mark) => producer.post(mark, UNHEARD), events));
    bare.push(await postAll((mark) => bareProducer.post(mark, UNHEARD), events));
  }
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, residentMB(host.pid))), 50);
  await deliver(producer, sink, { fanOut: 1, deliveries: events });
  clearInterval(watch);

  bareServer.kill("SIGKILL");
  await producer.close();
  await bareProducer.close();
  await host.stop();
  await sink.stop();
  directory.remove();
  const toBare = ratios(ours, bare);
  return [
    {
      name: "events/s accepted, one per request, durable, no subscriber",
      value: median(ours),
      shown: shown(median(ours)),
      limit: `bare node:http ${shown(median(bare))}`,
      ratio: median(toBare),
      detail: spread(toBare),
      bar: { atLeast: 0.3, aim: 0.45 },
    },
    {
      name: "memory at rest",
      value: atRest,
      shown: `${shown(atRest)} MB`,
      limit: "",
      bar: { atMost: 150, aim: 100, unit: "MB" },
    },
    {
      name: "memory under load, peak",
      value: peak,
      shown: `${shown(peak)} MB`,
      limit: "",
      bar: { atMost: 300, aim: 200, unit: "MB" },
    },
    {
      name: "start to READY, existing database",
      value: median(ready),
      shown: `${shown(median(ready))} ms`,
      limit: "",
      detail: spread(ready),
      bar: { atMost: 1_000, aim: 500, unit: "ms" },
    },
  ];
}
