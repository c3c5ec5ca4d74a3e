/** The audit log: who did what, newest first, searched and by time. */
import { madeAt } from "../../model/ids.ts";
import type { AuditPage } from "../../admin/audit.ts";
import type { Rooms } from "../rooms.ts";
import { listChips } from "./list.ts";
import type { Filter } from "./list.ts";
import type { Page } from "./page.ts";
import { createPaging } from "./paging.ts";
import type { Paging } from "./paging.ts";

const PATH = "/admin/audit";
const PAGE_ROWS = 50;
const DAY_MS = 86_400_000;

/** Days that the list can be narrowed to, by their value in the address. */
const RANGES: Readonly<Record<string, readonly [text: string, days: number]>> = {
  "1d": ["24 hours", 1],
  "7d": ["7 days", 7],
  "30d": ["30 days", 30],
  "365d": ["One year", 365],
};

const findRange = (value: string | null) =>
  value !== null && Object.hasOwn(RANGES, value) ? RANGES[value] : undefined;

const FILTERS: readonly Filter[] = [
  { name: "q", label: "Search" },
  { name: "range", label: "Time", describe: (value) => findRange(value)?.[0] },
];

function listEntries(query: URLSearchParams, paging: Paging, { audit }: Rooms): Promise<AuditPage> {
  const range = findRange(query.get("range"));
  return audit.list(
    { limit: PAGE_ROWS, cursor: paging.cursor },
    {
      search: query.get("q") ?? "",
      since: range === undefined ? undefined : Date.now() - range[1] * DAY_MS,
    },
  );
}

export const auditPages: readonly Page[] = [
  {
    method: "get",
    path: PATH,
    scope: "admin",
    answer: async ({ query }, rooms) => {
      const paging = createPaging(PATH, query);
      const { items, next } = await listEntries(query, paging, rooms);
      const isAsked = query.get("verify") !== null;
      const chips = listChips(PATH, query, FILTERS);
      return {
        kind: "view",
        view: "audit",
        title: "Audit",
        section: "audit",
        data: {
          // A check reads every entry, so that it is made only when it is asked for.
          checked: isAsked ? await rooms.audit.verify() : undefined,
          verifyHref: `${PATH}?verify=1`,
          rows: items.map((entry) => ({ ...entry, at: madeAt(entry.id) })),
          older: paging.older(next),
          newer: paging.newer,
          newest: paging.newest,
          path: PATH,
          search: query.get("q")?.trim() ?? "",
          range: query.get("range") ?? "",
          ranges: Object.entries(RANGES).map(([value, [text]]) => ({ value, text })),
          chips,
          clearHref: PATH,
          isFiltered: chips.length > 0,
        },
      };
    },
  },
];
