/** Looks every second at what this process waits for, and says what limits it. */
import { performance } from "node:perf_hooks";
import { createRepeating } from "../../repeating.ts";
import type { Repeating } from "../../repeating.ts";
import { steadyNow } from "../../steady.ts";
import { findBottleneck } from "../model/bottleneck.ts";
import type { Bottleneck } from "../model/bottleneck.ts";
import type { CommitCount } from "../store/db/commit-meter.ts";
import type { Database } from "../store/db/database.ts";

const LOOK_EVERY_MS = 1_000;
/** Looks that are judged together: what is so for a moment is no limit. */
const LOOKS = 15;

export interface Load extends Pick<Repeating, "stop"> {
  readonly start: () => void;
  readonly bottleneck: () => Bottleneck | undefined;
}

interface Look {
  readonly at: number;
  readonly commits: CommitCount;
  readonly eventLoop: ReturnType<typeof performance.eventLoopUtilization>;
  readonly isAwaited: boolean;
}

export function createLoad(database: Pick<Database, "commits" | "connections">): Load {
  let looks: readonly Look[] = [];

  const look = (): Promise<void> => {
    const now: Look = {
      at: steadyNow(),
      commits: database.commits(),
      eventLoop: performance.eventLoopUtilization(),
      isAwaited: (database.connections?.().awaited ?? 0) > 0,
    };
    looks = [...looks, now].slice(-LOOKS);
    return Promise.resolve();
  };

  return {
    ...createRepeating({ run: look, everyMs: LOOK_EVERY_MS, onError: () => undefined }),
    bottleneck: () => {
      const [first] = looks;
      const last = looks.at(-1);
      return first === undefined || last === undefined || looks.length < LOOKS
        ? undefined
        : findBottleneck(between(first, last, looks));
    },
  };
}

function between(first: Look, last: Look, looks: readonly Look[]): Parameters<typeof findBottleneck>[0] {
  const commits = last.commits.commits - first.commits.commits;
  return {
    busyShare: performance.eventLoopUtilization(last.eventLoop, first.eventLoop).utilization,
    awaitedShare: looks.filter(({ isAwaited }) => isAwaited).length / looks.length,
    committingShare: (last.commits.busyMs - first.commits.busyMs) / (last.at - first.at),
    commitMs: commits === 0 ? 0 : (last.commits.totalMs - first.commits.totalMs) / commits,
  };
}
