/** The sites that a statement is about, as rows: one statement for all of them instead of one for each. */
import type { Queryable } from "../db/database.ts";

/** `s (no)`, of a parameter that {@link bindSites} makes. */
export const namedSites = ({ dialect }: Pick<Queryable, "dialect">, parameter: string): string =>
  dialect.sitesIn(parameter, "s");

export const bindSites = (siteNos: readonly number[]): string =>
  JSON.stringify(siteNos.map((siteNo) => [siteNo]));
