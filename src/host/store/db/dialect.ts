/**
 * Every difference between SQLite and PostgreSQL, in one table of facts. Statements are written once; where the two
 * disagree they ask the dialect for the words.
 */
import { encodeColumn } from "./postgres-arrays.ts";

/**
 * Type of a column in a batch parameter. `bytes` travel as hexadecimal text; `json` is a value that is kept as JSON text,
 * and travels as itself instead of as text in text.
 */
export type ColumnType = TableType | "json";

/** Type of a column in a table. */
export type TableType = "int" | "big" | "text" | "bytes";

export interface Dialect {
  readonly name: "sqlite" | "postgres";
  /** Several processes may be at work on the database: they lease rows, and tell each other what is new. */
  readonly isShared: boolean;
  /** The rows of each site are on one of several servers. {@link rows} whose first column is `site_no` are then those of one site. */
  readonly isDistributed: boolean;
  /** Words of the column types in CREATE TABLE. */
  readonly types: Readonly<Record<TableType, string>>;
  /** Ends CREATE TABLE for a table whose rows are small and live in their primary key. */
  readonly clustered: string;
  /** Compares where NULL equals NULL. */
  readonly is: string;
  /** Locks the selected rows until the end of the transaction. */
  readonly lock: string;
  /** Locks the selected rows, passing over those that another process holds. */
  readonly skipLocked: string;
  /** Follows a table's name: goes along this index, which SQLite without statistics would not choose by itself. */
  readonly along: (index: string) => string;
  /**
   * Joins to each row before it the rows of the table, called `alias`, that fit the condition, and looks for them along an
   * index. Left to itself PostgreSQL may begin with the table, whose size it does not care about when a condition is a range.
   */
  readonly joinEach: (table: string, alias: string, condition: string) => string;
  /** True if a column of text or bytes has the text of a parameter in it, byte by byte. NULL counts as empty. */
  readonly has: (column: string, type: "text" | "bytes", parameter: string) => string;
  /** Part of a parameter of bytes, as text: `size` of them, beginning `at` so many behind the first. */
  readonly text: (parameter: string, at: string, size: string) => string;
  /**
   * A time, of the value that {@link bindAt} makes of it. PostgreSQL adds it to the server's clock, which is read here and
   * nowhere else; SQLite has no clock but that of the process.
   */
  readonly at: (value: string) => string;
  /** `time` as it is bound for {@link at}; `now` is the database's time as the process knows it. */
  readonly bindAt: (time: number, now: number) => number;
  /** Tells the other processes on commit, as an expression that is true; undefined where there are none. */
  readonly notify: ((channel: string, parameter: string) => string) | undefined;
  /** Limits each wait of the transaction for a lock on rows of a site, as an expression that is true; undefined where nothing else writes. */
  readonly limitLockWait: ((ms: number, siteNo: number) => BoundExpression) | undefined;
  /** True, until the end of the transaction, for one process at a time: those that ask for the same number take turns. */
  readonly tryTurn: (number: number) => string;
  /** The same; waits. */
  readonly awaitTurn: (number: number) => string;
  /** Counts the other connected processes of Callboard. */
  readonly otherConnections: string;
  /** When the oldest open transaction began that has written something; undefined where one process writes alone. Epoch ms or NULL. */
  readonly oldestWrite: string | undefined;
  /** Pages of the file that are kept for later use, and all of them; 0 where the database looks after itself. */
  readonly pages: { readonly free: string; readonly all: string };
  /**
   * Selects every column of Callboard's tables, by table, with its type and its place in the primary key: from 1 on, 0 or NULL
   * outside it. The outbox is left out: it is a table of other programs.
   */
  readonly columnsOfTables: string;
  /** Checks the whole file: a row `integrity_check` with "ok", or one for each problem. Undefined where files are the server's. */
  readonly checkIntegrity: string | undefined;
  /** Selects the name of a table if it exists. */
  readonly findTable: (name: string) => string;
  /**
   * The first row of each group along an index. `next` selects the one after a group; `grouped` says the same with GROUP BY, which
   * reads all of the index where the database doesn't skip. `before` sorts before every row; numbers from 0 on when left out.
   */
  readonly firstOfEach: (
    columns: readonly string[],
    next: (after: string) => string,
    grouped: string,
    before?: string,
  ) => string;
  /** An aggregate: the values of the rows that fit, in this order, as the text of a JSON array. NULL or an empty array for none. */
  readonly list: (value: string, order: string, where?: string) => string;
  /** A FROM item `alias (no)` of numbers of sites, a JSON array of arrays: what is looked up for each is looked up beside its rows. */
  readonly sitesIn: (parameter: string, alias: string) => string;
  /** A FROM item with the rows `s` of all sites, and the same number of a site to look things up by. */
  readonly allSites: { readonly from: string; readonly no: string };
  /** Adds to a condition that the column is the site of these rows: empty where the site need not be a constant of the statement. */
  readonly ofSite: (column: string, parameter: string) => string;
  /** Takes rows of `$n` (a JSON array of arrays) apart into named, typed columns: a FROM item called `alias`. */
  readonly rows: TakeApart;
  /** The same, for the SELECT of an INSERT. */
  readonly newRows: TakeApart;
  /** The same for the rows that are bound, in the form that costs the database least: for the statements of every delivery. */
  readonly bindRows: BindRows;
  /** The same, for the SELECT of an INSERT. */
  readonly bindNewRows: BindRows;
}

/** An expression, and what is bound to its `$1` …. */
interface BoundExpression {
  readonly sql: string;
  readonly bind: readonly unknown[];
}

/** A FROM item of rows, and what is bound to `$1` … for it. */
interface BoundRows {
  readonly from: string;
  readonly bind: readonly unknown[];
}

/** Values of type bytes are buffers here. */
type BindRows = (
  columns: Readonly<Record<string, ColumnType>>,
  alias: string,
  rows: readonly (readonly unknown[])[],
) => BoundRows;

/** Binds rows as one text of JSON. */
export const bindAsJson =
  (takeApart: TakeApart): BindRows =>
  (columns, alias, rows) => {
    const ofBytes = Object.values(columns).indexOf("bytes");
    const toJson = (row: readonly unknown[]): readonly unknown[] => {
      const bytes = row[ofBytes];
      return Buffer.isBuffer(bytes) ? row.with(ofBytes, bytes.toString("hex")) : row;
    };
    return {
      from: takeApart("$1", columns, alias),
      bind: [JSON.stringify(ofBytes < 0 ? rows : rows.map(toJson))],
    };
  };

export type TakeApart = (
  parameter: string,
  columns: Readonly<Record<string, ColumnType>>,
  alias: string,
) => string;

export function formatColumns(
  columns: Readonly<Record<string, ColumnType>>,
  read: (index: number, type: ColumnType) => string,
): string {
  return Object.entries(columns)
    .map(([name, type], index) => `${read(index, type)} AS ${name}`)
    .join(", ");
}

const rowsOfSqlite: TakeApart = (parameter, columns, alias) => {
  const list = formatColumns(columns, (index, type) => {
    if (type === "bytes") return `unhex(value->>${index})`;
    return type === "json" ? `NULLIF(value->${index}, 'null')` : `value->>${index}`;
  });
  // Parsed once into SQLite's binary form: each column read from text would parse its row again.
  return `(SELECT ${list} FROM jsonb_each(jsonb(${parameter}))) ${alias}`;
};

export const SQLITE: Dialect = {
  name: "sqlite",
  isShared: false,
  isDistributed: false,
  types: { int: "INTEGER", big: "INTEGER", text: "TEXT", bytes: "BLOB" },
  clustered: " WITHOUT ROWID",
  is: "IS",
  lock: "",
  skipLocked: "",
  along: (index) => ` INDEXED BY ${index}`,
  // SQLite never changes the order of a CROSS JOIN.
  joinEach: (table, alias, condition) => `CROSS JOIN ${table} ${alias} ON ${condition}`,
  has: (column, type, parameter) =>
    `COALESCE(instr(${column}, ${type === "text" ? parameter : `CAST(${parameter} AS BLOB)`}), 0) > 0`,
  // substr of an empty value is NULL.
  text: (parameter, at, size) => `COALESCE(CAST(substr(${parameter}, ${at} + 1, ${size}) AS TEXT), '')`,
  at: (value) => value,
  bindAt: (time) => time,
  notify: undefined,
  limitLockWait: undefined,
  tryTurn: () => "true",
  awaitTurn: () => "true",
  oldestWrite: undefined,
  otherConnections: "0",
  pages: {
    free: "(SELECT freelist_count FROM pragma_freelist_count)",
    all: "(SELECT page_count FROM pragma_page_count)",
  },
  checkIntegrity: "PRAGMA integrity_check(20)",
  columnsOfTables: `SELECT t.name AS "table", c.name AS "column", c.type, c.pk AS place
    FROM sqlite_master t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name LIKE 'callboard\\_%' ESCAPE '\\' AND t.name <> 'callboard_outbox'
    ORDER BY t.name, c.cid`,
  findTable: (name) => `SELECT name FROM sqlite_master WHERE type = 'table' AND name = '${name}'`,
  firstOfEach: (_columns, _next, grouped) => grouped,
  list: (value, order, where = "true") =>
    `json_group_array(${value} ORDER BY ${order}) FILTER (WHERE ${where})`,
  sitesIn: (parameter, alias) => rowsOfSqlite(parameter, { no: "int" }, alias),
  allSites: { from: "callboard_site s", no: "s.no" },
  ofSite: () => "",
  rows: rowsOfSqlite,
  newRows: rowsOfSqlite,
  bindRows: bindAsJson(rowsOfSqlite),
  bindNewRows: bindAsJson(rowsOfSqlite),
};

const PG_CAST = { int: "integer", big: "bigint" } as const;

/** Column `index` of a row that {@link fromElements} took apart. */
export function formatElement(index: number, type: ColumnType): string {
  const value = `c[${index + 1}]`;
  if (type === "bytes") return `decode(${value}, 'hex')`;
  return type === "int" || type === "big" ? `${value}::${PG_CAST[type]}` : value;
}

/**
 * Each row is taken apart once, into an array of texts: `v->>n` would parse the row anew for every column. Values of type json come
 * out as they were sent.
 */
export const fromElements = (parameter: string): string =>
  `json_array_elements(${parameter}::json) v CROSS JOIN LATERAL (SELECT array_agg(e) AS c FROM json_array_elements_text(v) e) t`;

const rowsOfPostgres: TakeApart = (parameter, columns, alias) =>
  `(SELECT ${formatColumns(columns, formatElement)} FROM ${fromElements(parameter)}) ${alias}`;

const PG_TYPES = { int: "int4", big: "int8", text: "text", json: "text", bytes: "bytea" } as const;

/** A column is an array, and all are gone through in step: nothing is parsed, and nothing is kept beside the parameters. */
const bindAsArrays: BindRows = (columns, alias, rows) => {
  const types = Object.entries(columns);
  const list = types.map(([name, type], index) => `unnest($${index + 1}::${PG_TYPES[type]}[]) AS ${name}`);
  return {
    from: `(SELECT ${list.join(", ")}) ${alias}`,
    bind: types.map(([, type], index) => encodeColumn(type, rows, index)),
  };
};

/** Epoch ms on the server's clock. */
export const PG_NOW = "(extract(epoch FROM statement_timestamp()) * 1000)::bigint";

export const POSTGRES: Dialect = {
  name: "postgres",
  isShared: true,
  isDistributed: false,
  // Compared byte by byte, as SQLite does, whatever language the database was made for.
  types: { int: "INTEGER", big: "BIGINT", text: 'TEXT COLLATE "C"', bytes: "BYTEA" },
  clustered: "",
  is: "IS NOT DISTINCT FROM",
  lock: "FOR UPDATE",
  skipLocked: "FOR UPDATE SKIP LOCKED",
  along: () => "",
  joinEach: (table, alias, condition) =>
    `CROSS JOIN LATERAL (SELECT * FROM ${table} ${alias} WHERE ${condition} OFFSET 0) ${alias}`,
  has: (column, type, parameter) =>
    type === "text"
      ? `COALESCE(strpos(${column}, ${parameter}::text), 0) > 0`
      : `COALESCE(position(convert_to(${parameter}::text, 'UTF8') IN ${column}), 0) > 0`,
  text: (parameter, at, size) =>
    `convert_from(substring(${parameter}::bytea FROM ${at} + 1 FOR ${size}), 'UTF8')`,
  // The time at which the server was given the statement: a clock that moves on during it could not be compared along an index.
  // Read once for all rows, as a SELECT of its own is.
  at: (value) => `((SELECT ${PG_NOW}) + (${value})::bigint)`,
  bindAt: (time, now) => time - now,
  notify: (channel, parameter) => `pg_notify('${channel}', ${parameter})::text = ''`,
  limitLockWait: (ms) => ({ sql: `set_config('lock_timeout', '${ms}', true) <> ''`, bind: [] }),
  tryTurn: (number) => `pg_try_advisory_xact_lock(${number})`,
  awaitTurn: (number) => `pg_advisory_xact_lock(${number})::text = ''`,
  oldestWrite: `(SELECT (extract(epoch FROM min(xact_start)) * 1000)::bigint FROM pg_stat_activity
    WHERE datname = current_database() AND backend_xid IS NOT NULL)`,
  otherConnections: `(SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()
    AND application_name = current_setting('application_name') AND pid <> pg_backend_pid())`,
  pages: { free: "0", all: "0" },
  checkIntegrity: undefined,
  columnsOfTables: `SELECT t.relname AS "table", c.attname AS "column", format_type(c.atttypid, NULL) AS type,
      array_position(i.indkey::int[], c.attnum::int) + 1 AS place
    FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped
    LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
    WHERE t.relkind = 'r' AND t.relname LIKE 'callboard\\_%' AND t.relname <> 'callboard_outbox'
      AND pg_table_is_visible(t.oid)
    ORDER BY t.relname COLLATE "C", c.attnum`,
  // Read from the catalog itself: to_regclass may remember from before the wait for a lock that there was none.
  findTable: (name) =>
    `SELECT relname AS name FROM pg_class WHERE relname = '${name}' AND pg_table_is_visible(oid)`,
  list: (value, order, where = "true") =>
    `json_agg(${value} ORDER BY ${order}) FILTER (WHERE ${where})::text`,
  firstOfEach: (
    columns,
    next,
    _grouped,
    before = columns.map(() => "-1").join(", "),
  ) => `WITH RECURSIVE skip AS (
      (${next(before)})
      UNION ALL
      SELECT n.* FROM skip CROSS JOIN LATERAL (${next(columns.map((column) => `skip.${column}`).join(", "))}) n)
    SELECT * FROM skip`,
  sitesIn: (parameter, alias) => rowsOfPostgres(parameter, { no: "int" }, alias),
  allSites: { from: "callboard_site s", no: "s.no" },
  ofSite: () => "",
  rows: rowsOfPostgres,
  newRows: rowsOfPostgres,
  bindRows: bindAsArrays,
  bindNewRows: bindAsArrays,
};
