/**
 * A table of the control plane, described once: its columns give the Sequelize model and the way from a record to a row and back.
 * Values are always bound, where Sequelize by itself writes those of a SELECT and a DELETE into the text.
 */
import type { Model, ModelStatic, WhereOptions } from "sequelize";
import type { Seal } from "../seal.ts";
import { eachSite } from "./by-site.ts";
import { toColumnName } from "./columns.ts";
import type { Column, Place, Property, RowSeal, StoredColumn } from "./columns.ts";
import { getModel } from "./models.ts";
import type { Queryable, Row } from "./queryable.ts";
import { literal } from "./sequelize.ts";
import { createShape } from "./shape.ts";

type Columns<R> = { readonly [K in keyof R]-?: Column<R[K]> };
/** Compares with each value; undefined is NULL. */
type Values<R> = { readonly [K in keyof R]?: R[K] };
/** The same, or a condition in SQL and what is bound to its `$1` …. */
type Where<R> = Values<R> | readonly [condition: string, ...bind: unknown[]];
/** Members that can be undefined are optional. */
type New<R> = { readonly [K in keyof R as undefined extends R[K] ? never : K]: R[K] } & {
  readonly [K in keyof R as undefined extends R[K] ? K : never]?: R[K];
};

export interface TableDefinition<R extends object, U extends object, S extends object> {
  /** Without `callboard_`. */
  readonly name: string;
  /** Properties of the primary key. */
  readonly key: readonly (keyof R & string)[];
  readonly columns: Columns<R>;
  /** Written and compared, and not part of the records that are read. */
  readonly unread?: Columns<U>;
  /** Part of the records that are read by way of `sealedBy` alone: most readers of the table need no secret. */
  readonly secret?: Columns<S>;
  /** Processes follow the changes of its rows: every one is marked for `raiseVersion`. */
  readonly isFollowed?: boolean;
}

export interface SealedColumn {
  readonly column: string;
  readonly place: Place;
}

export interface Table<R extends object, U extends object = object, S extends object = object> {
  readonly name: string;
  /** Columns of the primary key. */
  readonly key: readonly string[];
  /** Every column. */
  readonly stored: readonly StoredColumn[];
  readonly sealed: readonly SealedColumn[];
  /** Begins an UPDATE in SQL, to be followed by `column = value`. Nothing else may begin one of a followed table. */
  readonly update: string;
  /** The same, without the mark for rows that fulfill a condition. */
  readonly updateUnmarked: (condition: string) => string;
  readonly toRecord: (row: Row) => R;
  /** The same table with secrets that are sealed and opened. */
  readonly sealedBy: (seal: Seal) => Table<R & S, U>;
  readonly list: (
    q: Queryable,
    where?: Where<R & U>,
    options?: { readonly order?: string; readonly limit?: number },
  ) => Promise<readonly R[]>;
  readonly find: (q: Queryable, where: Where<R & U>) => Promise<R | undefined>;
  readonly insert: (tx: Queryable, record: New<R & U>) => Promise<void>;
  /** In one statement. None of the columns may hold bytes. */
  readonly insertMany: (tx: Queryable, records: readonly New<R & U>[]) => Promise<void>;
  /** Resolves to false if there is a row with this key. */
  readonly insertNew: (tx: Queryable, record: New<R & U>) => Promise<boolean>;
  /** Inserts the row, or replaces all values of the one with this key. */
  readonly save: (tx: Queryable, record: New<R & U>) => Promise<void>;
  /** Resolves to the number of rows that it changed. */
  readonly set: (tx: Queryable, where: Values<R & U>, changes: Values<R & U>) => Promise<number>;
  readonly delete: (tx: Queryable, where: Where<R & U>) => Promise<number>;
}

/** Its value is NULL in a row that changed since the version of its site was raised. */
const MARK: StoredColumn = { name: "changed_in", type: "big", isNullable: true };

/** Every table that is described. A test compares them with the schema. */
export const DESCRIBED: Pick<Table<never>, "name" | "key" | "stored">[] = [];

export function defineTable<R extends object, U extends object = object, S extends object = object>(
  definition: TableDefinition<R, U, S>,
): Table<R, U, S> {
  const name = `callboard_${definition.name}`;
  const readable = toProperties(definition.columns);
  const secret = toProperties(definition.secret ?? {});
  const properties = new Map([...readable, ...secret, ...toProperties(definition.unread ?? {})]);
  const own = [...properties.values()].flatMap((property) => property.stored);
  const stored = definition.isFollowed === true ? [...own, MARK] : own;
  const mark = definition.isFollowed === true ? { [MARK.name]: null } : {};
  const key = definition.key.map(toColumnName);
  const sealed = [...properties.values()].flatMap(({ stored: [column], place }) =>
    place === undefined || column === undefined ? [] : [{ column: column.name, place }],
  );
  DESCRIBED.push({ name, key, stored });
  const modelFor = ({ dialect }: Queryable): ModelStatic<Model> => getModel(dialect, name, stored, key);

  function build(seal?: Seal): Table<R, U, S> {
    const read = seal === undefined ? readable : new Map([...readable, ...secret]);
    const attributes = [...read.values()].flatMap((property) => property.stored.map((column) => column.name));
    const openRow = (key: () => readonly unknown[]) => (): RowSeal => {
      if (seal === undefined) throw new TypeError(`${name} holds secrets: use it by way of sealedBy`);
      return { seal, key: key() };
    };
    const newRecord = createShape([...read.keys()]);
    function toRecord(row: Row): R {
      const rowSeal = openRow(() => key.map((column) => row[column]));
      const record = newRecord();
      for (const [name, property] of read) record[name] = property.read(row, rowSeal);
      return record as R;
    }
    /** Columns of all properties, or of those in `values`. `keyed` has the key of the row, which secrets are sealed for. */
    function toRow(
      values: object,
      names: Iterable<string> = Object.keys(values),
      keyed: object = values,
    ): Record<string, unknown> {
      const given = values as Readonly<Record<string, unknown>>;
      const keys = keyed as Readonly<Record<string, unknown>>;
      const rowSeal = openRow(() => definition.key.map((property) => keys[property] ?? lacksKey(property)));
      const row: Record<string, unknown> = {};
      for (const property of names) {
        const { stored, write } = properties.get(property) ?? missing(property);
        write(given[property] as never, rowSeal).forEach((value, index) => {
          row[stored[index]?.name ?? missing(property)] = value;
        });
      }
      return row;
    }
    function missing(property: string): never {
      throw new TypeError(`${name} has no column for ${property}`);
    }
    function lacksKey(property: string): never {
      throw new TypeError(`${name} seals the secrets of one row: give its ${property}`);
    }
    /** One literal: Sequelize would leave out the column that a literal is compared with. */
    function toCondition(where: Where<R & U>) {
      if (isCondition(where)) return { where: literal(where[0]), bind: where.slice(1) };
      const bind: unknown[] = [];
      const parts = Object.entries(where).flatMap(([property, value]) => {
        const columns = Object.entries(toRow({ [property]: value }));
        const given = columns.filter(([, part]) => part !== null);
        // Of a receiver only the column that names it: its index would not be followed for both.
        return given.length === 0
          ? columns.map(([column]) => `${column} IS NULL`)
          : given.map(([column, part]) => `${column} = $${bind.push(part)}`);
      });
      return { where: literal(parts.length === 0 ? "true" : parts.join(" AND ")), bind };
    }
    const list: Table<R, U>["list"] = async (q, where = {}, { order, limit } = {}) => {
      const rows = await modelFor(q).findAll({
        raw: true,
        attributes,
        ...toCondition(where),
        ...(order === undefined ? {} : { order: literal(order) }),
        ...(limit === undefined ? {} : { limit }),
        on: q.query,
      });
      return (rows as unknown as Row[]).map(toRecord);
    };
    const toWhole = (record: object) => ({ ...toRow(record, properties.keys()), ...mark });
    return {
      name,
      key,
      stored,
      sealed,
      update: `UPDATE ${name} SET ${definition.isFollowed === true ? `${MARK.name} = NULL, ` : ""}`,
      updateUnmarked: (condition) =>
        `UPDATE ${name} SET ${MARK.name} = CASE WHEN ${condition} THEN ${MARK.name} END, `,
      toRecord,
      // With a seal, records have the secrets as well.
      sealedBy: build as unknown as Table<R, U, S>["sealedBy"],
      list,
      find: async (q, where) => (await list(q, where))[0],
      insert: async (tx, record) => {
        await modelFor(tx).create(toWhole(record), plain(tx.query));
      },
      insertMany: async (tx, records) => {
        const names = stored.map((column) => column.name).join(", ");
        const types = Object.fromEntries(stored.map((column) => [column.name, column.type]));
        const whole = records.map((record) => ({
          siteNo: (record as { readonly siteNo?: number }).siteNo ?? 0,
          row: Object.values(toWhole(record)),
        }));
        await eachSite(tx, whole, (part) =>
          tx.query(
            `INSERT INTO ${name} (${names}) SELECT ${names} FROM ${tx.dialect.newRows("$1", types, "r")}`,
            [JSON.stringify(part.map(({ row }) => row))],
          ),
        );
      },
      insertNew: async (tx, record) => {
        let isInserted = false;
        // A model tells nothing of a row that was there.
        const insert: Queryable["query"] = async (sql, bind) => {
          const rows = await tx.query<never>(sql, bind);
          isInserted = rows.length > 0;
          return rows;
        };
        await modelFor(tx).create(toWhole(record), { ...plain(insert), ignoreDuplicates: true });
        return isInserted;
      },
      save: async (tx, record) => {
        await modelFor(tx).upsert(toWhole(record), plain(tx.query));
      },
      set: async (tx, where, changes) => {
        const options = { where: toRow(where) as WhereOptions, ...plain(tx.query) };
        const changed = toRow(changes, Object.keys(changes), where);
        return (await modelFor(tx).update({ ...changed, ...mark }, options))[0];
      },
      delete: async (tx, where) => modelFor(tx).destroy({ ...toCondition(where), ...plain(tx.query) }),
    };
  }
  return build();
}

/** Without what Sequelize would do beside the statement. */
const plain = (on: Queryable["query"]) => ({ hooks: false, validate: false, returning: false, on });

const isCondition = (where: object): where is readonly [string, ...unknown[]] => Array.isArray(where);

const toProperties = (columns: object): Map<string, Property<never>> =>
  new Map(
    Object.entries(columns as Readonly<Record<string, Column<never>>>).map(([name, column]) => [
      name,
      column(name),
    ]),
  );
