/** PostgreSQL goes away: it restarts, its connections go dark, or the answer to a COMMIT is lost. */
import { setTimeout as pause } from "node:timers/promises";
import { createLab, toFigures } from "../lab.ts";
import type { Figures, Lab, Scenario, Setting } from "../lab.ts";
import type { Load } from "../load.ts";
import { startProxy } from "../proxy.ts";
import type { Proxy } from "../proxy.ts";
import { countArrivals, listRepeats } from "../check.ts";

const MAX_WAIT_MS = 90_000;
const MAX_RECOVERY_MS = 30_000;
const LOST_COMMITS = 10;

interface Cut {
  /** What may be sent twice because of it. */
  readonly mayRepeat: number;
  readonly details: Readonly<Record<string, number | string>>;
}

/** Two hosts behind a proxy under load; `cut` does the harm, then the time until both ends work again is taken. */
async function behindProxy(
  setting: Setting,
  cut: (lab: Lab, load: Load, proxy: Proxy) => Promise<Cut>,
): Promise<Figures> {
  const directUrl = await setting.newUrl();
  const direct = new URL(directUrl);
  const proxy = await startProxy({ host: direct.hostname, port: Number(direct.port) });
  const proxied = new URL(directUrl);
  proxied.port = String(proxy.port);
  const lab = await createLab({
    directory: setting.directory,
    journals: `${setting.directory}/journals`,
    databaseUrl: proxied.href,
    directUrl,
    hosts: 2,
    addons: ["one", "two"],
  });
  try {
    await lab.startHosts();
    const load = lab.startLoad({ rate: 300 });
    await lab.nextArrival(10_000);
    await pause(1_500);
    const cutAt = Date.now();
    const { mayRepeat, details } = await cut(lab, load, proxy);
    const recoveryMs = (await worksAgain(lab, load)) - cutAt;
    await pause(1_500);
    const finished = await lab.finish(load, { mayRepeat, allDelivered: true });
    const duplicates = [...load.accepted.values()].filter(({ duplicate }) => duplicate).length;
    return toFigures(
      finished,
      recoveryMs,
      { ...details, answeredAsDuplicate: duplicates },
      recoveryMs > MAX_RECOVERY_MS ? [`I7: it took ${recoveryMs} ms until everything worked again`] : [],
    );
  } finally {
    await lab.close();
    await proxy.close();
  }
}

/** When an event that began after now was accepted, and a delivery arrived. */
async function worksAgain(lab: Lab, load: Load): Promise<number> {
  const startedAt = Date.now();
  const isSince = ({ at }: { readonly at: number }) => at > startedAt;
  for (;;) {
    const accepted = [...load.accepted.values()].slice(-200).find(isSince);
    const arrived = lab.sink.arrivals.slice(-200).find(isSince);
    if (accepted !== undefined && arrived !== undefined) return Math.max(accepted.at, arrived.at);
    if (Date.now() - startedAt > MAX_WAIT_MS) return Infinity;
    await pause(10);
  }
}

async function unsettledNow(lab: Lab): Promise<number> {
  const repeats = listRepeats(await lab.store.unfinished(), countArrivals(lab.sink.arrivals));
  return repeats.reduce((sum, each) => sum + each.repeats, 0);
}

const restart = (how: "fast" | "immediate") => (setting: Setting) =>
  behindProxy(setting, async () => {
    const startedAt = Date.now();
    await setting.restartPostgres(how);
    return { mayRepeat: 0, details: { databaseDownMs: Date.now() - startedAt } };
  });

const halfOpen = (setting: Setting) =>
  behindProxy(setting, async (lab, _load, proxy) => {
    proxy.blackhole();
    await pause(50);
    // What was answered while nothing could be written is settled late; a lease that ran out meanwhile is sent again.
    return { mayRepeat: await unsettledNow(lab), details: {} };
  });

const lostCommits = (setting: Setting) =>
  behindProxy(setting, async (_lab, _load, proxy) => {
    for (let index = 0; index < LOST_COMMITS; index += 1) {
      await proxy.loseNextCommit();
      await pause(setting.random.between(50, 250));
    }
    return { mayRepeat: 0, details: { commitsLost: LOST_COMMITS } };
  });

export const connectionScenarios: readonly Scenario[] = [
  { name: "postgres-restart", databases: ["PostgreSQL"], run: restart("fast") },
  { name: "postgres-crash", databases: ["PostgreSQL"], run: restart("immediate") },
  { name: "half-open", databases: ["PostgreSQL"], run: halfOpen },
  { name: "lost-commits", databases: ["PostgreSQL"], run: lostCommits },
];
