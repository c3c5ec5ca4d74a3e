/** What happens to hosts without a crash of the whole: one of several dies, one is frozen past its leases, all are restarted. */
import { setTimeout as pause } from "node:timers/promises";
import { countArrivals, listRepeats } from "../check.ts";
import { LEASE_MS, createLab, toFigures } from "../lab.ts";
import type { Figures, Lab, Scenario, Setting } from "../lab.ts";
import { largest } from "../numbers.ts";
import { ACCEPT } from "../sink.ts";
import type { Behaviour } from "../sink.ts";

const SLOW_MS = 300;
const TAKE_OVER_LIMIT_MS = LEASE_MS + 5_000;

/** Slow enough that every host holds leases at any moment. */
const slowly: Behaviour = (response, request) => void setTimeout(() => ACCEPT(response, request), SLOW_MS);

const openLab = async (setting: Setting, hosts: number): Promise<Lab> =>
  createLab({
    directory: setting.directory,
    journals: `${setting.directory}/journals`,
    databaseUrl: await setting.newUrl(),
    hosts,
    addons: ["one", "two"],
  });

async function unsettledNow(lab: Lab): Promise<number> {
  const repeats = listRepeats(await lab.store.unfinished(), countArrivals(lab.sink.arrivals));
  return repeats.reduce((sum, each) => sum + each.repeats, 0);
}

/** Kills one of two hosts and leaves it dead: how long do its orphans wait for the other one? */
async function takeOver(setting: Setting): Promise<Figures> {
  const lab = await openLab(setting, 2);
  try {
    for (const addon of lab.sink.addons) addon.behave = slowly;
    await lab.startHosts();
    const load = lab.startLoad({ rate: 100 });
    await lab.nextArrival(10_000);
    await pause(1_500);
    const [victim] = lab.hosts;
    victim?.strike();
    const diedAt = Date.now();
    await victim?.kill();
    await pause(30);
    const unsettled = await unsettledNow(lab);
    await load.stop();
    await lab.drained();
    // Without new events the last to arrive are the orphans.
    const longest = (lab.sink.arrivals.at(-1)?.at ?? Infinity) - diedAt;
    const finished = await lab.finish(load, { mayRepeat: unsettled, allDelivered: true });
    return toFigures(
      finished,
      longest,
      { leaseMs: LEASE_MS, orphanTakenOverMs: longest },
      longest > TAKE_OVER_LIMIT_MS
        ? [`I7: orphans waited ${longest} ms, their leases lasted ${LEASE_MS}`]
        : [],
    );
  } finally {
    await lab.close();
  }
}

/** Stops one of two hosts with SIGSTOP until its leases have run out and been taken over, then lets it go on. */
async function freeze(setting: Setting): Promise<Figures> {
  const lab = await openLab(setting, 2);
  try {
    for (const addon of lab.sink.addons) addon.behave = slowly;
    await lab.startHosts();
    const load = lab.startLoad({ rate: 100 });
    await lab.nextArrival(10_000);
    await pause(1_500);
    const [frozen] = lab.hosts;
    frozen?.freeze();
    await pause(30);
    const unsettled = await unsettledNow(lab);
    await pause(LEASE_MS + 6_000);
    frozen?.thaw();
    const thawedAt = Date.now();
    await pause(3_000);
    const finished = await lab.finish(load, { mayRepeat: unsettled, allDelivered: true });
    return toFigures(finished, undefined, {
      frozenMs: LEASE_MS + 6_000,
      unsettledWhenFrozen: unsettled,
      arrivedAfterThaw: lab.sink.arrivals.filter(({ at }) => at > thawedAt).length,
    });
  } finally {
    await lab.close();
  }
}

/** SIGTERM and a new start, one host after the other, again and again under load: nothing may be sent twice. */
async function restarts(setting: Setting): Promise<Figures> {
  const lab = await openLab(setting, setting.database === "SQLite" ? 1 : 2);
  try {
    await lab.startHosts();
    const load = lab.startLoad();
    await lab.nextArrival(10_000);
    const codes: (number | null)[] = [];
    const downMs: number[] = [];
    const rounds = 6;
    for (let round = 0; round < rounds; round += 1) {
      const host = lab.hosts[round % lab.hosts.length];
      if (host === undefined) break;
      await pause(setting.random.between(300, 900));
      const stoppedAt = Date.now();
      codes.push(await host.stop());
      await host.start();
      downMs.push(Date.now() - stoppedAt);
    }
    const finished = await lab.finish(load, { mayRepeat: 0, allDelivered: true });
    const bad = codes.filter((code) => code !== 0);
    return toFigures(
      finished,
      largest(downMs),
      { restarts: rounds, refused: [...load.refusals.values()].reduce((sum, count) => sum + count, 0) },
      bad.length === 0 ? [] : [`I6: ${bad.length} hosts did not end with 0 on SIGTERM`],
    );
  } finally {
    await lab.close();
  }
}

export const processScenarios: readonly Scenario[] = [
  { name: "take-over", databases: ["PostgreSQL"], run: takeOver },
  { name: "freeze", databases: ["PostgreSQL"], run: freeze },
  { name: "restarts", databases: ["SQLite", "PostgreSQL"], run: restarts },
];
