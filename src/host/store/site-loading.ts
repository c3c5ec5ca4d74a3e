/** Loads sites when somebody waits for them: each once, and many together. */
import { CallboardError } from "../../errors.ts";
import { SITE_RUNS, toRuns } from "../model/runs.ts";

export interface SiteLoading {
  /** Resolves once these sites are loaded. @throws {CallboardError} STORAGE, SHUTTING_DOWN */
  readonly load: (siteNos: readonly number[]) => Promise<void>;
  /** The same for every site; those that something waits for don't wait for the others. */
  readonly loadAll: () => Promise<void>;
  /** Loads no more: what is loading rejects with SHUTTING_DOWN. */
  readonly stopLoading: () => void;
}

/** @param loadRun loads these sites, ascending, and removes them from the unloaded ones */
export function createSiteLoading(
  unloaded: ReadonlySet<number>,
  loadRun: (run: readonly number[]) => Promise<void>,
): SiteLoading {
  /** Loads of one site each. */
  const loading = new Map<number, Promise<void>>();
  let loadingAll: Promise<void> | undefined;
  let isStopped = false;

  /** Many requests may wait for one site. It does not wait for a run of many. */
  function loadOne(siteNo: number): Promise<void> {
    const known = loading.get(siteNo);
    if (known !== undefined) return known;
    const work = loadRun([siteNo]).finally(() => loading.delete(siteNo));
    loading.set(siteNo, work);
    return work;
  }

  async function load(siteNos: Iterable<number>): Promise<void> {
    const wanted = [...new Set(siteNos)].filter((no) => unloaded.has(no)).sort((a, b) => a - b);
    for (const run of toRuns(wanted, SITE_RUNS)) {
      const left = run.filter((no) => unloaded.has(no));
      const [first] = left;
      if (first === undefined) continue;
      if (isStopped) throw new CallboardError("SHUTTING_DOWN", "The server is stopping");
      await (left.length === 1 ? loadOne(first) : loadRun(left));
    }
  }

  return {
    load,
    loadAll: () => (loadingAll ??= load(unloaded).finally(() => (loadingAll = undefined))),
    stopLoading: () => {
      isStopped = true;
    },
  };
}
