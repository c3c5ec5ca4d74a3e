/** Transactions, batch parameters and migrations: the ground that every statement stands on. */
import { expect, test } from "vitest";
import { takeNumbers } from "../../../src/host/store/counter.ts";
import type { ColumnType } from "../../../src/host/store/dialect.ts";
import { migrate } from "../../../src/host/store/migrate.ts";
import { readSetting, writeSetting } from "../../../src/host/store/settings.ts";
import type { OpenStore } from "../conformance.ts";

export function databaseTests(open: OpenStore): void {
  test("what a transaction wrote is read after it, and its result is handed on", async () => {
    const database = await open();

    const result = await database.write(async (tx) => {
      await writeSetting(tx, "name", "value");
      return 7;
    });

    expect(result).toBe(7);
    expect(await readSetting(database.read, "name")).toBe("value");
  });

  test("an error rolls everything back, is passed on as it is, and the next transaction works", async () => {
    const database = await open();
    const error = new TypeError("ours");

    const failing = database.write(async (tx) => {
      await writeSetting(tx, "name", "value");
      throw error;
    });

    await expect(failing).rejects.toBe(error);
    expect(await readSetting(database.read, "name")).toBeUndefined();
    await database.write((tx) => writeSetting(tx, "name", "later"));
    expect(await readSetting(database.read, "name")).toBe("later");
  });

  test("a statement that the database refuses rolls its transaction back and no other", async () => {
    const database = await open();

    const all = await Promise.allSettled([
      database.write((tx) => writeSetting(tx, "before", "1")),
      database.write(async (tx) => {
        await writeSetting(tx, "lost", "1");
        await tx.query("INSERT INTO callboard_setting (name, value) VALUES ('null', NULL)");
      }),
      database.write((tx) => writeSetting(tx, "after", "1")),
    ]);

    expect(all.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    const rows = await database.read.query("SELECT name FROM callboard_setting ORDER BY name");
    expect(rows.map((row) => row["name"])).toEqual(["after", "before"]);
  });

  test("numbers are given out once, however many ask at the same time", async () => {
    const database = await open();

    const firsts = await Promise.all(
      Array.from({ length: 30 }, () => database.write((tx) => takeNumbers(tx, "things", 2))),
    );

    expect(firsts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => 1 + index * 2));
  });

  test("migrating twice applies nothing the second time", async () => {
    const database = await open();

    expect(await migrate(database)).toEqual([]);
  });

  const columns = { n: "int", t: "big", s: "text", b: "bytes" } as const satisfies Record<string, ColumnType>;

  test("a batch brings every value through: numbers up to 2^53, odd text, every byte, nothing at all", async () => {
    const database = await open();
    const text = "\"quotes\" 'and' \\ back\u2028slash 🎭 \u0001 $1 ?2";
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

    const rows = await database.read.query(`SELECT * FROM ${database.dialect.rows("$1", columns, "r")}`, [
      JSON.stringify([
        [-1, 2 ** 53 - 1, text, bytes.toString("hex")],
        [null, null, null, null],
      ]),
    ]);

    expect(rows).toEqual([
      { n: -1, t: 2 ** 53 - 1, s: text, b: bytes },
      { n: null, t: null, s: null, b: null },
    ]);
  });

  test("an empty batch is no row", async () => {
    const database = await open();

    expect(
      await database.read.query(`SELECT * FROM ${database.dialect.rows("$1", columns, "r")}`, ["[]"]),
    ).toEqual([]);
  });
}
