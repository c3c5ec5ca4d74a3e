/** What the frame of a page shows of its place: navigation, breadcrumbs, and the switch of sites. Pure. */
import type { Href } from "../../model/base-path.ts";
import type { Site } from "../../model/site.ts";
import type { Crumb } from "./page.ts";
import { SECTIONS } from "./sections.ts";
import type { Section } from "./sections.ts";
import { toSectionPath, toSitePath } from "./site-place.ts";
import type { PageAddress } from "./site-place.ts";

/** Sites that the switch lists. The search finds the others. */
const MAX_LISTED_SITES = 50;
/** The switch has a search when there are more sites. */
const MAX_SEEN_SITES = 8;

export interface CrumbsPlace {
  readonly section: Section | "elsewhere";
  readonly address: PageAddress;
  /** Undefined when the page has no site, or the caller has one only. */
  readonly siteKey: string | undefined;
  /** Pages between the section and the page. */
  readonly parents: readonly Crumb[];
}

/** Returns the way from the section to the page, without the page itself. Empty on the first level. */
export function listCrumbs({ section, address, siteKey, parents }: CrumbsPlace): readonly Crumb[] {
  if (section === "elsewhere") return [];
  const [text, path] = SECTIONS[section];
  const ofSite = toSectionPath(path, siteKey);
  const isFirstLevel = address.path === path || address.path === ofSite;
  if (isFirstLevel && parents.length === 0) return [];
  const site = siteKey === undefined || ofSite === path ? [] : [{ text: siteKey, path: ofSite }];
  return [{ text, path }, ...site, ...parents];
}

export interface SiteSwitch {
  /** Key of the page's site; undefined for all sites. */
  readonly current: string | undefined;
  readonly allHref: string;
  readonly sites: readonly { readonly key: string; readonly name: string; readonly href: string }[];
  readonly hasSearch: boolean;
  /** Number of sites that are not listed. */
  readonly others: number;
}

/** Returns the links to this page of each site, the current site first; undefined when there is nothing to choose. */
export function toSiteSwitch(
  address: PageAddress,
  sites: readonly Site[],
  siteKey: string | undefined,
  href: Href,
): SiteSwitch | undefined {
  if (sites.length < 2) return undefined;
  const listed = sites.slice(0, MAX_LISTED_SITES);
  const current = sites.find(({ key }) => key === siteKey);
  if (current !== undefined && !listed.includes(current)) listed.unshift(current);
  return {
    current: current?.key,
    allHref: href(toSitePath(address, undefined)),
    sites: listed.map(({ key, name }) => ({ key, name, href: href(toSitePath(address, key)) })),
    hasSearch: sites.length > MAX_SEEN_SITES,
    others: sites.length - listed.length,
  };
}
