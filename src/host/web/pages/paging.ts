/** Keyset paging both ways: the address carries the cursors of the pages before this one. */

const MAX_REMEMBERED = 20;

export interface Paging {
  readonly cursor: string | undefined;
  /** Addresses of the neighbors; undefined where there is none. */
  readonly newer: string | undefined;
  readonly newest: string | undefined;
  readonly older: (next: string | undefined) => string | undefined;
}

export function createPaging(path: string, query: URLSearchParams): Paging {
  const cursor = query.get("cursor") ?? undefined;
  const trail = (query.get("trail") ?? "").split(".").filter((part) => part !== "");

  function at(to: string | undefined, before: readonly string[]): string {
    const next = new URLSearchParams(query);
    for (const name of ["cursor", "trail", "notice"]) next.delete(name);
    if (to !== undefined) next.set("cursor", to);
    if (before.length > 0) next.set("trail", before.slice(-MAX_REMEMBERED).join("."));
    const text = next.toString();
    return text === "" ? path : `${path}?${text}`;
  }

  return {
    cursor,
    newer: cursor === undefined ? undefined : at(trail.at(-1), trail.slice(0, -1)),
    newest: cursor === undefined ? undefined : at(undefined, []),
    older: (next) =>
      next === undefined ? undefined : at(next, cursor === undefined ? [] : [...trail, cursor]),
  };
}

/** Data of a paged list: links to the other pages and the number of entries. */
export function listPaging(
  paging: Paging,
  {
    items,
    next,
    found,
  }: { readonly items: readonly unknown[]; readonly next: string | undefined; readonly found: number },
) {
  const older = paging.older(next);
  return {
    newer: paging.newer,
    newest: paging.newest,
    older,
    pagingWords: ["Previous", "First page", "Next"],
    /** All of it is on this page. */
    isWhole: paging.cursor === undefined && next === undefined,
    counted: { shown: items.length, found },
  };
}
