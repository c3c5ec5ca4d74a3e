/** kill -9 at random and at named moments under full load; on PostgreSQL it hits one of two hosts in turn. */
import { setTimeout as pause } from "node:timers/promises";
import { countArrivals, listRepeats } from "../check.ts";
import { KILL_POINTS, armKill } from "../kill-points.ts";
import type { KillPoint } from "../kill-points.ts";
import { createLab, toFigures } from "../lab.ts";
import type { Figures, Lab, LabOptions, LoadWish, Scenario, Setting } from "../lab.ts";
import type { Behaviour } from "../sink.ts";
import type { LabHost } from "../host.ts";
import type { Load } from "../load.ts";
import { largest, median } from "../numbers.ts";

const MAX_WAIT_MS = 10_000;
/** Accepted between two kills at least, and in all. */
const LEAST_ACCEPTED = 50;
const LEAST_IN_ALL = 1_000;
const ADDONS = ["one", "two", "three"];
const FIRST_DELIVERY_LIMIT_MS = 5_000;

interface Kill {
  readonly point: KillPoint;
  /** Under way or not settled when the host died: what may be repeated. */
  readonly unsettled: number;
  /** From starting the host again until it was ready. */
  readonly startMs: number;
  /** From starting the host again to the first request at an add-on. */
  readonly recoveryMs: number | undefined;
}

/** A life that took nothing could lose nothing. Gives up when nothing was taken for so long. */
async function untilAccepted(load: Load, count: number): Promise<void> {
  let before = load.accepted.size;
  let deadline = Date.now() + MAX_WAIT_MS;
  while (load.accepted.size < count && Date.now() < deadline) {
    await pause(5);
    if (load.accepted.size > before) deadline = Date.now() + MAX_WAIT_MS;
    before = load.accepted.size;
  }
}

interface Moment {
  readonly point: KillPoint;
  readonly afterMs: number;
  readonly afterKill: KillsOptions["afterKill"];
}

async function killOnce(
  lab: Lab,
  load: Load,
  host: LabHost,
  { point, afterMs, afterKill }: Moment,
): Promise<Kill> {
  await pause(afterMs);
  await new Promise<void>((resolve) => {
    const strike = (): void => {
      clearTimeout(giveUp);
      disarm();
      host.strike();
      resolve();
    };
    // The moment may never come: then any moment will do.
    const giveUp = setTimeout(strike, MAX_WAIT_MS);
    const disarm = armKill(point, lab, load, strike);
  });
  await host.kill();
  // What had reached this machine's network before the death is still on its way to the add-ons here.
  await pause(30);
  const unfinished = await lab.store.unfinished();
  const unsettled = listRepeats(unfinished, countArrivals(lab.sink.arrivals)).reduce(
    (n, r) => n + r.repeats,
    0,
  );
  await afterKill?.(lab);
  const startedAt = Date.now();
  const first = lab.nextArrival(MAX_WAIT_MS);
  await host.start();
  const startMs = Date.now() - startedAt;
  const arrival = await first;
  return {
    point,
    unsettled,
    startMs,
    recoveryMs: arrival === undefined ? undefined : arrival.at - startedAt,
  };
}

export interface KillsOptions {
  readonly receivers?: Pick<LabOptions, "orderBy" | "batch" | "environment">;
  readonly load?: LoadWish;
  /** While a host is dead. */
  readonly afterKill?: (lab: Lab) => Promise<void>;
  /** How the add-ons behave; they accept everything when left out. */
  readonly behave?: Behaviour;
  /** What else is measured and checked once everything has ended. */
  readonly judge?: (lab: Lab) => Promise<Pick<Figures, "details" | "violations">>;
}

/** Kills hosts under load, and checks every promise afterwards. */
export async function runKills(
  setting: Setting,
  { receivers = {}, load: wish, afterKill, behave, judge }: KillsOptions = {},
): Promise<Figures> {
  const { random, database } = setting;
  const lab = await createLab({
    directory: setting.directory,
    journals: `${setting.directory}/journals`,
    databaseUrl: await setting.newUrl(),
    hosts: database === "SQLite" ? 1 : 2,
    addons: ADDONS,
    ...receivers,
  });
  for (const addon of lab.sink.addons) if (behave !== undefined) addon.behave = behave;
  try {
    await lab.startHosts();
    const load = lab.startLoad(wish);
    await lab.nextArrival(MAX_WAIT_MS);
    const kills: Kill[] = [];
    const inAll = Math.max(LEAST_IN_ALL, Math.ceil((setting.deliveries ?? 0) / ADDONS.length));
    const perKill = Math.max(LEAST_ACCEPTED, Math.ceil(inAll / setting.kills));
    for (let index = 0; index < setting.kills; index += 1) {
      const host = lab.hosts[index % lab.hosts.length];
      if (host === undefined) break;
      await untilAccepted(load, load.accepted.size + perKill);
      const moment = { point: random.pick(KILL_POINTS), afterMs: random.between(0, 300), afterKill };
      kills.push(await killOnce(lab, load, host, moment));
      setting.progress?.(kills.length, setting.kills);
    }
    const unsettled = kills.reduce((sum, kill) => sum + kill.unsettled, 0);
    const finished = await lab.finish(load, { mayRepeat: unsettled, allDelivered: true });
    const judged = await judge?.(lab);
    const recoveries = kills.flatMap(({ recoveryMs }) => recoveryMs ?? []);
    return toFigures(
      finished,
      largest(recoveries),
      {
        kills: kills.length,
        duplicatesPerKill: finished.duplicates / Math.max(kills.length, 1),
        unsettledPerKill: unsettled / Math.max(kills.length, 1),
        recoveryMedianMs: median(recoveries),
        startMedianMs: median(kills.map(({ startMs }) => startMs)),
        refusedWhileDown: [...load.refusals.values()].reduce((sum, count) => sum + count, 0),
        ...judged?.details,
      },
      // Of the median, since one restart among many may meet a busy machine; the longest is shown.
      [
        ...(judged?.violations ?? []),
        ...(median(recoveries) > FIRST_DELIVERY_LIMIT_MS
          ? ["I7: it took longer than 5 s to the first delivery"]
          : []),
      ],
    );
  } finally {
    await lab.close();
  }
}

export const kills: Scenario = { name: "kills", databases: ["SQLite", "PostgreSQL"], run: runKills };
