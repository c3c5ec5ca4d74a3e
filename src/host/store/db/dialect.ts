/**
 * Every difference between SQLite and PostgreSQL, in one table of facts. Statements are written once; where the two
 * disagree they ask the dialect for the words.
 */

/**
 * Type of a column in a batch parameter. `bytes` travel as hexadecimal text; `json` is a value that is kept as JSON text,
 * and travels as itself instead of as text in text.
 */
export type ColumnType = TableType | "json";

/** Type of a column in a table. */
export type TableType = "int" | "big" | "text" | "bytes";

export interface Dialect {
  readonly name: "sqlite" | "postgres";
  /** Words of the column types in CREATE TABLE. */
  readonly types: Readonly<Record<TableType, string>>;
  /** Ends CREATE TABLE for a table whose rows are small and live in their primary key. */
  readonly clustered: string;
  /** Compares where NULL equals NULL. */
  readonly is: string;
  /** Locks the selected rows, passing over those that another process holds. */
  readonly skipLocked: string;
  /** Follows a table's name: goes along this index, which SQLite without statistics would not choose by itself. */
  readonly along: (index: string) => string;
  /**
   * Joins to each row before it the rows of the table, called `alias`, that fit the condition, and looks for them along an
   * index. Left to itself PostgreSQL may begin with the table, whose size it does not care about when a condition is a range.
   */
  readonly joinEach: (table: string, alias: string, condition: string) => string;
  /** Part of a parameter of bytes, as text: `size` of them, beginning `at` so many behind the first. */
  readonly text: (parameter: string, at: string, size: string) => string;
  /**
   * A time, of the value that {@link bindAt} makes of it. PostgreSQL adds it to the server's clock, which is read here and
   * nowhere else; SQLite has no clock but that of the process.
   */
  readonly at: (value: string) => string;
  /** `time` as it is bound for {@link at}; `now` is the database's time as the process knows it. */
  readonly bindAt: (time: number, now: number) => number;
  /** Takes rows of `$n` (a JSON array of arrays) apart into named, typed columns: a FROM item called `alias`. */
  readonly rows: (parameter: string, columns: Readonly<Record<string, ColumnType>>, alias: string) => string;
}

function columnsOf(
  columns: Readonly<Record<string, ColumnType>>,
  read: (index: number, type: ColumnType) => string,
): string {
  return Object.entries(columns)
    .map(([name, type], index) => `${read(index, type)} AS ${name}`)
    .join(", ");
}

export const SQLITE: Dialect = {
  name: "sqlite",
  types: { int: "INTEGER", big: "INTEGER", text: "TEXT", bytes: "BLOB" },
  clustered: " WITHOUT ROWID",
  is: "IS",
  skipLocked: "",
  along: (index) => ` INDEXED BY ${index}`,
  // SQLite never changes the order of a CROSS JOIN.
  joinEach: (table, alias, condition) => `CROSS JOIN ${table} ${alias} ON ${condition}`,
  // Of no bytes at all, substr is NULL.
  text: (parameter, at, size) => `COALESCE(CAST(substr(${parameter}, ${at} + 1, ${size}) AS TEXT), '')`,
  at: (value) => value,
  bindAt: (time) => time,
  rows: (parameter, columns, alias) => {
    const list = columnsOf(columns, (index, type) => {
      if (type === "bytes") return `unhex(value->>${index})`;
      return type === "json" ? `NULLIF(value->${index}, 'null')` : `value->>${index}`;
    });
    // Parsed once into SQLite's binary form: each column read from text would parse its row again.
    return `(SELECT ${list} FROM jsonb_each(jsonb(${parameter}))) ${alias}`;
  },
};

const PG_CAST = { int: "integer", big: "bigint" } as const;

export const POSTGRES: Dialect = {
  name: "postgres",
  // Compared byte by byte, as SQLite does, whatever language the database was made for.
  types: { int: "INTEGER", big: "BIGINT", text: 'TEXT COLLATE "C"', bytes: "BYTEA" },
  clustered: "",
  is: "IS NOT DISTINCT FROM",
  skipLocked: "FOR UPDATE SKIP LOCKED",
  along: () => "",
  joinEach: (table, alias, condition) =>
    `CROSS JOIN LATERAL (SELECT * FROM ${table} ${alias} WHERE ${condition} OFFSET 0) ${alias}`,
  text: (parameter, at, size) =>
    `convert_from(substring(${parameter}::bytea FROM ${at} + 1 FOR ${size}), 'UTF8')`,
  // The time at which the server was given the statement: a clock that moves on during it could not be compared along an index.
  at: (value) => `((extract(epoch FROM statement_timestamp()) * 1000)::bigint + (${value})::bigint)`,
  bindAt: (time, now) => time - now,
  rows: (parameter, columns, alias) => {
    const list = columnsOf(columns, (index, type) => {
      const value = `c[${index + 1}]`;
      if (type === "bytes") return `decode(${value}, 'hex')`;
      return type === "int" || type === "big" ? `${value}::${PG_CAST[type]}` : value;
    });
    // Each row is taken apart once, into an array of texts: `v->>n` would parse the row anew for every column. Values of
    // type json come out as they were sent.
    return (
      `(SELECT ${list} FROM json_array_elements(${parameter}::json) v ` +
      `CROSS JOIN LATERAL (SELECT array_agg(e) AS c FROM json_array_elements_text(v) e) t) ${alias}`
    );
  },
};
