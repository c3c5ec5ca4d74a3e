/** Which tables of a distributed database are where, and whether they are. Pure. */
import type { ErrorCode } from "../../errors.ts";

/**
 * `shards`: each row is on the server of its site. `everywhere`: each server has all of it. `coordinator`: it is on the server that
 * processes connect to.
 */
export type Placement = "shards" | "everywhere" | "coordinator";

export interface PlacedTable {
  readonly name: string;
  /** Columns of the primary key. */
  readonly key: readonly string[];
}

/**
 * Tables without a site that are changed together with rows of sites. A transaction that writes one commits in two phases, so that all of
 * its servers have it or none: the version of a site with its webhooks, an audit entry with what it is about.
 */
const EVERYWHERE: ReadonlySet<string> = new Set(
  ["announced", "audit_head", "counter", "setting", "site"].map((table) => `callboard_${table}`),
);

export function placeTable({ name, key }: PlacedTable): Placement {
  if (key.includes("site_no")) return "shards";
  return EVERYWHERE.has(name) ? "everywhere" : "coordinator";
}

export interface FoundTable extends PlacedTable {
  /** Undefined: it is placed in a way that Callboard doesn't know. */
  readonly placement: Placement | undefined;
}

export type DistributionStanding =
  /** The database has no extension Citus. */
  | { readonly state: "none" }
  | { readonly state: "whole" }
  /** Tables that are not where they should be; all that should be elsewhere than on the coordinator if none is distributed. */
  | { readonly state: "partial"; readonly misplaced: readonly string[] };

/** @param tables undefined without the extension */
export function toDistributionStanding(tables: readonly FoundTable[] | undefined): DistributionStanding {
  if (tables === undefined) return { state: "none" };
  const misplaced = tables.filter((table) => table.placement !== placeTable(table)).map(({ name }) => name);
  return misplaced.length === 0 ? { state: "whole" } : { state: "partial", misplaced };
}

const MAX_NAMED = 3;

/** Returns "ok", or the code and one sentence without its period. */
export function describeDistribution(standing: DistributionStanding): string {
  const code: ErrorCode = "NOT_DISTRIBUTED";
  return standing.state === "partial" ? `${code}: ${explainMisplaced(standing.misplaced)}` : "ok";
}

/** Returns one sentence without its period. */
export function explainMisplaced(misplaced: readonly string[]): string {
  const named = misplaced.slice(0, MAX_NAMED).join(", ");
  const others = misplaced.length - MAX_NAMED;
  return (
    `The database has the extension Citus, and these tables are not distributed: ${named}` +
    `${others > 0 ? ` and ${others} more` : ""}. Stop every server, and run callboard db distribute`
  );
}
