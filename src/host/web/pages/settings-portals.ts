/** The tab of the settings about portals: title, logo, and the origins that may embed them. */
import type { CallboardError } from "../../../errors.ts";
import { MAX_LOGO_BYTES, MAX_TITLE_LENGTH } from "../../model/portal-look.ts";
import { requireCallersMistake } from "../http/problems.ts";
import type { Rooms } from "../rooms.ts";
import { size } from "../../../format.ts";
import type { Page } from "./page.ts";
import { toLogoPath } from "./portal-frame.ts";
import { SETTINGS_PATH, settingsView } from "./settings-tabs.ts";

const PATH = `${SETTINGS_PATH}/portals`;

interface Entered {
  readonly title: string;
  /** One on each line. */
  readonly origins: string;
}

async function portalsView({ portalLooks }: Rooms, entered?: Entered, refusal?: CallboardError) {
  const { title = "", logo, origins } = await portalLooks.read();
  return settingsView(
    "settings-portals",
    PATH,
    {
      values: entered ?? { title, origins: origins.join("\n") },
      portalLogo: logo === undefined ? undefined : toLogoPath(logo),
      maxTitleLength: MAX_TITLE_LENGTH,
      maxLogo: size(MAX_LOGO_BYTES),
    },
    refusal,
  );
}

export const portalSettingsPages: readonly Page[] = [
  { method: "get", path: PATH, scope: "admin", answer: (_visit, rooms) => portalsView(rooms) },
  {
    method: "post",
    path: PATH,
    scope: "admin",
    answer: async ({ form, author }, rooms) => {
      const entered = { title: form.get("title")?.trim() ?? "", origins: form.get("origins") ?? "" };
      const removesLogo = form.get("removeLogo") !== null;
      const change = {
        title: entered.title === "" ? null : entered.title,
        origins: entered.origins.split(/\s+/).filter((origin) => origin !== ""),
        ...(removesLogo ? { logo: null } : {}),
      };
      try {
        await rooms.portalLooks.change(change, author);
        return { kind: "redirect", to: PATH, notice: "settings-saved" };
      } catch (error) {
        return portalsView(rooms, entered, requireCallersMistake(error));
      }
    },
  },
];
