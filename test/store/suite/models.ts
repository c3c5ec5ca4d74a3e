/** Tables of the control plane: each description is that of the schema, and models run where their caller says. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { big, int, optional, sealed, text } from "../../../src/host/store/db/columns.ts";
import type { Queryable } from "../../../src/host/store/db/database.ts";
import { getModel } from "../../../src/host/store/db/models.ts";
import { DESCRIBED, defineTable } from "../../../src/host/store/db/table.ts";
import { endpoints, ensureEndpoint } from "../../../src/host/store/tables/endpoints.ts";
import { writeSetting } from "../../../src/host/store/tables/settings.ts";
import { addSite, seal } from "../../support/store.ts";
import type { OpenStore } from "../conformance.ts";

const FOLDER = join(import.meta.dirname, "../../../src/host/store/tables");
const described = await Promise.all(
  readdirSync(FOLDER).map((file) => import(/* @vite-ignore */ join(FOLDER, file))),
).then(() => [...DESCRIBED]);

const SETTINGS = {
  name: "callboard_setting",
  columns: [text()("name"), text()("value")].flatMap(({ stored }) => stored),
  key: ["name"],
};

interface SchemaColumn {
  readonly name: string;
  readonly type: string;
  readonly isNullable: boolean;
  readonly isKey: boolean;
}

async function readSchema(q: Queryable, table: string): Promise<readonly SchemaColumn[]> {
  if (q.dialect.name === "sqlite") {
    const rows = await q.query<{ name: string; type: string; notnull: number; pk: number }>(
      `SELECT name, type, "notnull", pk FROM pragma_table_info('${table}')`,
    );
    return rows.map(({ name, type, notnull, pk }) => ({
      name,
      type: type.toLowerCase(),
      isNullable: notnull === 0 && pk === 0,
      isKey: pk > 0,
    }));
  }
  return q.query<{ name: string; type: string; isNullable: boolean; isKey: boolean }>(
    `SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type, NOT a.attnotnull AS "isNullable",
       COALESCE(a.attnum = ANY (i.indkey), false) AS "isKey"
     FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
     WHERE a.attrelid = '${table}'::regclass AND a.attnum > 0 AND NOT a.attisdropped`,
  );
}

const sorted = <T extends { readonly name: string }>(columns: readonly T[]): readonly T[] =>
  columns.toSorted((a, b) => (a.name < b.name ? -1 : 1));

export function modelTests(open: OpenStore): void {
  test.each(described.map((table) => [table.name, table] as const))(
    "%s has the columns of the schema",
    async (name, { key, stored }) => {
      const { read } = await open();
      const types = Object.fromEntries(
        Object.entries(read.dialect.types).map(([type, words]) => [type, words.split(" ")[0]!.toLowerCase()]),
      );
      const columns = stored.map((column) => ({
        name: column.name,
        type: types[column.type],
        isNullable: column.isNullable,
        isKey: key.includes(column.name),
      }));
      expect(sorted(columns)).toEqual(sorted(await readSchema(read, name)));
    },
  );

  test("a model without its caller's connection runs nothing", async () => {
    const { dialect } = await open();
    const model = getModel(dialect, "callboard_nothing", [], []);
    await expect(model.count()).rejects.toThrow("a connection that its caller holds");
  });

  test("a model opens no transaction, and never changes the schema", async () => {
    const { dialect, write } = await open();
    const model = getModel(dialect, SETTINGS.name, SETTINGS.columns, SETTINGS.key);
    const statements: string[] = [];
    const where = { name: "a", value: "1" };
    await write(async (tx) => {
      const on: Queryable["query"] = (sql, bind) => {
        statements.push(sql);
        return tx.query(sql, bind);
      };
      await expect(model.findOrCreate({ where, on } as never)).rejects.toThrow("transaction of its caller");
      await expect(model.sync({ on } as never)).rejects.toThrow("reads and changes rows alone");
      await expect(model.drop({ on } as never)).rejects.toThrow("reads and changes rows alone");
    });
    await expect(model.sequelize?.transaction()).rejects.toThrow("transaction of its caller");
    expect(statements).toEqual([]);
  });

  test("rows that a model reads are plain", async () => {
    const { dialect, read, write } = await open();
    const model = getModel(dialect, SETTINGS.name, SETTINGS.columns, SETTINGS.key);
    await write((tx) => writeSetting(tx, "a", "1"));
    const rows = await model.findAll({ raw: true, where: { name: "a" }, on: read.query });
    expect(rows).toEqual([{ name: "a", value: "1" }]);
    expect(rows.filter((row) => row instanceof model)).toEqual([]);
  });

  test("values are bound, and in no statement's text", async () => {
    const { write } = await open();
    const statements: string[] = [];
    const told = "it's $1 told";
    const things = defineTable<{ readonly id: string; readonly hint: string | undefined }>({
      name: "thing",
      key: ["id"],
      columns: { id: text(), hint: optional(text()) },
    });
    const left = await write(async (tx) => {
      await tx.query("CREATE TABLE callboard_thing (id TEXT PRIMARY KEY, hint TEXT)");
      const watched: Queryable = {
        ...tx,
        query: (sql, bind) => {
          statements.push(sql);
          return tx.query(sql, bind);
        },
      };
      await things.insert(watched, { id: told, hint: undefined });
      expect(await things.insertNew(watched, { id: told, hint: "another" })).toBe(false);
      expect(await things.insertNew(watched, { id: "other" })).toBe(true);
      expect(await things.set(watched, { id: told, hint: undefined }, { hint: told })).toBe(1);
      expect(await things.set(watched, { id: told, hint: undefined }, { hint: told })).toBe(0);
      await things.save(watched, { id: told, hint: `${told} again` });
      await things.insertMany(watched, [{ id: "third", hint: told }]);
      expect(await things.find(watched, { id: told })).toEqual({ id: told, hint: `${told} again` });
      expect(await things.list(watched, ["hint = $1", told])).toEqual([{ id: "third", hint: told }]);
      expect(await things.delete(watched, { hint: told })).toBe(1);
      const rest = await things.list(watched, {}, { order: "id DESC" });
      await tx.query("DROP TABLE callboard_thing");
      return rest.map(({ id }) => id);
    });
    expect(left).toEqual(["other", told]);
    expect(statements.filter((sql) => sql.includes("told"))).toEqual([]);
  });

  test("a row that is compared with nothing known is not every row", async () => {
    const { read } = await open();
    const things = defineTable<{ readonly name: string }>({
      name: "other_thing",
      key: ["name"],
      columns: { name: text() },
    });
    await expect(things.delete(read, { nam: "x" } as never)).rejects.toThrow("has no column for nam");
  });

  test("every change of a followed row is marked", async () => {
    const database = await open();
    const site = await addSite(database);
    const receiver = { kind: "addon", addonKey: "a" } as const;
    const [marked, unmarked] = await database.write(async (tx) => {
      const no = await ensureEndpoint(tx, site.no, receiver, "https://a.example");
      const at = { siteNo: site.no, no };
      const isMarked = async (): Promise<boolean> => {
        const [row] = await tx.query<{ changed_in: number | null }>(
          "SELECT changed_in FROM callboard_endpoint",
        );
        await tx.query("UPDATE callboard_endpoint SET changed_in = 1");
        return row?.changed_in === null;
      };
      const found = [await isMarked()];
      await endpoints.set(tx, at, { failures: 1 });
      found.push(await isMarked());
      const before = await endpoints.find(tx, at);
      await endpoints.save(tx, { ...before!, createdAt: 1 });
      found.push(await isMarked());
      await tx.query(`${endpoints.update}failures = 2`);
      found.push(await isMarked());
      await tx.query(`${endpoints.updateUnmarked("failures = 3")}failures = 3`);
      found.push(await isMarked());
      await tx.query(`${endpoints.updateUnmarked("failures = 3")}failures = 4`);
      return [found, await isMarked()];
    });
    expect(marked).toEqual([true, true, true, true, true]);
    expect(unmarked).toBe(false);
  });

  test("a table with secrets is used with a seal", async () => {
    const { write } = await open();
    const things = defineTable<{
      readonly no: number;
      readonly at: number;
      readonly secret: string | undefined;
    }>({
      name: "sealed_thing",
      key: ["no"],
      columns: {
        no: int(),
        at: big(),
        secret: optional(sealed("secret_sealed", (no: number) => `thing|${no}|secret`)),
      },
    });
    await write(async (tx) => {
      const { int: no, big: at, bytes } = tx.dialect.types;
      await tx.query(
        `CREATE TABLE callboard_sealed_thing (no ${no} PRIMARY KEY, at ${at}, secret_sealed ${bytes})`,
      );
      await expect(things.insert(tx, { no: 1, at: 2, secret: "s" })).rejects.toThrow("sealedBy");
      await things.sealedBy(seal).insert(tx, { no: 1, at: 2, secret: "s" });
      const [row] = await tx.query<{ secret_sealed: Buffer }>(
        "SELECT secret_sealed FROM callboard_sealed_thing",
      );
      expect(seal.open("thing|1|secret", row!.secret_sealed)).toBe("s");
      expect(await things.sealedBy(seal).find(tx, { no: 1 })).toEqual({ no: 1, at: 2, secret: "s" });
      await expect(things.find(tx, { no: 1 })).rejects.toThrow("sealedBy");
      await tx.query("DROP TABLE callboard_sealed_thing");
    });
  });
}
