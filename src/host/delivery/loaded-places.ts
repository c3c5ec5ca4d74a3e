/**
 * Work on lanes, which need their site's registry in memory. At a start most sites are not there yet: those with something due
 * are loaded first, and work on the others' lanes goes on meanwhile.
 */
import type { Logger } from "../../logger.ts";
import { untilDone } from "../../until-done.ts";
import { SITE_RUNS, toRuns } from "../model/runs.ts";
import type { Snapshots } from "../store/snapshot.ts";

const AGAIN_AFTER_MS = 1_000;

interface Place {
  readonly siteNo: number;
}

export interface LoadedPlaces {
  /**
   * Does the work on the places of loaded sites, nearly always on all of them, and resolves then. The work on the others follows when
   * their sites are loaded. It is repeated until it succeeds.
   */
  readonly visit: <P extends Place>(
    places: readonly P[],
    work: (places: readonly P[]) => void | Promise<void>,
  ) => Promise<void>;
  /** Reports whether work waits for sites. */
  readonly isUnderWay: () => boolean;
  /** Begins no more work. Resolves when none is under way. */
  readonly stop: () => Promise<void>;
}

export interface LoadedPlacesParts {
  readonly snapshots: Pick<Snapshots, "isLoaded" | "load">;
  readonly logger: Logger;
}

export function createLoadedPlaces({ snapshots, logger }: LoadedPlacesParts): LoadedPlaces {
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  const { signal } = stopping;
  const onError = (error: unknown) => logger.warn("registry.load-failed", { error });

  /** Each run as soon as it can: what is due is not sent later because others are. */
  async function follow<P extends Place>(
    places: readonly P[],
    work: (places: readonly P[]) => void | Promise<void>,
  ): Promise<void> {
    const siteNos = [...new Set(places.map(({ siteNo }) => siteNo))].sort((a, b) => a - b);
    for (const run of toRuns(siteNos, SITE_RUNS)) {
      const sites = new Set(run);
      await untilDone(
        async () => {
          await snapshots.load(run);
          if (!signal.aborted) await work(places.filter(({ siteNo }) => sites.has(siteNo)));
        },
        { againAfterMs: AGAIN_AFTER_MS, signal, onError },
      );
    }
  }

  return {
    visit: async (places, work) => {
      if (places.every(({ siteNo }) => snapshots.isLoaded(siteNo))) {
        await work(places);
        return;
      }
      const others = places.filter(({ siteNo }) => !snapshots.isLoaded(siteNo));
      await work(places.filter(({ siteNo }) => snapshots.isLoaded(siteNo)));
      const following = follow(others, work).finally(() => underWay.delete(following));
      underWay.add(following);
    },
    isUnderWay: () => underWay.size > 0,
    stop: async () => {
      stopping.abort();
      await Promise.all(underWay);
    },
  };
}
