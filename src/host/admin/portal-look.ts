/** The look of portals, which administrators change while the server runs. */
import type { HostContext } from "../context.ts";
import { PLAIN_LOOK, changeLook } from "../model/portal-look.ts";
import type { PortalLook, PortalLookChange } from "../model/portal-look.ts";
import type { Queryable } from "../store/db/database.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import { readSetting, writeSetting } from "../store/tables/settings.ts";

const SETTING = "portal_look";

export interface PortalLooks {
  readonly read: () => Promise<PortalLook>;
  /** Resolves to the look afterwards. @throws {CallboardError} LOGO_INVALID, BODY_SCHEMA */
  readonly change: (change: PortalLookChange, by: Author) => Promise<PortalLook>;
}

export function createPortalLooks({ database }: Pick<HostContext, "database">): PortalLooks {
  const readLook = async (q: Queryable): Promise<PortalLook> => {
    const text = await readSetting(q, SETTING);
    return text === undefined ? PLAIN_LOOK : { ...PLAIN_LOOK, ...(JSON.parse(text) as Partial<PortalLook>) };
  };
  return {
    read: () => readLook(database.read),
    change: (change, by) =>
      database.write(async (tx) => {
        const look = changeLook(await readLook(tx), change);
        await writeSetting(tx, SETTING, JSON.stringify(look));
        const detail = Object.keys(change).join(", ");
        await appendAudit(tx, { ...by, action: "setting.changed", object: "portals", detail });
        return look;
      }),
  };
}
