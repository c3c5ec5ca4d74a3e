/**
 * Two statements end deliveries: one settles attempts, the other ends without one, and whoever runs them lets the next delivery of
 * a key go. A third would leave keys stuck, so that it is found here.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = "src/host";

/** Counts the matches in the sources of the host, by file; migrations are of tables as they were. */
function countMatches(pattern: RegExp): Readonly<Record<string, number>> {
  const files = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !name.includes("migrations"),
  );
  const counts = files.map((name) => {
    const text = readFileSync(join(ROOT, name), "utf8");
    return [name, [...text.matchAll(pattern)].length] as const;
  });
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

test("deliveries end by these statements alone", () => {
  expect(countMatches(/\bsettled_at = (?!NULL)/g)).toEqual({
    "store/tables/ended.ts": 1,
    // Of what was delivered plainly, and of all else.
    "store/tables/settle.ts": 2,
  });
  expect(countMatches(/\bSET state = (\$\{(FAILED|DELIVERED)\}|[23r])/g)).toEqual({
    "store/tables/ended.ts": 1,
    // Of what was delivered plainly, and of all else.
    "store/tables/settle.ts": 2,
  });
});

test("a statement that settles is run where the next delivery is freed, or where none has a key", () => {
  expect(
    countMatches(/\b(?:moveDeliveries|settlingChanges|settleDeliveries)\((?!\n| *tx: Queryable)/g),
  ).toEqual({
    // Tests of values that are not saved have no key.
    "delivery/test-delivery.ts": 1,
    // The fast path leaves those that end in order to the other, which frees.
    "delivery/settler.ts": 2,
    "store/tables/settle.ts": 1,
  });
  expect(countMatches(/\bfreeNext\((?!\n| *tx: Queryable)/g)).toEqual({
    "delivery/settler.ts": 1,
    "events/reserve.ts": 1,
    "store/tables/ended.ts": 1,
    "store/tables/order.ts": 1,
    "store/tables/orphaned-keys.ts": 1,
  });
});

test("deliveries are deleted once they have ended, or with their site", () => {
  expect(countMatches(/DELETE FROM callboard_delivery\b(?!_)/g)).toEqual({ "store/tables/retention.ts": 2 });
});
