/** Paused endpoints, one attempt an hour each, by whichever process asks first: how they are found to be back. */
import type { Logger } from "../../logger.ts";
import type { Database } from "../store/database.ts";
import { takeWaiting } from "../store/deliveries.ts";
import type { DueDelivery, EndpointAt, Lease } from "../store/deliveries.ts";
import { claimProbes } from "../store/endpoint-life.ts";
import type { SiteSnapshot, Snapshots } from "../store/snapshot.ts";

const LOOK_EVERY_MS = 1_000;
/** Who has no probe to send now, or nothing waiting, is asked about again after this. */
const ASK_AGAIN_MS = 5_000;

export interface ProbeDependencies {
  readonly database: Database;
  readonly snapshots: Snapshots;
  readonly newLease: (now: number) => Lease | undefined;
  readonly now: () => number;
  readonly logger: Logger;
  /** This process is about to send one: what it holds of the endpoint's deliveries goes back before. */
  readonly before: (endpointNo: number) => Promise<void>;
  readonly send: (delivery: DueDelivery) => void;
}

export interface Probes {
  readonly start: () => void;
  readonly stop: () => Promise<void>;
}

export function createProbes(dependencies: ProbeDependencies): Probes {
  const { database, snapshots, newLease, now, logger, before, send } = dependencies;
  const pausedIn = new WeakMap<SiteSnapshot, readonly EndpointAt[]>();
  const askAt = new Map<number, number>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;

  function pausedOf(site: SiteSnapshot): readonly EndpointAt[] {
    let paused = pausedIn.get(site);
    if (paused === undefined) {
      paused = [...site.endpoints.values()]
        .filter(({ pausedAt }) => pausedAt !== undefined)
        .map(({ siteNo, no, probeAt = 0 }) => {
          askAt.set(no, probeAt);
          return { siteNo, endpointNo: no };
        });
      pausedIn.set(site, paused);
    }
    return paused;
  }

  async function look(): Promise<void> {
    const at = now();
    const asked = snapshots
      .all()
      .flatMap(pausedOf)
      .filter(({ endpointNo }) => (askAt.get(endpointNo) ?? 0) <= at);
    if (asked.length === 0) return;
    for (const { endpointNo } of asked) askAt.set(endpointNo, at + ASK_AGAIN_MS);
    for (const endpoint of await claimProbes(database.autocommit, asked, at)) {
      await before(endpoint.endpointNo);
      const delivery = await takeWaiting(database.autocommit, endpoint, newLease(now()), now());
      if (delivery !== undefined) send(delivery);
    }
  }

  return {
    start: () => {
      timer = setInterval(() => {
        looking ??= look()
          .catch((error: unknown) => logger.warn("endpoint.probe-failed", { error }))
          .finally(() => (looking = undefined));
      }, LOOK_EVERY_MS);
    },
    stop: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}
