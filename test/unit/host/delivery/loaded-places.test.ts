import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createLoadedPlaces } from "../../../../src/host/delivery/loaded-places.ts";
import { silentLogger } from "../../../../src/logger.ts";

/** Sites 1 to 9 are loaded. Others are when the test says so. */
function createStage() {
  const loads: { readonly siteNos: readonly number[]; readonly end: (error?: Error) => void }[] = [];
  const warnings: string[] = [];
  const places = createLoadedPlaces({
    snapshots: {
      isLoaded: (siteNo) => siteNo < 10,
      load: (siteNos) =>
        new Promise((resolve, reject) => {
          loads.push({ siteNos, end: (error) => (error === undefined ? resolve() : reject(error)) });
        }),
    },
    logger: { ...silentLogger, warn: (event) => void warnings.push(event) },
  });
  const visited: number[] = [];
  const visit = (...siteNos: readonly number[]) =>
    places.visit(
      siteNos.map((siteNo) => ({ siteNo })),
      (some) => void visited.push(...some.map(({ siteNo }) => siteNo)),
    );
  return { places, loads, warnings, visited, visit };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

test("places of loaded sites are visited at once", () => {
  const { places, loads, visited, visit } = createStage();
  void visit(3, 1);
  expect([visited, loads, places.isUnderWay()]).toEqual([[3, 1], [], false]);
});

test("places of other sites are visited when these are loaded, neighbors together, and hold up no others", async () => {
  const { places, loads, visited, visit } = createStage();
  await visit(200, 1, 12, 11, 12);
  expect(visited).toEqual([1]);
  expect(loads.map(({ siteNos }) => siteNos)).toEqual([[11, 12]]);
  loads[0]?.end();
  await turn();
  expect(visited).toEqual([1, 12, 11, 12]);
  expect(loads.map(({ siteNos }) => siteNos)).toEqual([[11, 12], [200]]);
  expect(places.isUnderWay()).toBe(true);
  loads[1]?.end();
  await turn();
  expect(visited).toEqual([1, 12, 11, 12, 200]);
  expect(places.isUnderWay()).toBe(false);
});

test("a load that fails is logged and repeated after 1 s", async () => {
  const { loads, warnings, visited, visit } = createStage();
  await visit(20);
  loads[0]?.end(new Error("no database"));
  await turn();
  expect([visited, warnings, loads.length]).toEqual([[], ["registry.load-failed"], 1]);
});

test("a stop waits for the load under way, and begins nothing more", async () => {
  const { places, loads, visited, visit } = createStage();
  await visit(20, 200);
  let isStopped = false;
  const stopping = places.stop().then(() => (isStopped = true));
  await turn();
  expect(isStopped).toBe(false);
  loads[0]?.end();
  await stopping;
  expect([visited, loads.length]).toEqual([[], 1]);
});
