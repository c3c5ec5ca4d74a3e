import { describe, expect, test } from "vitest";
import {
  describeDistribution,
  placeTable,
  toDistributionStanding,
} from "../../../../src/host/model/distribution.ts";
import type { FoundTable } from "../../../../src/host/model/distribution.ts";

const table = (name: string, key: readonly string[], placement: FoundTable["placement"]): FoundTable => ({
  name: `callboard_${name}`,
  key,
  placement,
});

describe("placement of tables", () => {
  test.each([
    ["delivery", ["site_no", "id"], "shards"],
    ["endpoint", ["site_no", "no"], "shards"],
    ["site", ["no"], "everywhere"],
    ["audit_head", ["one"], "everywhere"],
    ["audit", ["id"], "coordinator"],
    ["listener", ["id"], "coordinator"],
  ] as const)("%s with the key %j is placed on: %s", (name, key, placement) => {
    expect(placeTable({ name: `callboard_${name}`, key })).toBe(placement);
  });
});

describe("standing of a distribution", () => {
  const event = ["site_no", "id"];

  test("a database without the extension has none", () => {
    expect(toDistributionStanding(undefined)).toEqual({ state: "none" });
  });

  test("it is whole when every table is where it belongs", () => {
    const tables = [table("event", event, "shards"), table("site", ["no"], "everywhere")];
    expect(toDistributionStanding(tables)).toEqual({ state: "whole" });
    expect(describeDistribution(toDistributionStanding(tables))).toBe("ok");
  });

  test.each(["coordinator", "everywhere", undefined] as const)(
    "a table on %s instead of shards is named",
    (at) => {
      const standing = toDistributionStanding([
        table("event", event, at),
        table("site", ["no"], "everywhere"),
      ]);
      expect(standing).toEqual({ state: "partial", misplaced: ["callboard_event"] });
      expect(describeDistribution(standing)).toMatch(/^NOT_DISTRIBUTED: .*: callboard_event\. Stop/);
    },
  );

  test("three of five misplaced tables are named, and two are counted", () => {
    const tables = ["a", "b", "c", "d", "e"].map((name) => table(name, event, "coordinator"));
    expect(describeDistribution(toDistributionStanding(tables))).toContain(
      "callboard_a, callboard_b, callboard_c and 2 more",
    );
  });
});
