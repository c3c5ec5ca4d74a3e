/** Finds rows that hold a text, in any column of any table, a window of primary keys at a time. */
import { ESCAPES, holdsSubject } from "../model/subject.ts";
import type { Queryable, Row } from "./db/queryable.ts";
import type { SchemaColumn, SchemaTable } from "./schema.ts";

export interface FoundRow {
  /** Values of the primary key. */
  readonly key: readonly unknown[];
  readonly row: Row;
  /** Columns that hold the text. */
  readonly columns: readonly string[];
}

export interface Window {
  readonly rows: readonly FoundRow[];
  /** Number of rows that were looked through. */
  readonly scanned: number;
  /** The key after which the next window begins; undefined at the end of the table. */
  readonly last: readonly unknown[] | undefined;
}

/** Columns of text and bytes; sealed ones look like noise. */
const searchable = ({ columns }: SchemaTable): readonly (SchemaColumn & { type: "text" | "bytes" })[] =>
  columns.filter(
    (column): column is SchemaColumn & { type: "text" | "bytes" } =>
      column.type === "text" || column.type === "bytes",
  );

/** Looks through up to `size` rows after a key. */
export async function findInWindow(
  q: Queryable,
  table: SchemaTable,
  { after, size, subject }: { after: readonly unknown[] | undefined; size: number; subject: string },
): Promise<Window> {
  const order = table.key.join(", ");
  const begin = after === undefined ? "true" : `(${order}) > (${listParameters(after, 1)})`;
  const ends = await q.query(
    `SELECT ${order} FROM ${table.name} WHERE ${begin} ORDER BY ${order} LIMIT 1 OFFSET ${size - 1}`,
    after,
  );
  const last = ends[0] === undefined ? undefined : table.key.map((column) => ends[0]?.[column]);
  const scanned = last === undefined ? await countRest(q, table.name, { begin, bind: after }) : size;
  const bind = [...(after ?? []), ...(last ?? [])];
  const end =
    last === undefined ? "true" : `(${order}) <= (${listParameters(last, 1 + (after?.length ?? 0))})`;
  const columns = searchable(table);
  if (columns.length === 0) return { rows: [], last, scanned };
  const rows = await q.query(
    `SELECT * FROM ${table.name} WHERE ${begin} AND ${end} AND (${mayHold(q, columns, bind.length + 1)})`,
    [...bind, subject],
  );
  return {
    last,
    scanned,
    rows: rows.flatMap((row) => {
      const holding = columns.map(({ name }) => name).filter((name) => holds(row[name], subject));
      return holding.length === 0 ? [] : [{ key: table.key.map((name) => row[name]), row, columns: holding }];
    }),
  };
}

async function countRest(
  q: Queryable,
  table: string,
  { begin, bind }: { readonly begin: string; readonly bind: readonly unknown[] | undefined },
): Promise<number> {
  const [row] = await q.query<{ count: number }>(
    `SELECT COUNT(*) AS count FROM ${table} WHERE ${begin}`,
    bind,
  );
  return row?.count ?? 0;
}

const listParameters = (values: readonly unknown[], from: number): string =>
  values.map((_, index) => `$${index + from}`).join(", ");

/** True for every row that holds it, and for those in which it may be written otherwise. */
function mayHold(q: Queryable, columns: ReturnType<typeof searchable>, parameter: number): string {
  return columns
    .flatMap(({ name, type }) => [
      q.dialect.has(name, type, `$${parameter}`),
      ...ESCAPES.map((escape) => q.dialect.has(name, type, `'${escape}'`)),
    ])
    .join(" OR ");
}

function holds(value: unknown, subject: string): boolean {
  if (value instanceof Uint8Array) return holdsSubject(Buffer.from(value).toString("utf8"), subject);
  return typeof value === "string" && holdsSubject(value, subject);
}
