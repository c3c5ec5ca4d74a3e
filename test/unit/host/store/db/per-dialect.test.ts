import { expect, test } from "vitest";
import { SQLITE } from "../../../../../src/host/store/db/dialect.ts";
import { perDialect } from "../../../../../src/host/store/db/per-dialect.ts";

test("makes a value once for each dialect, undefined included", () => {
  const asked: string[] = [];
  const find = perDialect(({ name }) => {
    asked.push(name);
    return name === "sqlite" ? undefined : name;
  });
  const other = { ...SQLITE, name: "postgres" } as const;
  expect([find(SQLITE), find(other), find(SQLITE), find(other)]).toEqual([
    undefined,
    "postgres",
    undefined,
    "postgres",
  ]);
  expect(asked).toEqual(["sqlite", "postgres"]);
});
