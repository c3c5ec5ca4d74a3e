/** Runs of generated events: what was asked for, and the result of each as it comes in. */
import type { Generated } from "../generate.ts";
import { generate, describeResults } from "../generate.ts";
import type { GenerateOptions } from "../generate.ts";
import type { HostSite } from "../host-api.ts";

export interface Run {
  readonly id: number;
  readonly results: readonly Generated[];
  readonly waiting: number;
  readonly summary: string;
}

export interface Runs {
  /** Starts generating and returns at once. */
  readonly start: (events: readonly { readonly site: HostSite; readonly event: string }[]) => Run;
  readonly find: (id: number) => Run | undefined;
}

const KEPT = 20;

/** `changed` is called whenever a run has got further. */
export function createRuns(options: Omit<GenerateOptions, "onResult">, changed: () => void): Runs {
  const runs = new Map<number, Generated[]>();
  let lastId = 0;

  function toRun(id: number, results: readonly Generated[]): Run {
    const waiting = results.filter(({ outcome }) => outcome.kind === "waiting").length;
    return { id, results, waiting, summary: describeResults(results) };
  }

  return {
    start: (events) => {
      const id = ++lastId;
      const results = events.map((event): Generated => ({ ...event, outcome: { kind: "waiting" } }));
      runs.set(id, results);
      if (runs.size > KEPT) runs.delete(id - KEPT);
      void generate(events, {
        ...options,
        onResult: (result) => {
          const at = results.findIndex(
            ({ site, event }) => site.key === result.site.key && event === result.event,
          );
          results[at] = result;
          changed();
        },
      });
      return toRun(id, results);
    },
    find: (id) => {
      const results = runs.get(id);
      return results === undefined ? undefined : toRun(id, results);
    },
  };
}
