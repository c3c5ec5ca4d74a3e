/**
 * The path of the base URL. Browsers and add-ons see every path below it, but routes don't contain it: the server removes it
 * from requests, and {@link createHref} adds it to links and redirects. Pure.
 */
import { withoutTrailingSlashes } from "../../trailing-slashes.ts";

/** Returns a router's path as browsers see it. Other texts (`#part`, `https://…`) are returned unchanged. */
export type Href = (path: string) => string;

/** Returns the path of a base URL without a trailing slash. "" if it has none. */
export function toBasePath(baseUrl: string | undefined): string {
  return baseUrl === undefined ? "" : withoutTrailingSlashes(new URL(baseUrl).pathname);
}

export function createHref(basePath: string): Href {
  return (path) => (path.startsWith("/") ? basePath + path : path);
}

/**
 * Paths of a site whose key equals the base path: below `https://example.com/jira`, a proxy that strips its prefix passes on
 * `/jira/rest/…` of the site jira. No path of the server itself matches.
 */
const OF_SITE = /^\/(?:rest|ingest|services|api\/v2)(?:[/?]|$)/;

/** Removes the base path from a URL. Other URLs stay unchanged, because a proxy can strip the prefix or pass it on. */
export function belowBasePath(url: string, basePath: string): string {
  if (basePath === "" || !url.startsWith(basePath)) return url;
  const rest = url.slice(basePath.length);
  if (rest === "" || rest.startsWith("?")) return `/${rest}`;
  return rest.startsWith("/") && !OF_SITE.test(rest) ? rest : url;
}

const SEGMENTS = /^(?:\/[A-Za-z0-9._~-]+)*$/;
/** First segments of this server's own paths. The API counts as a whole only: `/api/callboard` is a usable base path. */
const OWN =
  /^\/(?:admin|assets|catalogue|docs|healthz|keys|metrics|readyz|schema)(?:\/|$)|^\/api(?:\/v1(?:\/|$)|$)/;

/** Returns the reason why a base path can't be used, to follow "the path of the base URL". Undefined if it can. */
export function basePathProblem(basePath: string): string | undefined {
  if (!SEGMENTS.test(basePath)) return "must consist of letters, digits and . _ ~ - between single slashes";
  return OWN.test(basePath) ? "must not be a path of Callboard itself, such as /admin or /api" : undefined;
}
