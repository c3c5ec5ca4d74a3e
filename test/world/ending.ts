/** What was started is stopped after the tests of a `describe`, the last first, however far it came. */
import { afterAll } from "vitest";

export interface Ending {
  readonly add: (stop: () => Promise<unknown>) => void;
}

export function stopAfterAll(): Ending {
  const stops: (() => Promise<unknown>)[] = [];
  afterAll(async () => {
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop();
  });
  return { add: (stop) => void stops.push(stop) };
}
