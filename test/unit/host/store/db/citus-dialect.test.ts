import { describe, expect, test } from "vitest";
import { CITUS } from "../../../../../src/host/store/db/citus-dialect.ts";
import { POSTGRES } from "../../../../../src/host/store/db/dialect.ts";

const OF_SITES = { site_no: "int", id: "text" } as const;

describe("bound rows of a distributed database", () => {
  test("have the site of the first row as a constant, and refuse a row of another site", () => {
    const sql = CITUS.rows("$1", OF_SITES, "r");
    expect(sql).toContain("(($1::json)->0->>0)::integer AS site_no");
    expect(sql).toContain("CASE WHEN c[1] = (($1::json)->0->>0)");
  });

  test("for an INSERT have the site of their shard's row", () => {
    expect(CITUS.newRows("$1", OF_SITES, "r")).toMatch(/h\.site_no AS site_no.*FROM callboard_shard h/);
  });

  test("without a site first are those of PostgreSQL", () => {
    for (const form of ["rows", "newRows"] as const)
      expect(CITUS[form]("$1", { no: "int" }, "s")).toBe(POSTGRES.rows("$1", { no: "int" }, "s"));
  });

  test("the wait for a lock is limited on the server with the rows of the site", () => {
    expect(CITUS.limitLockWait?.(1_000, 7)).toEqual({
      sql: "(SELECT set_config('lock_timeout', '1000', true) <> '' FROM callboard_shard h WHERE h.site_no = $1)",
      bind: [7],
    });
    expect(POSTGRES.limitLockWait?.(1_000, 7).bind).toEqual([]);
  });

  test("rows are bound as text, and times have no SELECT of their own", () => {
    for (const form of ["bindRows", "bindNewRows"] as const)
      expect(CITUS[form](OF_SITES, "r", [[7, "a"]]).bind).toEqual(['[[7,"a"]]']);
    expect(CITUS.bindRows(OF_SITES, "r", []).from).toBe(CITUS.rows("$1", OF_SITES, "r"));
    expect(CITUS.bindNewRows(OF_SITES, "r", []).from).toBe(CITUS.newRows("$1", OF_SITES, "r"));
    expect(CITUS.at("$1")).not.toContain("SELECT");
    expect(POSTGRES.at("$1")).toContain("SELECT");
  });

  test("one server needs neither a site in a condition nor another form for an INSERT", () => {
    expect(POSTGRES.ofSite("d.site_no", "$1")).toBe("");
    expect(POSTGRES.newRows("$1", OF_SITES, "r")).toBe(POSTGRES.rows("$1", OF_SITES, "r"));
  });
});
