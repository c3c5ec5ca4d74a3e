/** Looks every second at what this process waits for, and says what limits it. */
import { performance } from "node:perf_hooks";
import { createRepeating } from "../../repeating.ts";
import type { Repeating } from "../../repeating.ts";
import { steadyNow } from "../../steady.ts";
import { findBottleneck, toLoadFigures } from "../model/bottleneck.ts";
import type { Bottleneck, LoadLook } from "../model/bottleneck.ts";
import type { Database } from "../store/db/database.ts";

const LOOK_EVERY_MS = 1_000;
/** Looks that are judged together: what is so for a moment is no limit. */
const LOOKS = 15;

export interface Load extends Pick<Repeating, "start" | "stop"> {
  readonly bottleneck: () => Bottleneck | undefined;
}

export function createLoad(database: Pick<Database, "commits" | "connections">): Load {
  let looks: readonly LoadLook[] = [];

  const look = (): Promise<void> => {
    const { commits, totalMs, busyMs } = database.commits();
    const { active, idle } = performance.eventLoopUtilization();
    const now: LoadLook = {
      at: steadyNow(),
      commits,
      commitMs: totalMs,
      committingMs: busyMs,
      activeMs: active,
      idleMs: idle,
      isAwaited: (database.connections?.().awaited ?? 0) > 0,
    };
    looks = [...looks, now].slice(-LOOKS);
    return Promise.resolve();
  };

  return {
    ...createRepeating({ run: look, everyMs: LOOK_EVERY_MS, onError: () => undefined }),
    bottleneck: () => {
      const figures = looks.length < LOOKS ? undefined : toLoadFigures(looks);
      return figures === undefined ? undefined : findBottleneck(figures);
    },
  };
}
