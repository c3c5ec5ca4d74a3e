import { expect, test } from "vitest";
import { createClosers } from "../../src/closers.ts";

test("closes in the opposite order of opening, each once", async () => {
  const closed: string[] = [];
  const closers = createClosers();
  closers.add(() => void closed.push("database"));
  closers.add(async () => {
    await Promise.resolve();
    closed.push("server");
  });
  await closers.closeAll(0);
  await closers.closeAll(0);
  expect(closed).toEqual(["server", "database"]);
});

test("one that fails keeps none of the others from running, and is told", async () => {
  const closed: string[] = [];
  const closers = createClosers();
  closers.add(() => void closed.push("database"));
  closers.add(() => {
    throw new Error("no server");
  });
  closers.add(() => Promise.reject(new Error("no engine")));
  await expect(closers.closeAll(0)).rejects.toThrow("no engine");
  expect(closed).toEqual(["database"]);
});

test("all share the time that is given", async () => {
  let at = 0;
  const left: number[] = [];
  const closers = createClosers(() => at);
  for (const lasts of [500, 900, 300]) {
    closers.add((leftMs) => {
      left.push(leftMs);
      at += lasts;
    });
  }
  await closers.closeAll(1_000);
  expect(left).toEqual([1_000, 700, 0]);
});
