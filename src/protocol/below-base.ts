/** Absolute URLs in a descriptor, where a relative one is meant. Pure. */
import { basePathOf } from "./qsh.ts";

const ABSOLUTE = /^(https?:)\/\/([^/?#\\@]+)(.*)$/is;

/**
 * What is below `baseUrl` in an absolute URL of its origin, with a leading slash: `/p?q` in `https://a.example/x/p?q` for
 * `https://a.example/x`. Undefined for a relative URL, and for one that is elsewhere. Origins are compared as URLs are, paths
 * letter by letter.
 */
export function pathBelowBase(url: string, baseUrl: string): string | undefined {
  const [, scheme = "", authority = "", rest = ""] = ABSOLUTE.exec(url) ?? [];
  const origin = `${scheme}//${authority}`;
  if (authority === "" || !URL.canParse(origin) || !URL.canParse(baseUrl)) return undefined;
  if (new URL(origin).origin !== new URL(baseUrl).origin) return undefined;
  const base = basePathOf(baseUrl);
  if (!rest.startsWith(base)) return undefined;
  const below = rest.slice(base.length);
  if (below.startsWith("/")) return below;
  return below === "" || /^[?#]/.test(below) ? `/${below}` : undefined;
}
