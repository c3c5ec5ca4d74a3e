/** The first page: how deliveries went in the last day, what is failing now, what waits, and what happened last. */
import type { SiteStatus } from "../../sent-log/status.ts";
import { sitesOf } from "../api/query.ts";
import type { Services } from "../services.ts";
import type { Page } from "./page.ts";
import { deliveryRow, eventRow } from "./rows.ts";
import { SPARK, barsOf, daySlots } from "./spark.ts";

const MOST_ROWS = 6;
/** Waiting deliveries looked at for those that were tried already. */
const LOOKED_AT = 100;

const GOOD = ["ok", "accepted"];

function sumsOf(statuses: readonly SiteStatus[]): { readonly attempts: number; readonly good: number } {
  let attempts = 0;
  let good = 0;
  for (const status of statuses) {
    for (const [outcome, count] of Object.entries(status.attempts)) {
      attempts += count;
      if (GOOD.includes(outcome)) good += count;
    }
  }
  return { attempts, good };
}

async function latestEvents(siteKeys: readonly string[], services: Services) {
  const events = [];
  for (const siteKey of siteKeys) {
    const page = await services.sentLog.listEvents(siteKey, {}, { limit: MOST_ROWS, cursor: undefined });
    events.push(...page.items);
  }
  return events.toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, MOST_ROWS);
}

export const dashboardPages: readonly Page[] = [
  {
    method: "get",
    path: "/admin",
    scope: "read",
    answer: async ({ caller }, services) => {
      const now = Date.now();
      const siteKeys = await sitesOf(undefined, caller, services);
      const statuses = await services.sentLog.status(siteKeys);
      const { attempts, good } = sumsOf(statuses);
      const waiting = await services.sentLog.list(
        { siteKeys, state: "waiting" },
        { limit: LOOKED_AT, cursor: undefined },
      );
      const events = await latestEvents(siteKeys, services);
      const slots = daySlots(
        statuses.map(({ series }) => series),
        now,
      );
      return {
        kind: "view",
        view: "dashboard",
        title: "Dashboard",
        section: "dashboard",
        live: true,
        data: {
          attempts,
          failed: statuses.reduce((sum, status) => sum + status.failed, 0),
          success: attempts === 0 ? undefined : good / attempts,
          spark: SPARK,
          slots,
          bars: barsOf(slots),
          failing: waiting.items
            .filter((delivery) => delivery.attempts > 0)
            .slice(0, MOST_ROWS)
            .map((delivery) => deliveryRow(delivery, services)),
          waiting: statuses.reduce((sum, status) => sum + status.waiting, 0),
          open: statuses.reduce((sum, { endpoints }) => sum + endpoints.open, 0),
          paused: statuses.reduce((sum, { endpoints }) => sum + endpoints.paused, 0),
          queue: await services.queue(siteKeys),
          now,
          sites: statuses,
          events: events.map((event) => eventRow(event, services)),
          isNew: events.length === 0 && !(await hasAddon(siteKeys, services)),
        },
      };
    },
  },
];

async function hasAddon(siteKeys: readonly string[], { registry }: Services): Promise<boolean> {
  for (const siteKey of siteKeys) if ((await registry.listAddons(siteKey)).length > 0) return true;
  return false;
}
