/** Copies every table of one database into another one, and compares each row with what was written. */
import { createHash } from "node:crypto";
import { CallboardError, getMessage } from "../../errors.ts";
import type { Queryable, Row } from "./db/queryable.ts";
import { listTables } from "./schema.ts";
import type { SchemaTable } from "./schema.ts";

/** Rows that are copied by one statement at most, and their size. One row can be larger. */
const MAX_ROWS = 5_000;
const MAX_BYTES = 8 * 1024 * 1024;
const FIRST_ROWS = 500;

export interface CopiedTable {
  readonly name: string;
  readonly rows: number;
  /** SHA-256 of all rows in the order of their keys, the same for both databases. */
  readonly sha256: string;
}

export interface CopyTablesOptions {
  readonly from: Queryable;
  readonly to: Queryable;
  /** Names of tables that the target has its own rows of. */
  readonly except: readonly string[];
  readonly onRows: (table: string, rows: number) => void;
}

/**
 * `to` has the same tables, which are empty.
 * @throws {CallboardError} MOVE_SOURCE if the target can't store a value; MOVE_DIFFERS if it has another row than the source
 */
export async function copyTables({
  from,
  to,
  except,
  onRows,
}: CopyTablesOptions): Promise<readonly CopiedTable[]> {
  const copied: CopiedTable[] = [];
  for (const table of await listTables(to)) {
    if (except.includes(table.name)) continue;
    copied.push(await copyTable({ from, to, table, onRows: (rows) => onRows(table.name, rows) }));
  }
  return copied;
}

interface TableCopy {
  readonly from: Queryable;
  readonly to: Queryable;
  readonly table: SchemaTable;
  readonly onRows: (rows: number) => void;
}

async function copyTable({ from, to, table, onRows }: TableCopy): Promise<CopiedTable> {
  const hash = createHash("sha256");
  let rows = 0;
  for await (const batch of readBatches(from, table)) {
    await insert(to, table, batch);
    const written = await readSameRange(to, table, batch);
    requireSame(table, batch, written);
    for (const row of batch) hash.update(row).update("\n");
    rows += batch.length;
    onRows(batch.length);
  }
  const [counted] = await to.query<{ count: number }>(`SELECT COUNT(*) AS count FROM ${table.name}`);
  if (counted?.count !== rows)
    throw differs(table, `it has ${counted?.count ?? 0} rows, and ${rows} were copied`);
  return { name: table.name, rows, sha256: hash.digest("hex") };
}

/** Rows as JSON arrays, in the order of the key. The next batch is read while the one before is written. */
async function* readBatches(from: Queryable, table: SchemaTable): AsyncGenerator<readonly string[]> {
  let size = FIRST_ROWS;
  const read = async (after: readonly unknown[] | undefined) => {
    size = await fitSize(from, table, after, size);
    return readRows(from, table, after, size);
  };
  let reading = read(undefined);
  for (;;) {
    const rows = await reading;
    const last = rows.at(-1);
    if (last === undefined) return;
    reading = read(getKey(table, last));
    // It may fail before it is awaited.
    reading.catch(() => undefined);
    yield rows.map((row) => toJson(table, row));
  }
}

/** Returns how many rows fit into one statement, twice as many as before at most. */
async function fitSize(
  from: Queryable,
  table: SchemaTable,
  after: readonly unknown[] | undefined,
  before: number,
): Promise<number> {
  const sized = table.columns.filter(({ type }) => type === "text" || type === "bytes");
  if (sized.length === 0) return MAX_ROWS;
  const bytes = sized.map(({ name }) => `COALESCE(octet_length(${name}), 0)`).join(" + ");
  for (let size = Math.min(before * 2, MAX_ROWS); ; size = Math.max(1, Math.floor(size / 4))) {
    const { sql, bind } = selectAfter(table, after, size);
    const [row] = await from.query<{ bytes: number | null }>(
      `SELECT SUM(${bytes}) AS bytes FROM (${sql}) r`,
      bind,
    );
    if (size === 1 || (row?.bytes ?? 0) <= MAX_BYTES) return size;
  }
}

const readRows = (q: Queryable, table: SchemaTable, after: readonly unknown[] | undefined, size: number) => {
  const { sql, bind } = selectAfter(table, after, size);
  return q.query(sql, bind);
};

function selectAfter(table: SchemaTable, after: readonly unknown[] | undefined, size: number) {
  const { name, key } = table;
  const names = table.columns.map((column) => column.name).join(", ");
  const order = key.join(", ");
  const where =
    after === undefined ? "" : `WHERE (${order}) > (${after.map((_, index) => `$${index + 1}`).join(", ")})`;
  return { sql: `SELECT ${names} FROM ${name} ${where} ORDER BY ${order} LIMIT ${size}`, bind: after ?? [] };
}

const getKey = ({ key }: SchemaTable, row: Row): readonly unknown[] => key.map((column) => row[column]);

/** The form in which rows of both databases are compared. */
function toJson({ columns }: SchemaTable, row: Row): string {
  return JSON.stringify(
    columns.map(({ name }) => {
      const value = row[name];
      return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : (value ?? null);
    }),
  );
}

async function insert(to: Queryable, table: SchemaTable, rows: readonly string[]): Promise<void> {
  const { name, columns } = table;
  const names = columns.map((column) => column.name).join(", ");
  const types = Object.fromEntries(columns.map((column) => [column.name, column.type]));
  try {
    await to.query(
      `INSERT INTO ${name} (${names}) SELECT ${names} FROM ${to.dialect.rows("$1", types, "r")}`,
      [`[${rows.join(",")}]`],
    );
  } catch (error) {
    if (!isUnstorable(error)) throw error;
    throw new CallboardError(
      "MOVE_SOURCE",
      `The target can't store a row of ${name}, one of the ${rows.length} from ${describeKey(table, rows[0])} on: ${getMessage(error)}`,
      { cause: error },
    );
  }
}

/** SQLSTATEs of values and constraints. */
const isUnstorable = (error: unknown): boolean =>
  error instanceof Error && "code" in error && /^2[23]/.test(String(error.code));

/** The key of a row in the form of {@link toJson}. */
function readKey({ columns, key }: SchemaTable, row = "[]"): readonly unknown[] {
  const values = JSON.parse(row) as readonly unknown[];
  return key.map((column) => values[columns.findIndex(({ name }) => name === column)]);
}

/** Names a row without what it holds. */
const describeKey = (table: SchemaTable, row: string | undefined): string => readKey(table, row).join("/");

async function readSameRange(
  to: Queryable,
  table: SchemaTable,
  batch: readonly string[],
): Promise<readonly string[]> {
  const [first, last] = [readKey(table, batch[0]), readKey(table, batch.at(-1))];
  const order = table.key.join(", ");
  const list = (from: number) => first.map((_, index) => `$${from + index}`).join(", ");
  const rows = await to.query(
    `SELECT ${table.columns.map(({ name }) => name).join(", ")} FROM ${table.name}
     WHERE (${order}) >= (${list(1)}) AND (${order}) <= (${list(1 + first.length)}) ORDER BY ${order}`,
    [...first, ...last],
  );
  return rows.map((row) => toJson(table, row));
}

function requireSame(table: SchemaTable, read: readonly string[], written: readonly string[]): void {
  const at = read.findIndex((row, index) => row !== written[index]);
  if (at >= 0) throw differs(table, `the row ${describeKey(table, read[at])} is not there as it was`);
  if (written.length !== read.length) throw differs(table, "it has a row that the source has not");
}

const differs = ({ name }: SchemaTable, what: string): CallboardError =>
  new CallboardError(
    "MOVE_DIFFERS",
    `${name} of the target is not that of the source: ${what}. Nothing was moved`,
  );
