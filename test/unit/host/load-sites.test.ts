import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { createSiteLoader } from "../../../src/host/load-sites.ts";
import type { HostContext } from "../../../src/host/context.ts";
import { silentLogger } from "../../../src/logger.ts";

function createStage() {
  const log: string[] = [];
  let isLoaded = false;
  let finish = (): void => undefined;
  const loading = new Promise<void>((resolve) => {
    finish = () => {
      isLoaded = true;
      resolve();
    };
  });
  const snapshots = {
    areAllLoaded: () => isLoaded,
    loadAll: () => loading,
    stopLoading: () => void log.push("stop loading"),
    all: () => [],
  } as unknown as HostContext["snapshots"];
  const newJob = (name: string) => ({
    start: () => void log.push(`start ${name}`),
    stop: () => void log.push(`stop ${name}`),
  });
  const loader = createSiteLoader({ snapshots, logger: silentLogger }, [newJob("one"), newJob("two")]);
  return { log, finish, loader };
}

test("what looks at all sites starts when they are loaded, and stops in the opposite order", async () => {
  const { log, finish, loader } = createStage();
  const running = loader.start();
  await turn();
  expect(log).toEqual([]);
  finish();
  await running;
  await loader.stop();
  expect(log).toEqual(["start one", "start two", "stop loading", "stop two", "stop one"]);
});

test("after a stop during the load nothing starts", async () => {
  const { log, finish, loader } = createStage();
  void loader.start();
  const stopping = loader.stop();
  finish();
  await stopping;
  expect(log).toEqual(["stop loading"]);
});
