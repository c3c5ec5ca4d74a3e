/** What a large product costs: CPU per event of a product with 10,000 event types beside one with 50, in turn. */
import { cpuMicros } from "../cpu.ts";
import { newDirectory, startHost, startSink } from "../processes.ts";
import { createProducer } from "../producer.ts";
import { tellFigure } from "../report.ts";
import type { Figure } from "../report.ts";
import { MASTER_KEY, TOKEN } from "../seed.ts";
import { median, ratios, shown, spread } from "../statistics.ts";
import { deliver } from "./throughput.ts";

const FEW = 50;
const MANY = 10_000;

const eventName = (index: number): string => `crane-${index}.stopped`;

function documentWith(types: number): object {
  const event = (index: number) => ({
    name: `Crane ${index} stopped`,
    description: `Crane ${index} has stopped, by hand or by itself.`,
    group: `Pier ${Math.floor(index / 50)}`,
    schema: {
      type: "object",
      required: ["crane"],
      properties: {
        crane: { type: "object", properties: { id: { type: "integer" } } },
        reason: { type: "string" },
      },
    },
    sample: { crane: { id: index }, reason: "wind" },
  });
  return {
    product: "harbor",
    name: "Harbor",
    description: "Port operations",
    events: Object.fromEntries(Array.from({ length: types }, (_, index) => [eventName(index), event(index)])),
  };
}

interface Running {
  /** From the request with the document to its response. */
  readonly putMs: number;
  /** Microseconds of CPU per event. */
  readonly measure: (events: number) => Promise<number>;
  readonly stop: () => Promise<void>;
}

async function start(types: number): Promise<Running> {
  const directory = newDirectory();
  const sink = await startSink();
  const host = await startHost(directory.path, {
    CALLBOARD_MASTER_KEY: MASTER_KEY,
    CALLBOARD_ADMIN_TOKEN: TOKEN,
    CALLBOARD_ENDPOINT_CONCURRENCY: "64,64",
  });
  async function call(method: string, path: string, body: object): Promise<void> {
    const response = await fetch(`${host.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
  }
  const startedAt = performance.now();
  await call("PUT", "/products/harbor", documentWith(types));
  const putMs = performance.now() - startedAt;
  await call("POST", "/sites", { key: "quay", product: "harbor", name: "Quay" });
  await call("POST", "/sites/quay/webhooks", {
    name: "Board",
    url: `http://127.0.0.1:${sink.ports[0] ?? 0}/`,
    events: ["crane-*"],
  });
  const producer = createProducer(host.url, TOKEN, {
    site: "quay",
    getEvent: (mark) => eventName(mark % types),
  });
  return {
    putMs,
    measure: async (events) => {
      const before = cpuMicros(host.pid);
      await deliver(producer, sink, { fanOut: 1, deliveries: events });
      return (cpuMicros(host.pid) - before) / events;
    },
    stop: async () => {
      await producer.close();
      await host.stop();
      await sink.stop();
      directory.remove();
    },
  };
}

/** @param events of a round; fewer than may wait for one endpoint */
export async function measureOwnProducts(rounds: number, events: number): Promise<readonly Figure[]> {
  const [many, few] = [await start(MANY), await start(FEW)];
  const ours: number[] = [];
  const theirs: number[] = [];
  await many.measure(events);
  await few.measure(events);
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await many.measure(events));
    theirs.push(await few.measure(events));
  }
  await many.stop();
  await few.stop();
  const quotients = ratios(ours, theirs);
  const types = MANY.toLocaleString("en");
  const figures: readonly Figure[] = [
    {
      name: `CPU per event, product with ${types} event types ÷ with ${FEW}`,
      value: median(ours),
      shown: `${shown(median(ours))} µs`,
      limit: `with ${FEW} ${shown(median(theirs))} µs`,
      ratio: median(quotients),
      detail: spread(quotients),
      bar: { atMost: 1.15, aim: 1.05 },
    },
    {
      name: `put a product with ${types} event types`,
      value: many.putMs,
      shown: `${shown(many.putMs)} ms`,
      limit: `with ${FEW} ${shown(few.putMs)} ms`,
      detail: "checked on a thread",
    },
  ];
  figures.forEach(tellFigure);
  return figures;
}
