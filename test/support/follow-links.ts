/** Opens every page that links lead to, as somebody would who clicks through the whole web app. */

export interface OpenedPage {
  readonly path: string;
  readonly status: number;
  readonly text: string;
}

/** Pages of one path that differ in their query alone: as many are opened. */
const MAX_OF_PATH = 3;

/**
 * Follows the links of the web app from the page at `from`, each once.
 * @param get reads a page of the session
 */
export async function followLinks(
  get: (path: string) => Promise<{ readonly status: number; readonly text: string }>,
  from: string,
): Promise<readonly OpenedPage[]> {
  const waiting = [from];
  const seen = new Set(waiting);
  const opened = new Map<string, number>();
  const pages: OpenedPage[] = [];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const [name = ""] = path.split("?");
    const count = opened.get(name) ?? 0;
    if (count >= MAX_OF_PATH) continue;
    opened.set(name, count + 1);
    const { status, text } = await get(path);
    pages.push({ path, status, text });
    for (const link of findLinks(text, path)) {
      if (seen.has(link)) continue;
      seen.add(link);
      waiting.push(link);
    }
  }
  return pages;
}

/** Addresses of pages below /admin, without what follows a `#`. */
function findLinks(html: string, path: string): readonly string[] {
  return [...html.matchAll(/<a\s[^>]*href="([^"]+)"/g)].flatMap(([, href = ""]) => {
    const url = new URL(href.replaceAll("&amp;", "&"), `http://host${path}`);
    const isPage = url.host === "host" && /^\/admin(?:\/|$)/.test(url.pathname);
    return isPage ? [url.pathname + url.search] : [];
  });
}
