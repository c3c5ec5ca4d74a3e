/** The tab of the settings about portals: links into them, title, logo, and the origins that may embed them. */
import type { CallboardError } from "../../../errors.ts";
import { MAX_LOGO_BYTES, MAX_TITLE_LENGTH } from "../../model/portal-look.ts";
import { requireCallersMistake } from "../http/problems.ts";
import { DEFAULT_LINK_MINUTES, createPortalLink } from "../present/portal-link.ts";
import type { PortalLink } from "../present/portal-link.ts";
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

/** A link that was asked for. */
interface EnteredLink {
  readonly addon: string;
  readonly owner: string;
  readonly site: string;
  readonly minutes: string;
}

const NO_LINK: EnteredLink = { addon: "", owner: "", site: "", minutes: String(DEFAULT_LINK_MINUTES) };
/** Lifetimes that the form offers, in minutes. */
const LIFETIMES = [
  [DEFAULT_LINK_MINUTES, `${DEFAULT_LINK_MINUTES} minutes`],
  [60, "1 hour"],
  [24 * 60, "1 day"],
  [7 * 24 * 60, "7 days"],
] as const;

interface PortalsState {
  readonly entered?: Entered;
  readonly link?: EnteredLink;
  /** The secret is in it: it is shown this once. */
  readonly made?: PortalLink;
  readonly refusal?: CallboardError;
}

async function portalsView(
  { portalLooks, sites }: Rooms,
  { entered, link = NO_LINK, made, refusal }: PortalsState = {},
) {
  const { title = "", logo, origins } = await portalLooks.read();
  return settingsView(
    "settings-portals",
    PATH,
    {
      values: entered ?? { title, origins: origins.join("\n") },
      portalLogo: logo === undefined ? undefined : toLogoPath(logo),
      maxTitleLength: MAX_TITLE_LENGTH,
      maxLogo: size(MAX_LOGO_BYTES),
      heading: entered === undefined ? "No link was created" : "The settings were not saved",
      link,
      made,
      lifetimes: LIFETIMES,
      sites: sites.listKeys(),
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
    fileField: "logo",
    answer: async ({ form, file, author }, rooms) => {
      const entered = { title: form.get("title")?.trim() ?? "", origins: form.get("origins") ?? "" };
      const logo = file?.toString("base64") ?? (form.get("removeLogo") === null ? undefined : null);
      const change = {
        title: entered.title === "" ? null : entered.title,
        origins: entered.origins.split(/\s+/).filter((origin) => origin !== ""),
        ...(logo === undefined ? {} : { logo }),
      };
      try {
        await rooms.portalLooks.change(change, author);
        return { kind: "redirect", to: PATH, notice: "settings-saved" };
      } catch (error) {
        return portalsView(rooms, { entered, refusal: requireCallersMistake(error) });
      }
    },
  },
  {
    method: "post",
    path: `${PATH}/links`,
    scope: "admin",
    answer: async ({ form, author, caller }, rooms) => {
      const link = readLink(form);
      const { addon, owner, site } = link;
      const wish = Object.fromEntries(
        Object.entries({ addon, owner, site }).filter(([, text]) => text !== ""),
      );
      const minutes = LIFETIMES.find(([each]) => String(each) === link.minutes)?.[0] ?? DEFAULT_LINK_MINUTES;
      try {
        const made = await createPortalLink({ ...wish, minutes }, { caller, author }, rooms);
        return await portalsView(rooms, { made });
      } catch (error) {
        return portalsView(rooms, { link, refusal: requireCallersMistake(error) });
      }
    },
  },
];

function readLink(form: URLSearchParams): EnteredLink {
  const text = (name: string) => form.get(name)?.trim() ?? "";
  return { addon: text("addon"), owner: text("owner"), site: text("site"), minutes: text("minutes") };
}
