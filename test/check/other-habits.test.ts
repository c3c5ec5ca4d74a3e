/** Faults in add-ons that were written without regard to the checks are found as well. */
import { expect, test } from "vitest";
import type { CheckId } from "../../src/check/checks.ts";
import { OTHER_HABITS, startWithoutHabit } from "./other-habits.ts";
import { findingsIn, runCheckOn } from "./run-check.ts";

/** The check that finds the habit, and what it says. */
const FOUND: Readonly<Record<string, readonly [check: CheckId, reason: string]>> = {
  "decodes tokens without verifying them outside of production": [
    "token.tampered",
    "changed claims with the old signature: accepted",
  ],
  "compares the audience with includes": ["install.audience", "for an address that begins alike: accepted"],
  "trusts the first install of a site that it sees": ["install.unsigned-new", "no token: accepted"],
  "tries several hashes, because a proxy once changed the URL": [
    "token.qsh-query",
    "signed for the path alone, with a query: accepted",
  ],
  "remembers verified tokens by site and time": [
    "token.tampered",
    "changed claims with the old signature: accepted",
  ],
};

test("every habit is one of the list", () => {
  expect(Object.keys(FOUND)).toEqual(Object.keys(OTHER_HABITS));
});

test.concurrent.each(Object.entries(FOUND))(
  "an add-on that %s",
  { timeout: 60_000 },
  async (habit, [check, reason]) => {
    const run = await runCheckOn(OTHER_HABITS[habit]!, { checks: [check] });
    expect(findingsIn(run).join()).toContain(reason);
    const without = await runCheckOn(startWithoutHabit, { checks: [check] });
    expect(findingsIn(without).join()).not.toContain(reason);
  },
);
