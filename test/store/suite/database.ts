/** Transactions, batch parameters and migrations: the ground that every statement stands on. */
import { expect, test } from "vitest";
import { takeNumbers } from "../../../src/host/store/db/counter.ts";
import { makeChanges } from "../../../src/host/store/db/batch.ts";
import type { Batch, Change } from "../../../src/host/store/db/batch.ts";
import type { Database, Queryable } from "../../../src/host/store/db/database.ts";
import type { ColumnType } from "../../../src/host/store/db/dialect.ts";
import { migrate } from "../../../src/host/store/db/migrate.ts";
import { readSetting, writeSetting } from "../../../src/host/store/tables/settings.ts";
import { isUniqueViolation } from "../../../src/host/store/db/storage-error.ts";
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

  test("a transaction that is over runs nothing more, whether it was committed or not", async () => {
    const database = await open();
    const kept: Queryable[] = [];

    await database.write((tx) => Promise.resolve(kept.push(tx)));
    await database
      .write((tx) => {
        kept.push(tx);
        return Promise.reject(new TypeError("ours"));
      })
      .catch(() => undefined);

    for (const tx of kept)
      await expect(writeSetting(tx, "late", "1")).rejects.toThrow("The transaction is over");
    expect(await readSetting(database.read, "late")).toBeUndefined();
  });

  test("numbers are given out once, however many ask at the same time", async () => {
    const database = await open();

    const firsts = await Promise.all(
      Array.from({ length: 30 }, () => database.write((tx) => takeNumbers(tx, "things", 2))),
    );

    expect(firsts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => 1 + index * 2));
  });

  const setting = (name: string, value: string | null): Change => ({
    sql: "INSERT INTO callboard_setting (name, value) VALUES ($1, $2)",
    bind: [name, value],
  });
  const names = async ({ read }: Database) =>
    (await read.query("SELECT name FROM callboard_setting ORDER BY name")).map((row) => row["name"]);

  test("a batch writes everything when all of its checks hold and every change meets as many rows as it must", async () => {
    const database = await open();
    await database.write((tx) => writeSetting(tx, "kept", "1"));

    const isDone = await database.batch({
      checks: [
        { sql: "EXISTS (SELECT 1 FROM callboard_setting WHERE name = $1)", bind: ["kept"] },
        undefined,
      ],
      changes: [
        { ...setting("one", "1"), rows: 1 },
        undefined,
        { sql: "UPDATE callboard_setting SET value = $2 WHERE name = $1", bind: ["kept", "2"], rows: 1 },
        { sql: "DELETE FROM callboard_setting WHERE name = $1", bind: ["nobody"], rows: 0 },
        { sql: "UPDATE callboard_setting SET value = $2 WHERE name = $1", bind: ["nobody", "3"] },
        ...["four", "five", "six"].map((name) => setting(name, name)),
      ],
    });

    expect(isDone).toBe(true);
    expect(await names(database)).toEqual(["five", "four", "kept", "one", "six"]);
    expect(await readSetting(database.read, "kept")).toBe("2");
    expect(await readSetting(database.read, "six")).toBe("six");
  });

  test.each<[string, Partial<Batch>]>([
    ["a check that does not hold", { checks: [{ sql: "$1 = 'b'", bind: ["a"] }] }],
    [
      "a check that is neither",
      { checks: [{ sql: "(SELECT value FROM callboard_setting) = 'x'", bind: [] }] },
    ],
    [
      "a change of too few rows",
      { changes: [{ sql: "DELETE FROM callboard_setting WHERE name = $1", bind: ["x"], rows: 1 }] },
    ],
    ["a change of too many rows", { changes: [{ ...setting("y", "1"), rows: 0 }] }],
  ])(
    "%s: the batch writes nothing, says so, and the next one works",
    async (_, { checks = [], changes = [] }) => {
      const database = await open();
      const before = setting("before", "1");

      expect(await database.batch({ checks, changes: [before, ...changes, setting("after", "1")] })).toBe(
        false,
      );

      expect(await names(database)).toEqual([]);
      expect(await database.batch({ checks: [], changes: [before] })).toBe(true);
      expect(await names(database)).toEqual(["before"]);
    },
  );

  test("what the database refuses of a batch is thrown and undoes all of it, and nothing beside it", async () => {
    const database = await open();

    const all = await Promise.allSettled([
      database.write((tx) => writeSetting(tx, "first", "1")),
      database.batch({ checks: [], changes: [setting("lost", "1"), setting("null", null)] }),
      database.batch({ checks: [], changes: [setting("last", "1")] }),
      database.write(async (tx) => {
        await makeChanges(tx, [setting("steps", "1"), undefined]);
      }),
    ]);

    expect(all.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
    expect(await names(database)).toEqual(["first", "last", "steps"]);
  });

  test("two rows for one place in a unique index are told apart from a batch that is refused", async () => {
    const database = await open();

    const error: unknown = await database
      .batch({ checks: [], changes: [setting("same", "1"), setting("same", "2")] })
      .catch((thrown: unknown) => thrown);

    expect(isUniqueViolation(error)).toBe(true);
  });

  test("bytes that travel one behind the other are read as the texts they are", async () => {
    const database = await open();
    const texts = ["", "é🎭", "\\ \" '", "x".repeat(3)];
    const bytes = texts.map((text) => Buffer.from(text));
    let at = 0;
    const rows = bytes.map(({ length }) => [(at += length) - length, length]);
    const { dialect, read } = database;

    const found = await read.query(
      `SELECT ${dialect.text("$2", "at", "size")} AS t FROM ${dialect.rows("$1", { at: "int", size: "int" }, "r")}`,
      [JSON.stringify(rows), Buffer.concat(bytes)],
    );

    expect(found.map((row) => row["t"])).toEqual(texts);
    const empty = `SELECT ${dialect.text("$1", "0", "0")} AS t`;
    expect(await read.query(empty, [Buffer.alloc(0)])).toEqual([{ t: "" }]);
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

  const bound = { n: "int", t: "big", s: "text", j: "json", b: "bytes" } as const;

  test.each(["bindRows", "bindNewRows"] as const)("%s brings every value through", async (form) => {
    const database = await open();
    const text = "\"quotes\" 'and' \\ back\u2028slash 🎭 \u0001 $1 ?2";
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const rows = [
      [-1, 2 ** 53 - 1, text, { a: [1, "é", null] }, bytes],
      [null, null, null, null, null],
      [2 ** 31 - 1, 1 - 2 ** 53, "", ["x", text], Buffer.from([0])],
      [-(2 ** 31), -1, "plain", {}, Buffer.from("b")],
      [0, 2 ** 32 + 7, "é".repeat(300), [], bytes],
    ];

    const { from, bind } = database.dialect[form](bound, "r", rows);
    const found = await database.read.query(`SELECT * FROM ${from}`, bind);

    expect(found).toEqual(
      rows.map(([n, t, s, j, b]) => ({ n, t, s, j: j === null ? null : JSON.stringify(j), b })),
    );
  });

  test.each(["bindRows", "bindNewRows"] as const)("%s without a row finds none", async (form) => {
    const database = await open();

    const { from, bind } = database.dialect[form](bound, "r", []);

    expect(await database.read.query(`SELECT * FROM ${from}`, bind)).toEqual([]);
  });

  test("an empty batch is no row", async () => {
    const database = await open();

    expect(
      await database.read.query(`SELECT * FROM ${database.dialect.rows("$1", columns, "r")}`, ["[]"]),
    ).toEqual([]);
  });
}
