/** Callboard's own site, to which the events belong that concern the server as a whole. */
import { randomUUID } from "node:crypto";
import { OPERATIONAL_PRODUCT } from "../../catalogue/index.ts";
import type { Logger } from "../../logger.ts";
import type { Database, Queryable } from "../store/db/database.ts";
import { findSiteOfProduct, insertSite, listSites } from "../store/tables/sites.ts";

/** The second one is for databases in which a site has the first. */
const KEYS = ["callboard", "callboard-host"];

/** Creates the site at the first start, also in a database that was made before there was one. */
export async function ensureOwnSite(
  database: Pick<Database, "read" | "write">,
  { now, logger }: { readonly now: () => number; readonly logger: Logger },
): Promise<void> {
  if (await hasOwnSite(database.read)) return;
  try {
    await database.write(async (tx) => {
      if (await hasOwnSite(tx)) return;
      const taken = (await listSites(tx)).map(({ key }) => key);
      const key = freeKey(taken);
      if (key !== KEYS[0]) logger.warn("site.own-key-taken", { taken: KEYS[0], site: key });
      await insertSite(tx, {
        key,
        product: OPERATIONAL_PRODUCT,
        name: "Callboard",
        baseUrl: undefined,
        clientKey: randomUUID(),
        retryProfile: undefined,
        installSigning: "signed",
        options: {},
        createdAt: now(),
      });
    });
  } catch (error) {
    // Another process that starts at the same time was faster, before this one looked for the key or after it.
    if (!(await hasOwnSite(database.read))) throw error;
  }
}

function freeKey(taken: readonly string[]): string {
  const free = KEYS.find((key) => !taken.includes(key));
  if (free !== undefined) return free;
  for (let number = 2; ; number += 1) {
    const key = `${KEYS[1]}-${number}`;
    if (!taken.includes(key)) return key;
  }
}

const hasOwnSite = async (q: Queryable): Promise<boolean> =>
  (await findSiteOfProduct(q, OPERATIONAL_PRODUCT)) !== undefined;
