/**
 * A snapshot loads the rows that are marked. A statement that changes a row of the registry without marking it would leave
 * every process with the row as it was.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const STORE = join(import.meta.dirname, "../../src/host");
const CHANGE =
  /(?:UPDATE callboard_(?:installation|webhook|subscription|endpoint)\b|INSERT INTO callboard_(?:installation|webhook|subscription|endpoint)\b[^`"]*DO UPDATE)[^`"]*/g;

test("every statement that changes a row of the registry marks the row", () => {
  const changes = readdirSync(STORE, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.includes("migrations/"))
    .flatMap((file) =>
      [...readFileSync(join(STORE, file), "utf8").matchAll(CHANGE)].map(([sql]) => ({ file, sql })),
    );

  expect(changes.length).toBeGreaterThan(10);
  const unmarked = changes.filter(({ sql }) => !/changed_in = |\$\{BEGIN_ANEW\}/.test(sql));
  expect(unmarked, "set changed_in = NULL in these statements").toEqual([]);
});
