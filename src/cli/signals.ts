/** What tells a server on the command line to end: the signals that would end a process, and the loss of npm's shell. */
import type { Io } from "./io.ts";

/** All that end a process by default and can be caught, except SIGUSR1, which opens Node's debugger. */
const ENDING = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR2"] as const;

/**
 * What arrives within this time is the same wish: Ctrl-C reaches every process of a terminal, and npm passes it on to its
 * child as well.
 */
const SAME_WISH_MS = 1_000;

const LOOK_FOR_PARENT_MS = 250;

export interface Wishes {
  /** Called once. */
  readonly stop: () => void;
  /** Called for every later signal. */
  readonly insist: () => void;
}

/** Calls `stop` when the process is told to end. Returns a function that leaves the signals alone again. */
export function onEnd(env: Io["env"], { stop, insist }: Wishes): () => void {
  let stoppedAt: number | undefined;
  let parentWatch: NodeJS.Timeout | undefined;
  const end = () => {
    if (stoppedAt === undefined) {
      stoppedAt = performance.now();
      clearInterval(parentWatch);
      stop();
    } else if (performance.now() - stoppedAt > SAME_WISH_MS) {
      insist();
    }
  };
  for (const signal of ENDING) process.on(signal, end);
  if (isStartedByNpm(env)) parentWatch = watchParent(end);
  return () => {
    for (const signal of ENDING) process.off(signal, end);
    clearInterval(parentWatch);
  };
}

/**
 * `npm start` and `npx` run a command in a shell and pass SIGTERM on to that shell alone. Most shells end by it and leave
 * the command running. Other scripts may mean exactly that: a server in the background, for the tests that follow.
 */
function isStartedByNpm(env: Io["env"]): boolean {
  return env["npm_lifecycle_event"] === "npx" || env["npm_lifecycle_event"] === "start";
}

function watchParent(lost: () => void): NodeJS.Timeout {
  const parent = process.ppid;
  return setInterval(() => {
    if (process.ppid !== parent) lost();
  }, LOOK_FOR_PARENT_MS).unref();
}
