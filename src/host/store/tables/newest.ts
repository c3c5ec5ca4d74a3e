/** Where the newest events and deliveries are: by site, and by event type. A look-up in an index for each. */
import type { Queryable } from "../db/database.ts";
import type { Uuid } from "../../model/ids.ts";
import { FAILED, LEASED, WAITING } from "./deliveries.ts";
import { bindSites, namedSites } from "./named-sites.ts";
import { keepWaitingSites } from "./waiting-sites.ts";

/** A site, and the ID of its newest row. */
export interface Newest {
  readonly siteNo: number;
  readonly newest: Uuid;
}

interface NewestRow {
  no: number;
  newest: Uuid | null;
}

const toNewest = (rows: readonly NewestRow[]): readonly Newest[] =>
  rows.flatMap(({ no, newest }) => (newest === null ? [] : [{ siteNo: no, newest }]));

/** IDs from `from` (included) up to `below` (not included). */
interface NewestRange {
  readonly from?: Uuid;
  readonly below: Uuid;
}

/** The newest event in the range of each of these sites, of a name if one is given; sites without any are not in it. */
export async function newestEvents(
  q: Queryable,
  siteNos: readonly number[],
  { from = "", below, name }: NewestRange & { readonly name: string | undefined },
): Promise<readonly Newest[]> {
  if (siteNos.length === 0) return [];
  const [along, named] =
    name === undefined ? ["", ""] : [q.dialect.along("callboard_event_name"), "AND e.name = $4"];
  const rows = await q.query<NewestRow>(
    `SELECT s.no, (SELECT MAX(e.id) FROM callboard_event e${along}
       WHERE e.site_no = s.no AND e.id < $2 AND e.id >= $3 ${named}) AS newest FROM ${namedSites(q, "$1")}`,
    [bindSites(siteNos), below, from, ...(name === undefined ? [] : [name])],
  );
  return toNewest(rows);
}

/** The deliveries among which the newest is looked for: all of them, or those in one of the shorter indexes. */
export type NewestAmong = "all" | "failed" | "tests" | "waiting" | "leased";

/**
 * Where the newest delivery in the range is, among some, on each of these sites; sites without any are not in it. Of a site where
 * something waits, the newest of all: what waits is in another order.
 */
export async function newestDeliveries(
  q: Queryable,
  siteNos: readonly number[],
  { from = "", below }: NewestRange,
  among: NewestAmong = "all",
): Promise<readonly Newest[]> {
  const asked = among === "waiting" ? await keepWaitingSites(q, siteNos) : siteNos;
  if (asked.length === 0) return [];
  const rows = await q.query<NewestRow>(newestStatement(q, among), [bindSites(asked), below, from]);
  return toNewest(rows);
}

/** The statement of {@link newestDeliveries}, for the test that looks at its plan as well. */
export function newestStatement(q: Pick<Queryable, "dialect">, among: NewestAmong): string {
  const along = (index: string) => q.dialect.along(`callboard_delivery_${index}`);
  const newest = (index: string, condition: string) => `(SELECT MAX(d.id) FROM callboard_delivery d${index}
    WHERE d.site_no = s.no AND d.id < $2 AND d.id >= $3 ${condition})`;
  const of = (column: string, where = "") =>
    `SELECT s.no, ${column} AS newest FROM ${namedSites(q, "$1")} ${where}`;
  switch (among) {
    case "all":
      return of(newest("", ""));
    case "failed":
      return of(newest(along("failed"), `AND d.state = ${FAILED}`));
    case "tests":
      return of(newest(along("test"), "AND d.test = 1"));
    case "waiting":
      return of(
        newest("", ""),
        `WHERE EXISTS (SELECT 1 FROM callboard_delivery w${along("due")} WHERE w.site_no = s.no AND w.state = ${WAITING})`,
      );
    case "leased":
      // Few, and in an index without the site.
      return `SELECT d.site_no AS no, MAX(d.id) AS newest FROM callboard_delivery d${along("lease")}
        WHERE d.state = ${LEASED} AND (d.id || '') < $2 AND (d.id || '') >= $3
          AND d.site_no IN (SELECT s.no FROM ${namedSites(q, "$1")}) GROUP BY d.site_no`;
  }
}

/** An event type on a site. */
export interface SiteEventType {
  readonly siteNo: number;
  readonly name: string;
}

/**
 * Where events of these names are, those first that have the newest. Skips from site to site along the index of names, so that
 * sites without any cost nothing.
 */
export async function sitesOfNames(
  q: Queryable,
  siteNos: readonly number[],
  names: readonly string[],
): Promise<readonly SiteEventType[]> {
  const along = q.dialect.along("callboard_event_name");
  // In the order of the index: otherwise PostgreSQL may look along the primary key for a name that has no event.
  const next = (after: string, name: string) =>
    `(SELECT CASE WHEN f.name = ${name} THEN f.site_no END FROM (SELECT e.name, e.site_no FROM callboard_event e${along}
       WHERE (e.name, e.site_no) > (${name}, ${after}) ORDER BY e.name, e.site_no LIMIT 1) f)`;
  const rowsOfNames = q.dialect.rows("$1", { name: "text" }, "n");
  const skipped = `WITH RECURSIVE pair (name, site_no) AS (
       SELECT n.name, ${next("0", "n.name")} FROM ${rowsOfNames}
       UNION ALL
       SELECT p.name, ${next("p.site_no", "p.name")} FROM pair p WHERE p.site_no IS NOT NULL)
     SELECT f.name, f.site_no FROM (
       SELECT p.name, p.site_no, (SELECT MAX(e.id) FROM callboard_event e${along}
         WHERE e.name = p.name AND e.site_no = p.site_no) AS newest
       FROM pair p WHERE p.site_no IS NOT NULL) f ORDER BY f.newest DESC`;
  // A recursive query would need a single site.
  const grouped = `SELECT f.name, f.site_no FROM (SELECT e.name, e.site_no, MAX(e.id) AS newest
     FROM ${namedSites(q, "$2")} JOIN callboard_event e ON e.site_no = s.no
     WHERE e.name IN (SELECT n.name FROM ${rowsOfNames}) GROUP BY e.name, e.site_no) f ORDER BY f.newest DESC`;
  const given = JSON.stringify(names.map((name) => [name]));
  const rows = await (q.dialect.isDistributed
    ? q.query<{ name: string; site_no: number }>(grouped, [given, bindSites(siteNos)])
    : q.query<{ name: string; site_no: number }>(skipped, [given]));
  const wanted = new Set(siteNos);
  return rows.flatMap(({ name, site_no: siteNo }) => (wanted.has(siteNo) ? [{ name, siteNo }] : []));
}
