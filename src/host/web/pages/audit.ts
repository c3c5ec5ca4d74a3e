/** The audit: who did what, newest first. */
import { madeAt } from "../../model/ids.ts";
import type { Page } from "./page.ts";
import { createPaging } from "./paging.ts";

const PATH = "/admin/audit";
const PAGE_ROWS = 50;

export const auditPages: readonly Page[] = [
  {
    method: "get",
    path: PATH,
    scope: "admin",
    answer: async ({ query }, { audit }) => {
      const paging = createPaging(PATH, query);
      const { items, next } = await audit.list({ limit: PAGE_ROWS, cursor: paging.cursor });
      const isAsked = query.get("verify") !== null;
      return {
        kind: "view",
        view: "audit",
        title: "Audit",
        section: "audit",
        data: {
          // A check reads every entry, so that it is made only when it is asked for.
          checked: isAsked ? await audit.verify() : undefined,
          verifyHref: `${PATH}?verify=1`,
          rows: items.map((entry) => ({ ...entry, at: madeAt(entry.id) })),
          older: paging.older(next),
          newer: paging.newer,
          newest: paging.newest,
        },
      };
    },
  },
];
