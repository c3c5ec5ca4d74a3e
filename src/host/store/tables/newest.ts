/** Where the newest events and deliveries are: by site, and by event type. A look-up in an index for each. */
import type { Queryable } from "../db/database.ts";
import type { Uuid } from "../../model/ids.ts";
import { bindSites, namedSites } from "./named-sites.ts";

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

/** The newest event below an ID of each of these sites, of a name if one is given; sites without any are not in it. */
export async function newestEvents(
  q: Queryable,
  siteNos: readonly number[],
  { below, name }: { readonly below: Uuid; readonly name: string | undefined },
): Promise<readonly Newest[]> {
  const [along, named] =
    name === undefined ? ["", ""] : [q.dialect.along("callboard_event_name"), "AND e.name = $3"];
  const rows = await q.query<NewestRow>(
    `SELECT s.no, (SELECT MAX(e.id) FROM callboard_event e${along}
       WHERE e.site_no = s.no AND e.id < $2 ${named}) AS newest FROM ${namedSites(q, "$1")}`,
    [bindSites(siteNos), below, ...(name === undefined ? [] : [name])],
  );
  return toNewest(rows);
}

/** The newest delivery below an ID of each of these sites. */
export async function newestDeliveries(
  q: Queryable,
  siteNos: readonly number[],
  below: Uuid,
): Promise<readonly Newest[]> {
  const rows = await q.query<NewestRow>(
    `SELECT s.no, (SELECT MAX(d.id) FROM callboard_delivery d WHERE d.site_no = s.no AND d.id < $2) AS newest
     FROM ${namedSites(q, "$1")}`,
    [bindSites(siteNos), below],
  );
  return toNewest(rows);
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
  const next = (after: string, name: string) =>
    `(SELECT MIN(e.site_no) FROM callboard_event e${along} WHERE e.name = ${name} AND e.site_no > ${after})`;
  const given = q.dialect.rows("$1", { name: "text" }, "n");
  const skipped = `WITH RECURSIVE pair (name, site_no) AS (
       SELECT n.name, ${next("0", "n.name")} FROM ${given}
       UNION ALL
       SELECT p.name, ${next("p.site_no", "p.name")} FROM pair p WHERE p.site_no IS NOT NULL)
     SELECT f.name, f.site_no FROM (
       SELECT p.name, p.site_no, (SELECT MAX(e.id) FROM callboard_event e${along}
         WHERE e.name = p.name AND e.site_no = p.site_no) AS newest
       FROM pair p WHERE p.site_no IN (SELECT s.no FROM ${namedSites(q, "$2")})) f ORDER BY f.newest DESC`;
  // A recursive query would need a single site.
  const grouped = `SELECT f.name, f.site_no FROM (SELECT e.name, e.site_no, MAX(e.id) AS newest
     FROM ${namedSites(q, "$2")} JOIN callboard_event e ON e.site_no = s.no
     WHERE e.name IN (SELECT n.name FROM ${given}) GROUP BY e.name, e.site_no) f ORDER BY f.newest DESC`;
  const rows = await q.query<{ name: string; site_no: number }>(q.dialect.isDistributed ? grouped : skipped, [
    JSON.stringify(names.map((name) => [name])),
    bindSites(siteNos),
  ]);
  return rows.map(({ name, site_no: siteNo }) => ({ name, siteNo }));
}
