/** Shortens absolute URLs in a descriptor where it needs a relative one. Pure. */
import { parseBasePath } from "./qsh.ts";
import { canParseUrl } from "../can-parse-url.ts";

const ABSOLUTE = /^(https?:)\/\/([^/?#\\@]+)(.*)/is;

/**
 * Returns the part of an absolute URL below `baseUrl`, with a leading slash: `/p?q` for `https://a.example/x/p?q` and
 * `https://a.example/x`. Returns undefined for a relative URL and for one that is not below `baseUrl`. Origins are compared
 * as URLs, paths byte by byte.
 */
export function pathBelowBase(url: string, baseUrl: string): string | undefined {
  const [, scheme = "", authority = "", rest = ""] = ABSOLUTE.exec(url) ?? [];
  const origin = `${scheme}//${authority}`;
  if (!canParseUrl(origin) || !canParseUrl(baseUrl)) return undefined;
  if (new URL(origin).origin !== new URL(baseUrl).origin) return undefined;
  const base = parseBasePath(baseUrl);
  if (!rest.startsWith(base)) return undefined;
  const below = rest.slice(base.length);
  if (below.startsWith("/")) return below;
  return below === "" || /^[?#]/.test(below) ? `/${below}` : undefined;
}
