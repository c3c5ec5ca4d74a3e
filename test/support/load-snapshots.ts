/** The registry of a database in memory, with every site loaded. */
import type { LiveCatalogue } from "../../src/catalogue/index.ts";
import type { Database } from "../../src/host/store/db/database.ts";
import type { Seal } from "../../src/host/store/seal.ts";
import { createSnapshots } from "../../src/host/store/snapshot.ts";
import type { Snapshots } from "../../src/host/store/snapshot.ts";

export async function loadSnapshots(
  database: Database,
  seal: Seal,
  catalogue: LiveCatalogue,
): Promise<Snapshots> {
  const snapshots = await createSnapshots(database, seal, catalogue);
  await snapshots.loadAll();
  return snapshots;
}
