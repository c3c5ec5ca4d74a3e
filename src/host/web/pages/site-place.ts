/** The site that a page is about, by its address, and the same page of another site. Pure. */

/** Path and query of a page. */
export interface PageAddress {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Paths with the key of a site in them. */
const WITH_KEY = /^\/admin\/(?:(?:webhooks|addons|replays|endpoints)|settings\/sites)\/([^/]+)(?:\/|$)/;
/** Paths with an ID, which has the number of its site. */
const WITH_ID = /^\/admin\/(?:deliveries|events)\/(?:dlv|evt)_(\d{1,9})_/;

/** Returns undefined for a page about several sites, or about none. */
export function findSiteKey(
  { path, query }: PageAddress,
  findKey: (siteNo: number) => string | undefined,
): string | undefined {
  const key = WITH_KEY.exec(path)?.[1];
  if (key !== undefined) return key;
  const siteNo = WITH_ID.exec(path)?.[1];
  if (siteNo !== undefined) return findKey(Number(siteNo));
  const asked = query.get("site");
  return asked === null || asked === "" ? undefined : asked;
}

/** Lists that have a site in their query, with the other filters that are the same for every site. */
const LISTS: readonly (readonly [path: string, kept: readonly string[]])[] = [
  ["/admin/addons", []],
  ["/admin/directory", ["q"]],
  ["/admin/deliveries", ["state", "event", "range", "test", "q"]],
  ["/admin/endpoints", ["state", "q"]],
  ["/admin/events", ["event"]],
];

/** Lists that have a site in their path. */
const BY_PATH = ["/admin/webhooks", "/admin/replays"];

const isBelow = (path: string, list: string): boolean => path === list || path.startsWith(`${list}/`);

/** Returns the path and query of the same list for a site, or for all sites; of the dashboard where a page has no site. */
export function toSitePath({ path, query }: PageAddress, siteKey: string | undefined): string {
  if (isBelow(path, "/admin/settings/sites") && siteKey !== undefined)
    return `/admin/settings/sites/${siteKey}`;
  const byPath = BY_PATH.find((list) => isBelow(path, list));
  if (byPath !== undefined && siteKey !== undefined) return `${byPath}/${siteKey}`;
  const [list, kept] = LISTS.find(([each]) => isBelow(path, each)) ?? ["/admin", []];
  const words = new URLSearchParams(siteKey === undefined ? {} : { site: siteKey });
  for (const name of path === list ? kept : []) {
    const value = query.get(name) ?? "";
    if (value !== "") words.set(name, value);
  }
  return words.size === 0 ? list : `${list}?${words.toString()}`;
}

/** Returns the path of a section for a site, so that the navigation stays on it. */
export const toSectionPath = (path: string, siteKey: string | undefined): string =>
  siteKey === undefined || !HAS_SITE.includes(path)
    ? path
    : toSitePath({ path, query: new URLSearchParams() }, siteKey);

const HAS_SITE: readonly string[] = ["/admin", "/admin/webhooks", ...LISTS.map(([path]) => path)];
