/**
 * The path of the base URL: every path of this server stands below it for browsers and add-ons, and nowhere in the code.
 * The server's door removes it from requests, {@link createHref} adds it to links and redirects. Pure.
 */

/** A path that the router knows as it appears in the address bar. Other texts (`#part`, `https://…`) stay as they are. */
export type Href = (path: string) => string;

/** Returns the path of a base URL without a slash at the end; "" for one without a path. */
export function basePathOf(baseUrl: string | undefined): string {
  return baseUrl === undefined ? "" : new URL(baseUrl).pathname.replace(/\/+$/, "");
}

export function createHref(basePath: string): Href {
  return (path) => (path.startsWith("/") ? basePath + path : path);
}

/**
 * Paths of a site, for a base path that looks like one: below `https://example.com/jira`, a proxy that strips its prefix
 * passes on `/jira/rest/…` of the site jira. No path of the server itself begins so.
 */
const OF_SITE = /^\/(?:rest|ingest|services|api\/v2)(?:[/?]|$)/;

/**
 * Returns the URL of a request without the base path. A proxy that strips the prefix and one that passes it on are both
 * served: a URL that is not below the base path stays as it is.
 */
export function belowBasePath(url: string, basePath: string): string {
  if (basePath === "" || !url.startsWith(basePath)) return url;
  const rest = url.slice(basePath.length);
  if (rest === "" || rest.startsWith("?")) return `/${rest}`;
  return rest.startsWith("/") && !OF_SITE.test(rest) ? rest : url;
}

const SEGMENTS = /^(?:\/[A-Za-z0-9._~-]+)*$/;
/** First segments of this server's own paths. The API is one only as a whole: `/api/callboard` is a usable base path. */
const OWN =
  /^\/(?:admin|assets|catalogue|docs|healthz|keys|metrics|readyz|schema)(?:\/|$)|^\/api(?:\/v1(?:\/|$)|$)/;

/** Returns why a base path cannot be used, to follow "the path of the base URL"; undefined if it can. */
export function basePathProblem(basePath: string): string | undefined {
  if (!SEGMENTS.test(basePath)) return "must consist of letters, digits and . _ ~ - between single slashes";
  return OWN.test(basePath) ? "must not be a path of Callboard itself, such as /admin or /api" : undefined;
}
