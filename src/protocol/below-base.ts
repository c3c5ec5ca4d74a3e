/** Shortens absolute URLs in a descriptor where it needs a relative one. Pure. */
import { parseBasePath } from "./qsh.ts";
import { parseUrl } from "../parse-url.ts";

const ABSOLUTE = /^(https?:)\/\/([^/?#\\@]+)(.*)/is;

/**
 * Returns the part of an absolute URL below `baseUrl`, with a leading slash: `/p?q` for `https://a.example/x/p?q` and
 * `https://a.example/x`. Returns undefined for a relative URL and for one that is not below `baseUrl`. Origins are compared
 * as URLs, paths byte by byte.
 */
export function pathBelowBase(url: string, baseUrl: string): string | undefined {
  const [, scheme = "", authority = "", rest = ""] = ABSOLUTE.exec(url) ?? [];
  const origin = parseUrl(`${scheme}//${authority}`)?.origin;
  if (origin === undefined || origin !== parseUrl(baseUrl)?.origin) return undefined;
  const base = parseBasePath(baseUrl);
  if (!rest.startsWith(base)) return undefined;
  const below = rest.slice(base.length);
  if (below.startsWith("/")) return below;
  return below === "" || /^[?#]/.test(below) ? `/${below}` : undefined;
}
