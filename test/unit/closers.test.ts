import { expect, test } from "vitest";
import { createClosers } from "../../src/closers.ts";

test("closers run in reverse order, each once", async () => {
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

test("a failing closer doesn't keep the others from running, and its failure is reported", async () => {
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

test("all closers share the given time", async () => {
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
