/** Soon after a start not every site is in memory. What reads is answered with the sites that it needs, and waits for no others. */
import { UnloadedError } from "../../model/site-snapshot.ts";
import type { SiteLoading } from "../../store/site-loading.ts";

export type LoadableSites = Pick<SiteLoading, "load" | "loadAll">;

/** Runs work that changes nothing, and again each time that it came upon a site that was not loaded. */
export type WithSites = <T>(work: () => Promise<T>) => Promise<T>;

/** Sites that are loaded one by one; what needs more than these waits for all. */
const MAX_SINGLE = 3;

export function createWithSites({ load, loadAll }: LoadableSites): WithSites {
  return async (work) => {
    for (let times = 0; ; times += 1) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof UnloadedError)) throw error;
        const { siteNo } = error;
        await (siteNo === undefined || times >= MAX_SINGLE ? loadAll() : load([siteNo]));
      }
    }
  };
}
