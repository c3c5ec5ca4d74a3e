/** Work on rows of several sites: all at once, or one site after the other where each has a server of its own. */
import { groupBy } from "../../../group-by.ts";
import { makeChanges } from "./batch.ts";
import type { Change } from "./batch.ts";
import type { Dialect } from "./dialect.ts";
import type { Queryable } from "./queryable.ts";

interface OfSite {
  readonly siteNo: number;
}

/** Splits what one statement is about. There is no empty part. */
export function toSiteParts<T extends OfSite>(
  { isDistributed }: Pick<Dialect, "isDistributed">,
  items: readonly T[],
): readonly (readonly T[])[] {
  if (items.length === 0) return [];
  if (!isDistributed) return [items];
  return [...groupBy(items, ({ siteNo }) => siteNo).values()];
}

/** Runs the statement for each part, one after the other. Resolves to the rows of all; without items nothing is run. */
export async function eachSite<T extends OfSite, R>(
  { dialect }: { readonly dialect: Pick<Dialect, "isDistributed"> },
  items: readonly T[],
  run: (part: readonly T[]) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  const [first, ...others] = toSiteParts(dialect, items);
  if (first === undefined) return [];
  // As it is nearly always.
  if (others.length === 0) return run(first);
  const rows: R[] = [];
  for (const part of [first, ...others]) rows.push(...(await run(part)));
  return rows;
}

/** Makes the change of each part, one after the other; without items nothing is run. */
export function changeEachSite<T extends OfSite>(
  tx: Queryable,
  items: readonly T[],
  toChange: (dialect: Dialect, part: readonly T[]) => Change | undefined,
): Promise<void> {
  const { dialect } = tx;
  return makeChanges(
    tx,
    toSiteParts(dialect, items).map((part) => toChange(dialect, part)),
  );
}
