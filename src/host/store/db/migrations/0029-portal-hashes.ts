/** Marks the hashes of what belongs to portals: see `src/host/store/tables/portal-hash.ts`. */
import type { Dialect } from "../dialect.ts";

const OF_PORTALS =
  "portal IS NOT NULL OR token_id IN (SELECT id FROM callboard_api_token WHERE portal IS NOT NULL)";

export const portalHashes = {
  name: "0029-portal-hashes",
  usableFrom: "0.1.0",
  statements: (_dialect: Dialect): readonly string[] => [
    `UPDATE callboard_session SET hash = 'portal:' || hash WHERE ${OF_PORTALS}`,
    `UPDATE callboard_login_link SET hash = 'portal:' || hash WHERE ${OF_PORTALS}`,
    `UPDATE callboard_api_token SET hash = 'portal:' || hash WHERE portal IS NOT NULL`,
  ],
};
