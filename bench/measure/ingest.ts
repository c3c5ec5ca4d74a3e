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
/** A server looks every 5 s whether it can give memory back. */
const REST_MS = 12_000;
const STARTS = 5;

const rest = () => new Promise((resolve) => setTimeout(resolve, REST_MS));

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
  const atRest: number[] = [];
  for (let round = 0; round < STARTS; round += 1) {
    const trial = await startHost(directory.path, environment);
    ready.push(trial.readyMs);
    await rest();
    atRest.push(residentMB(trial.pid));
    await trial.stop();
  }
  const host = await startHost(directory.path, environment);
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
  // Once it has collected, a server that was busy does not look again for a minute: it has not yet.
  await rest();
  const afterLoad = residentMB(host.pid);

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
      name: `memory at rest, ${REST_MS / 1_000} s after READY`,
      value: median(atRest),
      shown: `${shown(median(atRest))} MB`,
      limit: "",
      detail: spread(atRest),
      bar: { atMost: 100, aim: 90, unit: "MB" },
    },
    {
      name: "memory under load, peak",
      value: peak,
      shown: `${shown(peak)} MB`,
      limit: "",
      bar: { atMost: 300, aim: 200, unit: "MB" },
    },
    {
      name: `memory ${REST_MS / 1_000} s after the load`,
      value: afterLoad,
      shown: `${shown(afterLoad)} MB`,
      limit: "",
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
