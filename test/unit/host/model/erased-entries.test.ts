import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import {
  AUDIT_ERASED,
  formatErased,
  isErased,
  toErasedEntries,
} from "../../../../src/host/model/erased-entries.ts";

const entry = (n: number) => ({
  id: n.toString(16).padStart(32, "0"),
  at: n,
  actor: "[erased]",
  action: "a",
  object: "o",
  detail: "d",
  address: "",
});

test("a detail names each entry with its present text", () => {
  const erased = toErasedEntries([formatErased([entry(1), entry(2)])]);
  expect(isErased(erased, entry(1))).toBe(true);
  expect(isErased(erased, entry(2))).toBe(true);
  expect(isErased(erased, entry(3))).toBe(false);
  for (const change of [
    { actor: "x" },
    { action: "x" },
    { object: "x" },
    { detail: "x" },
    { address: "x" },
    { at: 9 },
  ])
    expect(isErased(erased, { ...entry(1), ...change })).toBe(false);
});

test("of an entry that was erased twice, the later text counts", () => {
  const later = { ...entry(1), detail: "[erased]" };
  const erased = toErasedEntries([formatErased([entry(1)]), formatErased([later])]);
  expect([isErased(erased, entry(1)), isErased(erased, later)]).toEqual([false, true]);
});

test("the entry that names others is audit.erased, and has ID=SHA-256 of each, with spaces between", () => {
  const hash = (n: number) =>
    createHash("sha256")
      .update(JSON.stringify([entry(n).id, n, "[erased]", "a", "o", "d", ""]))
      .digest("hex");
  expect(formatErased([entry(1), entry(2)])).toBe(`${entry(1).id}=${hash(1)} ${entry(2).id}=${hash(2)}`);
  expect(AUDIT_ERASED).toBe("audit.erased");
});
