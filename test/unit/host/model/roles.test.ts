import { describe, expect, test } from "vitest";
import { ROLES, isDelivering, requireSharedDatabase } from "../../../../src/host/model/roles.ts";

test("all and worker deliver, api does not", () => {
  expect(ROLES.filter(isDelivering)).toEqual(["all", "worker"]);
});

describe("the database of a role", () => {
  test.each(ROLES)("role %s runs on PostgreSQL", (role) => {
    expect(() => requireSharedDatabase(role, "postgres://u@db/callboard")).not.toThrow();
  });

  test("role all runs on SQLite", () => {
    expect(() => requireSharedDatabase("all", "sqlite:file")).not.toThrow();
  });

  test.each(["api", "worker"] as const)("role %s is refused on SQLite", (role) => {
    expect(() => requireSharedDatabase(role, "sqlite::memory:")).toThrow(
      expect.objectContaining({ code: "ROLE_NEEDS_POSTGRES" }),
    );
  });
});
