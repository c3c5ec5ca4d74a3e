import type { Href } from "../../model/base-path.ts";
import type { Portal } from "../../model/portal.ts";
/** The navigation: one entry for each kind of thing there is to look at. */
export const SECTIONS = {
  dashboard: ["Dashboard", "/admin"],
  addons: ["Add-ons", "/admin/addons"],
  directory: ["Directory", "/admin/directory"],
  webhooks: ["Outgoing webhooks", "/admin/webhooks"],
  deliveries: ["Sent log", "/admin/deliveries"],
  endpoints: ["Endpoints", "/admin/endpoints"],
  events: ["Events", "/admin/events"],
  catalogue: ["Catalogue", "/admin/catalogue"],
  audit: ["Audit", "/admin/audit"],
  settings: ["Settings", "/admin/settings"],
} as const satisfies Record<string, readonly [text: string, href: string]>;

export type Section = keyof typeof SECTIONS;

const SECTION_NAMES = Object.keys(SECTIONS) as Section[];

/** The section of a path below /admin; "elsewhere" where there is no page. */
export function sectionAt(path: string): Section | "elsewhere" {
  const isIn = (name: Section): boolean => {
    const [, href] = SECTIONS[name];
    return path === href || (name !== "dashboard" && path.startsWith(`${href}/`));
  };
  return SECTION_NAMES.find(isIn) ?? "elsewhere";
}

type PortalKind = Portal["kind"];

/** The sections of a portal. */
const OF_PORTALS: Readonly<Record<PortalKind, readonly Section[]>> = {
  vendor: ["addons", "deliveries", "catalogue"],
  tenant: ["webhooks", "deliveries", "catalogue"],
};

/** The first page of a portal. */
export const PORTAL_HOMES: Readonly<Record<PortalKind, string>> = {
  vendor: SECTIONS.addons[1],
  tenant: SECTIONS.webhooks[1],
};

export interface NavEntry {
  readonly text: string;
  readonly href: string;
  readonly current: boolean;
}

const OF_HOST: readonly Section[] = ["audit", "settings"];

/** Returns the navigation of a portal. */
export function portalNavigation(
  current: Section | "elsewhere",
  portal: Portal,
  href: Href,
): readonly NavEntry[] {
  return OF_PORTALS[portal.kind].map((section) => toEntry(section, current, href));
}

const toEntry = (section: Section, current: Section | "elsewhere", href: Href): NavEntry => {
  const [text, path] = SECTIONS[section];
  return { text, href: href(path), current: section === current };
};

/** Returns the navigation, without pages that the caller can't open. The Inspector appears while it is installed. */
export function navigation(
  current: Section | "elsewhere",
  isOfHost: boolean,
  inspectorUrl: string | undefined,
  href: Href,
): readonly NavEntry[] {
  const sections = SECTION_NAMES.filter((section) => isOfHost || !OF_HOST.includes(section));
  const own = sections.map((section) => toEntry(section, current, href));
  return inspectorUrl === undefined
    ? own
    : [...own, { text: "Inspector", href: inspectorUrl, current: false }];
}
