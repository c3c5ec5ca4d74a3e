/** The tables of a database as they are there, for what treats all of them alike. */
import { groupBy } from "../../group-by.ts";
import type { Queryable } from "./db/database.ts";
import type { TableType } from "./db/dialect.ts";

export interface SchemaColumn {
  readonly name: string;
  readonly type: TableType;
}

export interface SchemaTable {
  readonly name: string;
  readonly columns: readonly SchemaColumn[];
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[];
}

interface ColumnRow {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  /** Position in the primary key, from 1; 0 or NULL outside it. */
  readonly place: number | null;
}

const TYPES: Readonly<Record<string, TableType>> = {
  INTEGER: "big",
  TEXT: "text",
  BLOB: "bytes",
  integer: "int",
  bigint: "big",
  text: "text",
  bytea: "bytes",
};

/** Lists Callboard's tables by name. */
export async function listTables(q: Queryable): Promise<readonly SchemaTable[]> {
  const rows = await q.query<ColumnRow>(q.dialect.columnsOfTables);
  return [...groupBy(rows, ({ table }) => table)].map(([name, columns]) => toTable(name, columns));
}

function toTable(name: string, rows: readonly ColumnRow[]): SchemaTable {
  const inKey = rows.filter(({ place }) => (place ?? 0) > 0);
  return {
    name,
    columns: rows.map(({ column, type }) => {
      const known = TYPES[type];
      if (known === undefined) throw new Error(`${name}.${column} has the unknown type ${type}`);
      return { name: column, type: known };
    }),
    key: inKey.toSorted((a, b) => Number(a.place) - Number(b.place)).map(({ column }) => column),
  };
}

export type RowCounts = Readonly<Record<string, number>>;

/** Counts the rows of every table, by its name. */
export async function countRows(q: Queryable): Promise<RowCounts> {
  const counts: Record<string, number> = {};
  for (const { name } of await listTables(q)) {
    const [row] = await q.query<{ count: number }>(`SELECT COUNT(*) AS count FROM ${name}`);
    counts[name] = row?.count ?? 0;
  }
  return counts;
}
