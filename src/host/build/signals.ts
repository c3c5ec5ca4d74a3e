/** Where the rooms write down what happens: the registry in memory gives the names. */
import { createFigures } from "../observe/figures.ts";
import { createLookups } from "../observe/lookups.ts";
import { loadTracing } from "../observe/tracing.ts";
import { ensureOwnSite } from "../registry/own-site.ts";
import { createSnapshots } from "../store/snapshot.ts";
import type { Base } from "./base.ts";

export type Signals = Awaited<ReturnType<typeof buildSignals>>;

export async function buildSignals({ config, database, seal, catalogue, now, logger }: Base) {
  await ensureOwnSite(database, { now, logger });
  const snapshots = await createSnapshots(database, seal, catalogue);
  return {
    snapshots,
    figures: createFigures(),
    tracing: config.tracing ? await loadTracing(snapshots) : undefined,
    lookups: createLookups(),
  };
}
