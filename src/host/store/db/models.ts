/**
 * Sequelize's models of the control plane, on a connection that the caller holds already: inside its transaction, behind the queue of
 * SQLite, through a pooler. A model has no connection of its own, so that none of its calls can go past them.
 */
import type { Model, ModelAttributes, ModelStatic, QueryOptions } from "sequelize";
import type { StoredColumn } from "./columns.ts";
import type { Dialect } from "./dialect.ts";
import type { Queryable } from "./queryable.ts";
import { DataTypes, Sequelize } from "./sequelize.ts";

declare module "sequelize" {
  interface Transactionable {
    /** Runs the statement. */
    readonly on?: Queryable["query"];
  }
}

const TYPES = {
  int: DataTypes.INTEGER,
  big: DataTypes.BIGINT,
  text: DataTypes.TEXT,
  bytes: DataTypes.BLOB,
} as const;

/** What models do with rows. A statement of any other kind would change the schema, which migrations do. */
const OF_ROWS: ReadonlySet<string | undefined> = new Set([
  "SELECT",
  "INSERT",
  "UPSERT",
  "UPDATE",
  "BULKUPDATE",
  "BULKDELETE",
]);

class Models extends Sequelize {
  /** It would be on a connection of its own, where none of the caller's statements are. `findOrCreate` begins one as well. */
  override transaction(): Promise<never> {
    return Promise.reject(new TypeError("a model runs in the transaction of its caller"));
  }

  /** Resolves to what a model expects: the rows of a SELECT, and how many rows were written or deleted. */
  override async query(
    sql: string | { query: string; bind?: unknown[] },
    options: QueryOptions & { readonly instance?: Model } = {},
  ): Promise<never> {
    const { on, type, instance } = options;
    if (on === undefined) throw new TypeError("a model runs on a connection that its caller holds");
    if (!OF_ROWS.has(type)) throw new TypeError("a model reads and changes rows alone");
    const { query, bind } = typeof sql === "string" ? { query: sql, bind: options.bind } : sql;
    const text = query.replace(/;$/, "");
    const rows = await on(type === "SELECT" ? text : `${text} RETURNING 1 AS one`, bind as unknown[]);
    const answer = type === "SELECT" ? rows : instance === undefined ? rows.length : [instance, rows.length];
    return answer as never;
  }
}

const ofDialect = new Map<Dialect["name"], Models>();

/** The model of a table, defined once for each database. */
export function getModel(
  { name: dialect }: Dialect,
  table: string,
  columns: readonly StoredColumn[],
  key: readonly string[],
): ModelStatic<Model> {
  let models = ofDialect.get(dialect);
  if (models === undefined) ofDialect.set(dialect, (models = new Models({ dialect, logging: false })));
  if (models.isDefined(table)) return models.model(table);
  const attributes: ModelAttributes = Object.fromEntries(
    columns.map(({ name, type }) => [name, { type: TYPES[type], primaryKey: key.includes(name) }]),
  );
  return models.define(table, attributes, { tableName: table, timestamps: false });
}
