/**
 * Probes, each by whichever process asks first: one attempt an hour at a paused endpoint, which is how it is found to be back,
 * and at any endpoint the one that a person asked for.
 */
import type { Logger } from "../../logger.ts";
import type { Database } from "../store/db/database.ts";
import { takeWaiting } from "../store/tables/deliveries.ts";
import { claimProbes } from "../store/tables/endpoint-life.ts";
import type { Snapshots } from "../store/snapshot.ts";
import type { DueDelivery, EndpointAt, Lease } from "../model/delivery.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

const LOOK_EVERY_MS = 1_000;
/** A probe that a person asked for and that nobody could send within this time lapses. */
const ASKED_FOR_MS = 15_000;
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

interface Probed extends EndpointAt {
  readonly until: number;
}

export interface Probes {
  readonly start: () => void;
  readonly stop: () => Promise<void>;
}

export function createProbes(dependencies: ProbeDependencies): Probes {
  const { database, snapshots, newLease, now, logger, before, send } = dependencies;
  const probedIn = new WeakMap<SiteSnapshot, readonly Probed[]>();
  const askAt = new Map<number, number>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;

  function probedOf(site: SiteSnapshot): readonly Probed[] {
    let probed = probedIn.get(site);
    if (probed === undefined) {
      probed = [...site.endpoints.values()]
        .filter(({ pausedAt, probeAt }) => pausedAt !== undefined || probeAt !== undefined)
        .map(({ siteNo, no, pausedAt, probeAt = 0 }) => {
          askAt.set(no, probeAt);
          return {
            siteNo,
            endpointNo: no,
            until: pausedAt === undefined ? probeAt + ASKED_FOR_MS : Infinity,
          };
        });
      probedIn.set(site, probed);
    }
    return probed;
  }

  async function look(): Promise<void> {
    const at = now();
    const asked = snapshots
      .all()
      .flatMap(probedOf)
      .filter(({ endpointNo, until }) => (askAt.get(endpointNo) ?? 0) <= at && at < until);
    if (asked.length === 0) return;
    for (const { endpointNo } of asked) askAt.set(endpointNo, at + ASK_AGAIN_MS);
    for (const endpoint of await claimProbes(database.autocommit, asked, at)) {
      await before(endpoint.endpointNo);
      const delivery = await takeWaiting(database.autocommit, endpoint, newLease(now()), now());
      if (delivery !== undefined) send(delivery);
    }
  }

  function lookOnce(): void {
    looking ??= look()
      .catch((error: unknown) => logger.warn("endpoint.probe-failed", { error }))
      .finally(() => (looking = undefined));
  }

  return {
    start: () => {
      timer = setInterval(lookOnce, LOOK_EVERY_MS);
    },
    stop: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}
