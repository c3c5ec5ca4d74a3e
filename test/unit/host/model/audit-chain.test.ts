import { expect, test } from "vitest";
import {
  CHAIN_START,
  formatCheckpoint,
  linkAfter,
  macOfHead,
  parseCheckpoint,
  problemAfter,
} from "../../../../src/host/model/audit-chain.ts";

const KEY = { no: 1, key: Buffer.alloc(32, 1) };
const CONTENT = { id: "a1", at: 1, actor: "a", action: "b", object: "c", detail: "d", address: "e" };
const first = linkAfter(CHAIN_START, KEY, CONTENT);
const stored = { ...CONTENT, ...first };

test("an entry is valid only after its predecessor", () => {
  expect(problemAfter(CHAIN_START, stored, KEY.key)).toBeUndefined();
  const second = { ...CONTENT, ...linkAfter(first, KEY, CONTENT) };
  expect(problemAfter(first, second, KEY.key)).toBeUndefined();
  expect(problemAfter(CHAIN_START, second, KEY.key)).toMatchObject({ kind: "missing", seq: 2 });
  expect(problemAfter(CHAIN_START, { ...second, seq: 1 }, KEY.key)).toMatchObject({ kind: "altered" });
});

test("every field is covered, also against moving text from one to the next", () => {
  for (const change of [
    { id: "a2" },
    { at: 2 },
    { actor: "x" },
    { action: "x" },
    { object: "x" },
    { detail: "x" },
    { address: "x" },
    { keyNo: 2 },
    { actor: "ab", action: "" },
  ]) {
    expect(problemAfter(CHAIN_START, { ...stored, ...change }, KEY.key)?.kind).toBe("altered");
  }
});

test("a valid hash without the key's HMAC is forged, and the HMAC of the end is a different one", () => {
  expect(problemAfter(CHAIN_START, stored, Buffer.alloc(32, 2))?.kind).toBe("forged");
  expect(problemAfter(CHAIN_START, stored, undefined)?.kind).toBe("forged");
  expect(problemAfter(CHAIN_START, { ...stored, mac: macOfHead(KEY, first) }, KEY.key)?.kind).toBe("forged");
  expect(problemAfter(CHAIN_START, { ...stored, mac: Buffer.alloc(0) }, KEY.key)?.kind).toBe("forged");
});

test("an entry whose key was lost is judged by its hash", () => {
  expect(problemAfter(CHAIN_START, stored, "lost")).toBeUndefined();
  expect(problemAfter(CHAIN_START, { ...stored, actor: "x" }, "lost")?.kind).toBe("altered");
});

test("an entry that was erased is judged by its HMAC, which covers the hash of the text before", () => {
  const erased = { ...stored, actor: "x" };
  const isErased = ({ id, actor }: { readonly id: string; readonly actor: string }) =>
    id === "a1" && actor === "x";
  expect(problemAfter(CHAIN_START, erased, KEY.key, isErased)).toBeUndefined();
  expect(problemAfter(CHAIN_START, erased, "lost", isErased)).toBeUndefined();
  expect(problemAfter(CHAIN_START, erased, KEY.key, () => false)?.kind).toBe("altered");
  expect(problemAfter(CHAIN_START, erased, Buffer.alloc(32, 2), isErased)?.kind).toBe("forged");
  expect(problemAfter(CHAIN_START, { ...erased, seq: 2 }, KEY.key, isErased)?.kind).toBe("missing");
});

test("a formatted checkpoint is parsed, other text is not", () => {
  expect(parseCheckpoint(formatCheckpoint(first))).toEqual({ seq: 1, hash: first.hash });
  for (const text of ["", "1", "1.ab", `x.${"a".repeat(64)}`, `1.${"g".repeat(64)}`]) {
    expect(parseCheckpoint(text)).toBeUndefined();
  }
});
