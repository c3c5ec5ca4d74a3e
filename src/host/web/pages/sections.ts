/** The navigation: one entry for each kind of thing there is to look at. */
import type { Href } from "../../model/base-path.ts";
import type { Portal } from "../../model/portal.ts";
import { toSectionPath } from "./site-place.ts";

export const SECTIONS = {
  dashboard: ["Dashboard", "/admin"],
  addons: ["Add-ons", "/admin/addons"],
  directory: ["Directory", "/admin/directory"],
  webhooks: ["Outgoing webhooks", "/admin/webhooks"],
  deliveries: ["Deliveries", "/admin/deliveries"],
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
export const PORTAL_SECTIONS: Readonly<Record<PortalKind, readonly Section[]>> = {
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

/** Sections about the whole server. */
export const OF_HOST: readonly Section[] = ["audit", "settings"];

/** Where a navigation leads to. */
export interface NavPlace {
  readonly current: Section | "elsewhere";
  /** The site that its lists stay on; undefined for all sites. */
  readonly siteKey: string | undefined;
  readonly href: Href;
}

/** Returns the navigation of a portal. */
export const portalNavigation = (place: NavPlace, portal: Portal): readonly NavEntry[] =>
  PORTAL_SECTIONS[portal.kind].map((section) => toEntry(section, place));

const toEntry = (section: Section, { current, siteKey, href }: NavPlace): NavEntry => {
  const [text, path] = SECTIONS[section];
  return { text, href: href(toSectionPath(path, siteKey)), current: section === current };
};

/** Returns the navigation, without pages that the caller can't open. The Inspector appears while it is installed. */
export function navigation(
  place: NavPlace,
  isOfHost: boolean,
  inspectorUrl: string | undefined,
): readonly NavEntry[] {
  const sections = SECTION_NAMES.filter((section) => isOfHost || !OF_HOST.includes(section));
  const own = sections.map((section) => toEntry(section, place));
  return inspectorUrl === undefined
    ? own
    : [...own, { text: "Inspector", href: inspectorUrl, current: false }];
}
