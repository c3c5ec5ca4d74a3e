import type { Href } from "../../model/base-path.ts";
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

/** The section of a path below /admin; "elsewhere" where there is no page. */
export function sectionAt(path: string): Section | "elsewhere" {
  const names = Object.keys(SECTIONS) as Section[];
  const isIn = (name: Section): boolean => {
    const [, href] = SECTIONS[name];
    return path === href || (name !== "dashboard" && path.startsWith(`${href}/`));
  };
  return names.find(isIn) ?? "elsewhere";
}

export interface NavEntry {
  readonly text: string;
  readonly href: string;
  readonly current: boolean;
}

const OF_HOST: readonly string[] = ["audit", "settings"] satisfies readonly Section[];

/** Returns the navigation, without pages that the caller can't open. The Inspector appears while it is installed. */
export function navigation(
  current: Section | "elsewhere",
  isOfHost: boolean,
  inspectorUrl: string | undefined,
  href: Href,
): readonly NavEntry[] {
  const sections = Object.entries(SECTIONS).filter(([section]) => isOfHost || !OF_HOST.includes(section));
  const own = sections.map(([section, [text, path]]) => ({
    text,
    href: href(path),
    current: section === current,
  }));
  return inspectorUrl === undefined
    ? own
    : [...own, { text: "Inspector", href: inspectorUrl, current: false }];
}
