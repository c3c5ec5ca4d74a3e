/** The first page: how deliveries went in the last day, what is failing now, what waits, and what happened last. */
import { isOperational } from "../../../catalogue/index.ts";
import type { SiteStatus } from "../../delivery-log/status.ts";
import type { FailingEndpoint } from "../../delivery-log/endpoints.ts";
import { formatWebhookId } from "../../model/ids.ts";
import type { Caller } from "../http/access.ts";
import { listReachedSites } from "../http/query.ts";
import type { ReceiverStanding } from "../../registry/receivers.ts";
import type { Rooms } from "../rooms.ts";
import { toChartRange } from "../../model/chart-range.ts";
import { chartView } from "./chart.ts";
import { badge, outcomeText } from "./html.ts";
import { operationalRows } from "./operational.ts";
import type { Page } from "./page.ts";
import { PORTAL_HOMES } from "./sections.ts";
import { eventRows, receiverLink, formatStandingBadge } from "./rows.ts";
import { serverView } from "./server-view.ts";
import { startView } from "./start.ts";
import { standstillView } from "./standstill-view.ts";

const MAX_ROWS = 6;

/** Sites in the table: those with the lowest share of 2xx. */
const MAX_SITES = 8;

/** Those that need attention first: with attempts before those without, the lowest share of 2xx before others. */
const sortSites = (statuses: readonly SiteStatus[]): readonly SiteStatus[] =>
  statuses.toSorted((one, other) => (one.success ?? 2) - (other.success ?? 2));

/** The sites with the most failures. The statuses of many sites lack the month, so that those shown are read again. */
async function listWorst(statuses: readonly SiteStatus[], rooms: Rooms): Promise<readonly SiteStatus[]> {
  const worst = sortSites(statuses).slice(0, MAX_SITES);
  if (worst.length === statuses.length) return worst;
  return rooms.deliveryLog.status(worst.map(({ siteKey }) => siteKey));
}

function failingRow(endpoint: FailingEndpoint, rooms: Rooms) {
  const { receiver, siteNo, no, siteKey, waiting, dueAt, openUntil = 0, lastOutcome, lastStatus } = endpoint;
  const standing = rooms.receivers.standing(siteNo, receiver, no);
  const target =
    receiver.kind === "addon"
      ? `addon|${siteKey}|${receiver.addonKey}`
      : `webhook|${formatWebhookId(siteNo, receiver.webhookNo)}`;
  return {
    receiver: receiverLink(siteNo, receiver, rooms, no),
    site: siteKey,
    origin: endpoint.origin,
    badge: badge("bad", lastOutcome === undefined ? "failing" : outcomeText(lastOutcome, lastStatus)),
    since: endpoint.failingSince,
    waiting,
    isMore: endpoint.waitMore,
    logHref: `/admin/deliveries?${new URLSearchParams({ target, state: waiting > 0 ? "waiting" : "failed" }).toString()}`,
    next: nextAttempt(endpoint, standing, dueAt === undefined ? undefined : Math.max(dueAt, openUntil)),
    isOpen: openUntil > rooms.endpoints.now(),
    canResume: endpoint.pausedAt !== undefined || standing.goneSince !== undefined,
  };
}

/** When it is sent something again; while nothing is sent to it, a badge says why. */
function nextAttempt(
  { pausedAt, probeAt, waiting }: FailingEndpoint,
  standing: ReceiverStanding,
  dueAt: number | undefined,
) {
  const why = formatStandingBadge({ ...standing, pausedAt });
  if (standing.state !== "active") return { kind: "none", why } as const;
  if (pausedAt !== undefined) return { kind: "probe", why, at: waiting === 0 ? undefined : probeAt } as const;
  return dueAt === undefined ? ({ kind: "event" } as const) : ({ kind: "due", at: dueAt } as const);
}

export const dashboardPages: readonly Page[] = [
  {
    method: "get",
    path: "/admin",
    subject: "own",
    scope: "read",
    answer: async (visit, rooms) => {
      const { caller, query } = visit;
      if (caller.portal !== undefined) return { kind: "redirect", to: PORTAL_HOMES[caller.portal.kind] };
      const now = Date.now();
      const siteKeys = await listReachedSites(query.get("site") || undefined, caller, rooms);
      const range = toChartRange(query.get("range"));
      const { statuses, series } = await rooms.deliveryLog.statusWithSeries(siteKeys, range);
      const { failing, others, standstill } = await rooms.endpoints.overview(siteKeys, MAX_ROWS);
      const { items: events } = await rooms.deliveryLog.listEvents(siteKeys, {}, { limit: MAX_ROWS });
      const isNew = events.every(({ name }) => isOperational(name)) && !hasReceiver(caller, rooms);
      return {
        kind: "view",
        view: "dashboard",
        title: "Dashboard",
        section: "dashboard",
        live: true,
        data: {
          chart: chartView(range, series, { path: "/admin", query }),
          failed: statuses.reduce((sum, status) => sum + status.failed, 0),
          failing: failing.map((endpoint) => failingRow(endpoint, rooms)),
          otherFailing: others,
          waiting: statuses.reduce((sum, status) => sum + status.waiting, 0),
          open: statuses.reduce((sum, { endpoints }) => sum + endpoints.open, 0),
          paused: statuses.reduce((sum, { endpoints }) => sum + endpoints.paused, 0),
          queue: await rooms.deliveryLog.queue(siteKeys),
          standstill: standstillView(standstill),
          server: caller.siteKey === undefined ? await serverView(rooms) : undefined,
          now,
          sites: await listWorst(statuses, rooms),
          otherSites: Math.max(0, statuses.length - MAX_SITES),
          events: await eventRows(events, rooms),
          operational: await operationalRows(siteKeys, MAX_ROWS, rooms),
          start: isNew ? startView(visit, rooms) : undefined,
        },
      };
    },
  },
];

function hasReceiver(caller: Caller, { searchIndex }: Rooms): boolean {
  for (const { kind } of searchIndex.walk(caller)) if (kind === "receiver") return true;
  return false;
}
