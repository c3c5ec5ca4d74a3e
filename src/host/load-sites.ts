/** Loads the sites that nothing waited for, once the host is ready. What looks at all sites starts then. */
import type { Job } from "./build/jobs.ts";
import type { HostContext } from "./context.ts";
import { prepareSite } from "./events/prepare-site.ts";
import { untilDone } from "../until-done.ts";

const AGAIN_AFTER_MS = 1_000;
/** What the first events need is made ready once the host has said that it is: a start does not wait for it. */
const WARM_AFTER_MS = 250;

export interface SiteLoader {
  /** Resolves once every site is loaded and the jobs have started. */
  readonly start: () => Promise<void>;
  /** Ends early, and stops the jobs that have started. */
  readonly stop: () => Promise<void>;
}

/** @param jobs those that look at any site */
export function createSiteLoader(
  { snapshots, logger }: Pick<HostContext, "snapshots" | "logger">,
  jobs: readonly Job[],
): SiteLoader {
  const started: Job[] = [];
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> | undefined;
  let warming: NodeJS.Timeout | undefined;

  async function run(): Promise<void> {
    const onError = (error: unknown) => logger.warn("registry.load-failed", { error });
    await untilDone(snapshots.loadAll, { againAfterMs: AGAIN_AFTER_MS, signal, onError });
    for (const job of jobs) {
      if (signal.aborted) return;
      started.unshift(job);
      await job.start();
    }
    warming = setTimeout(() => {
      for (const snapshot of snapshots.all()) void prepareSite(snapshot)?.catch(() => undefined);
    }, WARM_AFTER_MS).unref();
  }

  return {
    start: () => (running = run()),
    stop: async () => {
      stopping.abort();
      snapshots.stopLoading();
      await running;
      clearTimeout(warming);
      for (const job of started) await job.stop();
    },
  };
}
