/** The pages of a list: the one loop over `next`. Pure. */

/** A page of any list. */
export interface Page<Item = unknown> {
  readonly items: readonly Item[];
  /** The cursor of the page after it; null on the last one. */
  readonly next: string | null;
}

/** What the query of a page has beside the filters of its list. */
export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string;
}

export interface ListOptions {
  /** Maximum number of items; all of them when left out. */
  readonly limit?: number;
}

type ListPage<P> = (page: PageQuery) => Promise<P>;

/** The longest page that the API has. */
const MAX_PAGE_ITEMS = 500;

/**
 * Yields every item of a list, page by page:
 * `for await (const site of everyItem((page) => client.listSites({ query: page })))`.
 */
export async function* everyItem<Item>(
  list: ListPage<Page<Item>>,
  options: ListOptions = {},
): AsyncGenerator<Item> {
  for await (const page of everyPage(list, options)) yield* page.items;
}

/**
 * Resolves to a list as one page: the first `limit` items or all of them, and the `next` after them. Further members are those of the
 * first page.
 */
export async function listItems<P extends Page>(list: ListPage<P>, options: ListOptions = {}): Promise<P> {
  let all: P | undefined;
  for await (const page of everyPage(list, options)) {
    all = all === undefined ? page : { ...all, items: [...all.items, ...page.items], next: page.next };
  }
  // Only a limit of nothing asks for no page.
  if (all === undefined) throw new RangeError("the limit of a list must be at least 1");
  return all;
}

/** A page can be short although there is another. */
async function* everyPage<P extends Page>(
  list: ListPage<P>,
  { limit = Number.POSITIVE_INFINITY }: ListOptions,
): AsyncGenerator<P> {
  let left = limit;
  let cursor: string | undefined;
  while (left > 0) {
    const most = Math.min(left, MAX_PAGE_ITEMS);
    const page = await list(cursor === undefined ? { limit: most } : { limit: most, cursor });
    yield page;
    left -= page.items.length;
    // Also of a server that leaves out what is null.
    cursor = page.next ?? undefined;
    if (cursor === undefined) return;
  }
}
