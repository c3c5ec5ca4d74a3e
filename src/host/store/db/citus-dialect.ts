/**
 * PostgreSQL with Citus: the rows of a site are in one shard, and a statement goes to one server alone where it names the site as a
 * constant. Rows that are bound name it in the first of them; rows of another site are refused by the server.
 */
import { PG_NOW, POSTGRES, bindAsJson, formatColumns, formatElement, fromElements } from "./dialect.ts";
import type { Dialect, TakeApart } from "./dialect.ts";

/** One row for each site, in its shard: an INSERT that reads it is routed there, and needs no second phase to commit. */
export const SHARD_TABLE = "callboard_shard";

/** The site of the first row. Known when the statement is planned, as everything that is computed from parameters alone. */
const firstSite = (parameter: string): string => `((${parameter}::json)->0->>0)`;

/** Fails for a row of another site, which would be written as one of the first row's. */
const isOfFirstSite = (parameter: string): string =>
  `(CASE WHEN c[1] = ${firstSite(parameter)} THEN 't' ELSE 'a row of another site' END)::boolean`;

const isOfSites = (columns: object): boolean => Object.keys(columns)[0] === "site_no";

const rowsOfSite: TakeApart = (parameter, columns, alias) => {
  if (!isOfSites(columns)) return POSTGRES.rows(parameter, columns, alias);
  const list = formatColumns(columns, (index, type) =>
    index === 0 ? `${firstSite(parameter)}::integer` : formatElement(index, type),
  );
  return `(SELECT ${list} FROM ${fromElements(parameter)} WHERE ${isOfFirstSite(parameter)}) ${alias}`;
};

const newRowsOfSite: TakeApart = (parameter, columns, alias) => {
  if (!isOfSites(columns)) return POSTGRES.rows(parameter, columns, alias);
  const list = formatColumns(columns, (index, type) =>
    index === 0 ? "h.site_no" : formatElement(index, type),
  );
  return `(SELECT ${list} FROM ${SHARD_TABLE} h CROSS JOIN ${fromElements(parameter)}
    WHERE h.site_no = ${firstSite(parameter)}::integer AND ${isOfFirstSite(parameter)}) ${alias}`;
};

export const CITUS: Dialect = {
  ...POSTGRES,
  isDistributed: true,
  // A statement with a SELECT beside its rows would not go to their server as it is.
  at: (value) => `(${PG_NOW} + (${value})::bigint)`,
  // On the server with the rows of the site, where the lock is waited for.
  limitLockWait: (ms, siteNo) => ({
    sql: `(SELECT set_config('lock_timeout', '${ms}', true) <> '' FROM ${SHARD_TABLE} h WHERE h.site_no = $1)`,
    bind: [siteNo],
  }),
  // What a transaction writes on another server gives it no ID on the coordinator: every open one may have written.
  oldestWrite: `(SELECT (extract(epoch FROM min(xact_start)) * 1000)::bigint FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid())`,
  // Recursive queries would need a site.
  firstOfEach: (_columns, _next, grouped) => grouped,
  sitesIn: (parameter, alias) =>
    `(SELECT h.site_no AS no FROM ${SHARD_TABLE} h JOIN ${POSTGRES.rows(parameter, { no: "int" }, "r")} ON r.no = h.site_no) ${alias}`,
  allSites: { from: `${SHARD_TABLE} h JOIN callboard_site s ON s.no = h.site_no`, no: "h.site_no" },
  ofSite: (column, parameter) => `AND ${column} = ${firstSite(parameter)}::integer`,
  rows: rowsOfSite,
  newRows: newRowsOfSite,
  // The site is read from the first row.
  bindRows: bindAsJson(rowsOfSite),
  bindNewRows: bindAsJson(newRowsOfSite),
};
