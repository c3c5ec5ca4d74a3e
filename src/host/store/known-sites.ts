/** The sites that a process knows: those that are loaded, and those of which it knows little more than that they are there. */
import type { SiteSnapshot } from "../model/site-snapshot.ts";

interface LoadedSite<S extends SiteSnapshot> {
  readonly kind: "loaded";
  readonly snapshot: S;
  /** Versions of the site that were raised by processes that mark what they change. */
  readonly markedVersions: number;
}

export type KnownSite<S extends SiteSnapshot> =
  LoadedSite<S> | { readonly kind: "unloaded"; readonly snapshot: SiteSnapshot };

export interface KnownSites<S extends SiteSnapshot> {
  readonly byNo: ReadonlyMap<number, KnownSite<S>>;
  /** Numbers of the sites that are not loaded. */
  readonly unloaded: ReadonlySet<number>;
  /** Adds the site, or replaces the one with its number. */
  readonly keep: (site: KnownSite<S>) => void;
  readonly drop: (siteNo: number) => void;
  readonly findLoaded: (siteNo: number) => LoadedSite<S> | undefined;
  readonly findByKey: (siteKey: string) => SiteSnapshot | undefined;
  readonly listLoaded: () => readonly SiteSnapshot[];
}

export function createKnownSites<S extends SiteSnapshot>(): KnownSites<S> {
  const byNo = new Map<number, KnownSite<S>>();
  const numbers = new Map<string, number>();
  const unloaded = new Set<number>();
  return {
    byNo,
    unloaded,
    keep: (site) => {
      const { no, key } = site.snapshot.site;
      byNo.set(no, site);
      numbers.set(key, no);
      if (site.kind === "loaded") unloaded.delete(no);
      else unloaded.add(no);
    },
    drop: (siteNo) => {
      const key = byNo.get(siteNo)?.snapshot.site.key;
      if (key === undefined) return;
      byNo.delete(siteNo);
      unloaded.delete(siteNo);
      // A new site may have the key by now.
      if (numbers.get(key) === siteNo) numbers.delete(key);
    },
    findLoaded: (siteNo) => {
      const known = byNo.get(siteNo);
      return known?.kind === "loaded" ? known : undefined;
    },
    findByKey: (siteKey) => byNo.get(numbers.get(siteKey) ?? 0)?.snapshot,
    listLoaded: () =>
      [...byNo.values()].filter(({ kind }) => kind === "loaded").map(({ snapshot }) => snapshot),
  };
}
