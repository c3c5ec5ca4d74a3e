/** Add-ons that behave badly beside healthy ones, and add-ons that refuse three requests in ten. */
import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { createLab, toFigures } from "../lab.ts";
import type { Figures, Lab, Scenario, Setting } from "../lab.ts";
import type { Load } from "../load.ts";
import { quantile } from "../numbers.ts";
import { ACCEPT } from "../sink.ts";
import type { Behaviour } from "../sink.ts";

const MIB = 1024 * 1024;
const BOMB = gzipSync(Buffer.alloc(100 * MIB));
const MEASURE_MS = 5_000;
const HEALTHY = ["one", "two", "three"];

function drip(response: Parameters<Behaviour>[0], piece: string): void {
  const dripping = setInterval(() => response.write(piece), 100);
  response.on("close", () => clearInterval(dripping));
}

const HOSTILE: Readonly<Record<string, Behaviour>> = {
  hang: () => undefined,
  reset: (_response, request) => request.socket.resetAndDestroy(),
  "drip-head": (_response, request) => {
    request.socket.write("HTTP/1.1 200 OK\r\n");
    const dripping = setInterval(() => request.socket.write("x-drip: 1\r\n"), 100);
    request.socket.on("close", () => clearInterval(dripping));
  },
  "drip-body": (response) => {
    response.writeHead(500);
    drip(response, "x");
  },
  endless: (response) => {
    response.writeHead(500);
    const piece = Buffer.alloc(64 * 1024, "x");
    // Not as fast as it could: the lab itself is to stay awake.
    const pouring = setInterval(() => response.write(piece), 20);
    response.on("close", () => clearInterval(pouring));
  },
  redirect: (response) => void response.writeHead(302, { location: "/trap" }).end(),
  bomb: (response) => void response.writeHead(500, { "content-encoding": "gzip" }).end(BOMB),
};

interface Period {
  readonly from: number;
  readonly to: number;
}

async function period(): Promise<Period> {
  const from = Date.now();
  await pause(MEASURE_MS);
  return { from, to: Date.now() };
}

/** How the healthy add-ons fared: requests that arrived, and how long after their event was accepted. */
interface Health {
  readonly arrived: number;
  readonly p99Ms: number;
}

function measureHealth(lab: Lab, load: Load, { from, to }: Period): Health {
  const latencies = lab.sink.arrivals.flatMap(({ addon, mark, at }) => {
    const accepted = load.accepted.get(mark);
    return accepted === undefined || !HEALTHY.includes(addon) || at < from || at >= to
      ? []
      : [at - accepted.at];
  });
  return { arrived: latencies.length, p99Ms: quantile(latencies, 0.99) };
}

const TOO_BUSY = "not judged: two calm periods differ, the machine is too busy";

/** What bad neighbours did to the healthy ones, held against two periods without them; nothing when they did nothing. */
function judgeIsolation(first: Health, second: Health, bad: Health): readonly string[] {
  const isLess = (one: Health, other: Health) => one.arrived < other.arrived * 0.95;
  const isLater = (one: Health, other: Health) => one.p99Ms > other.p99Ms * 1.2 + 50;
  const differs =
    isLess(first, second) || isLess(second, first) || isLater(first, second) || isLater(second, first);
  if (differs) return [TOO_BUSY];
  return [
    ...(isLess(bad, first) && isLess(bad, second)
      ? ["less than 95 % of before reached the healthy add-ons"]
      : []),
    ...(isLater(bad, first) && isLater(bad, second)
      ? [`the healthy add-ons waited ${bad.p99Ms} ms, before ${second.p99Ms} ms`]
      : []),
  ];
}

async function hostile(setting: Setting): Promise<Figures> {
  const lab = await createLab({
    directory: setting.directory,
    journals: `${setting.directory}/journals`,
    databaseUrl: await setting.newUrl(),
    hosts: 1,
    addons: [...HEALTHY, ...Object.keys(HOSTILE)],
    // Retries as far apart as real ones are in proportion, or the lab would measure a storm of its own making.
    environment: { CALLBOARD_REQUEST_TIMEOUT: "1s", CALLBOARD_RETRY_SCHEDULE: "3s,3s,3s,3s" },
  });
  try {
    await lab.startHosts();
    const load = lab.startLoad({ rate: 20, concurrency: 8 });
    await lab.nextArrival(10_000);
    await pause(2_000);
    const calm = [await period(), await period()] as const;
    const hostileSince = Date.now();
    for (const [key, behave] of Object.entries(HOSTILE)) lab.sink.addon(key).behave = behave;
    await pause(1_000);
    const hostilePeriod = await period();
    for (const key of Object.keys(HOSTILE)) lab.sink.addon(key).behave = ACCEPT;
    await load.stop();
    await lab.drained();
    // A kept connection that is reset is taken for one that had been closed already: the request is repeated at once.
    const resets = lab.sink.arrivals.filter(
      ({ addon, at }) => addon === "reset" && at >= hostileSince,
    ).length;
    const finished = await lab.finish(load, { mayRepeat: resets, allDelivered: false });

    const [first, second] = [measureHealth(lab, load, calm[0]), measureHealth(lab, load, calm[1])];
    const bad = measureHealth(lab, load, hostilePeriod);
    const isolation = judgeIsolation(first, second, bad);
    const { deliveries } = await lab.store.dump();
    const failed = deliveries.filter(({ because }) => because !== null);
    const refusedOtherwise = failed.filter(
      ({ because }) => because !== "rejected" && because !== "exhausted",
    );
    return toFigures(
      finished,
      undefined,
      {
        healthyP99Ms: bad.p99Ms,
        healthyP99CalmMs: second.p99Ms,
        healthyShare: bad.arrived / second.arrived,
        isolation: isolation.length === 0 ? "kept" : isolation.join(" and "),
      },
      [
        ...(isolation.length === 0 || isolation[0] === TOO_BUSY
          ? []
          : isolation.map((each) => `I5: ${each}`)),
        ...(refusedOtherwise.length === 0
          ? []
          : [`I2: ${refusedOtherwise.length} failed for another reason`]),
      ],
    );
  } finally {
    await lab.close();
  }
}

const REFUSED_SHARE = 0.3;

async function refusals(setting: Setting): Promise<Figures> {
  const lab = await createLab({
    directory: setting.directory,
    journals: `${setting.directory}/journals`,
    databaseUrl: await setting.newUrl(),
    hosts: 1,
    addons: ["one", "two"],
  });
  try {
    const sometimes: Behaviour = (response) =>
      void response.writeHead(setting.random.next() < REFUSED_SHARE ? 500 : 204).end();
    for (const addon of lab.sink.addons) addon.behave = sometimes;
    await lab.startHosts();
    const load = lab.startLoad({ rate: 200 });
    await lab.nextArrival(10_000);
    await pause(MEASURE_MS);
    const finished = await lab.finish(load, { mayRepeat: 0, allDelivered: true });
    const { deliveries } = await lab.store.dump();
    const retried = deliveries.filter(({ attempts }) => attempts > 1).length / deliveries.length;
    return toFigures(
      finished,
      undefined,
      { retriedShare: retried },
      Math.abs(retried - REFUSED_SHARE) > 0.1
        ? [`I2: ${retried} of the deliveries were retried, not 0.3`]
        : [],
    );
  } finally {
    await lab.close();
  }
}

export const addonScenarios: readonly Scenario[] = [
  { name: "hostile-add-ons", databases: ["SQLite", "PostgreSQL"], run: hostile },
  { name: "refusals", databases: ["SQLite", "PostgreSQL"], run: refusals },
];
