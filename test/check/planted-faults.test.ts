/** Every planted fault is found by the check that names it, and nothing is found where no fault is. */
import { expect, test } from "vitest";
import { CHECKS, CHECK_IDS } from "../../src/check/checks.ts";
import type { CheckId } from "../../src/check/checks.ts";
import { startBrokenAddon } from "./broken-addon.ts";
import { PLANTED_FAULTS } from "./planted-faults.ts";
import type { PlantedFault } from "./planted-faults.ts";
import { findingsIn, runCheckOn } from "./run-check.ts";

test("the list has 12 faults of the contract and 18 attacks, and one for every check", () => {
  const count = (kind: PlantedFault["kind"]) => PLANTED_FAULTS.filter((fault) => fault.kind === kind).length;
  expect([count("contract"), count("attack")]).toEqual([12, 18]);
  const found = new Set(PLANTED_FAULTS.map(({ foundBy }) => foundBy));
  expect([...found].toSorted()).toEqual(CHECK_IDS.toSorted());
});

test("the add-on without a fault passes every check, within 500 requests", { timeout: 90_000 }, async () => {
  // A longer limit of one response gives a loaded machine more time for the run.
  const run = await runCheckOn((keysUrl) => startBrokenAddon(keysUrl, undefined), { limitMs: 20_000 });

  expect(findingsIn(run)).toEqual([]);
  expect(run.results.map(({ id }) => id)).toEqual(CHECK_IDS);
  expect(run.results.filter(({ outcome }) => outcome.state === "skipped")).toEqual([]);
  expect(run.requests).toBeLessThan(500);
});

/** The check alone, and what it needs: the rest of a run would take longer, not find more. Several wait at a time. */
test.concurrent.each(PLANTED_FAULTS)(
  "$id: $foundBy finds that $title",
  { timeout: 60_000 },
  async ({ id, foundBy }) => {
    const check = foundBy as CheckId;
    // What a response tells is looked for in the responses of other checks.
    const checks: readonly CheckId[] = check === "response.leaks" ? ["token.tampered", check] : [check];
    const limitMs = id === "hangs" ? 2_000 : 20_000;
    const run = await runCheckOn((keysUrl) => startBrokenAddon(keysUrl, id), { checks, limitMs });

    const result = run.results.find((each) => each.id === check);
    const wanted = CHECKS[check].severity === "minor" ? "warned" : "failed";
    expect([result?.outcome.state, findingsIn(run)]).toEqual([wanted, expect.anything()]);
  },
);
