/** The delivery log: deliveries and events are listed, shown, explained, redelivered and canceled. */
import type { HostContext } from "../context.ts";
import type { CheckBody } from "../model/body-check.ts";
import type { PageRequest } from "../model/cursor.ts";
import type { EndpointAt } from "../model/delivery.ts";
import { parseId } from "../model/ids.ts";
import type { SiteId } from "../model/ids.ts";
import { requireSite } from "../model/site-snapshot.ts";
import type { Webhook } from "../model/webhook.ts";
import type { Queryable } from "../store/db/database.ts";
import type { Author } from "../store/tables/audit.ts";
import { changeSignature } from "../store/tables/changes.ts";
import type { ChartRange } from "../model/chart-range.ts";
import { createAttemptHistory } from "./attempt-history.ts";
import { listEndpointSeries, listSiteSeries } from "./attempt-series.ts";
import { findDelivery, newestByEndpoint, standingsOfEvents } from "../store/tables/delivery-log.ts";
import type { DueAt } from "../store/tables/deliveries.ts";
import { findEvent } from "../store/tables/events.ts";
import { overdueSince } from "../store/tables/overdue.ts";
import { loadSite } from "../store/tables/sites.ts";
import { listOperational, listSiteEvents, showEvent } from "./events.ts";
import type { EventFilter } from "./events.ts";
import { listFailedWebhooks } from "./failed-webhooks.ts";
import type { DeliveryFilter } from "./filter.ts";
import { listDeliveries } from "./list.ts";
import { pollEvents } from "./poll-events.ts";
import type { PollRequest } from "./poll-events.ts";
import { cancelMany, cancelOne, countMeant, redeliverMany, redeliverOne } from "./redeliver.ts";
import type { RedeliverDependencies } from "./redeliver.ts";
import { previewWebhook } from "./preview.ts";
import type { PreviewInput } from "./preview.ts";
import { showDelivery } from "./show.ts";
import { countStored, siteStatuses } from "./status.ts";
import { tryBodyFilter } from "./try-body-filter.ts";
import type { BodyFilterTrial } from "./try-body-filter.ts";
import { explainEvent } from "./why.ts";
import type { WhyFilter } from "./why.ts";

export interface DeliveryLogContext
  extends Pick<HostContext, "database" | "snapshots" | "clock" | "now">, Pick<RedeliverDependencies, "drop"> {
  readonly checkBody: CheckBody;
  /** Engine of this process. */
  readonly engine: {
    readonly wake: (where: readonly DueAt[]) => void;
    readonly status: () => { readonly inFlight: number };
    readonly isBeingAttempted: RedeliverDependencies["isBeingAttempted"];
  };
}

/** Methods that take sites throw SITE_NOT_FOUND; those that take an ID throw when nothing has it. */
export type DeliveryLog = ReturnType<typeof createDeliveryLog>;

/** With more sites the figures of a month are too many to be read, and kept, for one page. */
const MANY_SITES = 500;
/** Days (UTC) that have the last 24 hours. */
const DAYS_OF_MANY = 2;

interface WhyRequest {
  /** Keys of the sites that the caller may see. */
  readonly reachable: readonly string[];
  readonly filter: WhyFilter;
  readonly page: PageRequest;
}

export function createDeliveryLog({
  database,
  snapshots,
  engine,
  drop,
  clock,
  now,
  checkBody,
}: DeliveryLogContext) {
  const { read, lists } = database;
  const onLists: Queryable = {
    dialect: read.dialect,
    query: async (sql, bind) => (await lists()).query<never>(sql, bind),
  };
  const history = createAttemptHistory(onLists);
  const dayHistory = createAttemptHistory(onLists, DAYS_OF_MANY);
  async function readHistories(siteNos: readonly number[], at: number) {
    const hasMonth = siteNos.length <= MANY_SITES;
    return { histories: await (hasMonth ? history : dayHistory)(siteNos, at), hasMonth, now: at };
  }
  const changes = {
    database,
    findSite: snapshots.byKey,
    wake: engine.wake,
    isBeingAttempted: engine.isBeingAttempted,
    drop,
    now,
  };
  const getSite = (siteKey: string) => requireSite(snapshots.byKey, siteKey);
  /** Soon after a start: what is shown of a row may need its site. */
  async function loadShownSites<Page extends { readonly items: readonly { readonly siteNo: number }[] }>(
    page: Page,
  ): Promise<Page> {
    await snapshots.load(page.items.map(({ siteNo }) => siteNo));
    return page;
  }
  const getSiteNumber = (siteKey: string) => getSite(siteKey).site.no;

  return {
    list: async (filter: DeliveryFilter, page: PageRequest) =>
      loadShownSites(await listDeliveries(await lists(), snapshots.byKey, filter, page)),
    /** The receiver of a delivery. Undefined if there is no such delivery, or its subscription is gone. */
    findReceiver: async ({ siteNo, id }: SiteId) => (await findDelivery(await lists(), siteNo, id))?.receiver,
    show: async (deliveryId: string) => showDelivery(await lists(), snapshots.get, deliveryId),
    redeliver: (deliveryId: string, by: Author) => redeliverOne(changes, deliveryId, by),
    cancel: (deliveryId: string, by: Author) => cancelOne(changes, deliveryId, by),
    count: (filter: DeliveryFilter) => countMeant(changes, filter),
    redeliverMany: (filter: DeliveryFilter, by: Author) => redeliverMany(changes, filter, by),
    cancelMany: (filter: DeliveryFilter, by: Author) => cancelMany(changes, filter, by),
    listEvents: async (siteKeys: readonly string[], filter: EventFilter, page: PageRequest) =>
      loadShownSites(await listSiteEvents(await lists(), siteKeys.map(getSiteNumber), filter, page)),
    /** The newest operational events of these sites, with their bodies. */
    listOperational: async (siteKeys: readonly string[], most: number) =>
      listOperational(await lists(), siteKeys.map(getSiteNumber), most),
    /** Null for a body that was deleted; undefined if the event was. */
    loadBody: async (siteKey: string, eventId: string): Promise<string | null | undefined> => {
      const { siteNo, id } = parseId("evt", eventId);
      const event =
        siteNo === getSiteNumber(siteKey) ? await findEvent(await lists(), siteNo, id) : undefined;
      return event === undefined ? undefined : event.body === "" && event.bodySize > 0 ? null : event.body;
    },
    showEvent: async (siteKey: string, eventId: string) =>
      showEvent(await lists(), getSite(siteKey), eventId, checkBody),
    explainEvent: async (siteKey: string, eventId: string, { reachable, filter, page }: WhyRequest) => {
      const others = reachable.flatMap((key) => snapshots.byKey(key) ?? []);
      return explainEvent(await lists(), {
        sites: { snapshot: getSite(siteKey), others },
        eventId,
        filter,
        page,
      });
    },
    tryBodyFilter: async (siteKey: string, trial: BodyFilterTrial) =>
      tryBodyFilter(await lists(), getSite(siteKey), trial),
    /** The events of an add-on, oldest first, for polling. @throws {CallboardError} QUERY_INVALID, CURSOR_EXPIRED */
    pollEvents: (siteKey: string, request: PollRequest) =>
      pollEvents({ database, now: clock.now }, getSite(siteKey), request),
    /** What a webhook would send that is not saved. */
    previewWebhook: async (siteKey: string, webhook: Webhook, input: Omit<PreviewInput, "now">) =>
      previewWebhook(await lists(), getSite(siteKey), webhook, { ...input, now: clock.now() }),
    /** The newest delivery of each of these endpoints, newest first. */
    newest: async (endpoints: readonly EndpointAt[]) => newestByEndpoint(await lists(), endpoints),
    /** Counts the deliveries of events by state, by event ID. Events without deliveries are left out. */
    standings: async (siteKey: string, events: readonly string[]) =>
      standingsOfEvents(await lists(), getSiteNumber(siteKey), events),
    /** The dynamic webhooks of an add-on that failed. */
    listFailedWebhooks: async (
      { siteKey, addonKey }: { readonly siteKey: string; readonly addonKey: string },
      page: { readonly after: number | undefined; readonly most: number },
    ) => {
      const { no: siteNo } = await loadSite(read, siteKey);
      return listFailedWebhooks(await lists(), { siteNo, addonKey }, page, now());
    },
    /** Without Atlassian's service level of a month where more than 500 sites are asked for together. */
    status: async (siteKeys: readonly string[]) => {
      const at = clock.now();
      const snapshots = siteKeys.map(getSite);
      const histories = await readHistories(siteKeys.map(getSiteNumber), at);
      return siteStatuses(await lists(), { ...histories, snapshots, databaseNow: now() });
    },
    /**
     * The status of sites with their attempts in the slots of a range, oldest first: of one moment, from one history. As {@link status},
     * it has no service level of more than 500 sites together.
     */
    statusWithSeries: async (siteKeys: readonly string[], range: ChartRange) => {
      const at = clock.now();
      const snapshots = siteKeys.map(getSite);
      const siteNos = siteKeys.map(getSiteNumber);
      const histories = await readHistories(siteNos, at);
      return {
        statuses: await siteStatuses(await lists(), { ...histories, snapshots, databaseNow: now() }),
        series: await listSiteSeries(await lists(), siteNos, { ...histories, range }),
      };
    },
    /** Numbers of what is stored of sites, added up. */
    stored: async (siteKeys: readonly string[]) => countStored(await lists(), siteKeys.map(getSite)),
    /** The attempts at endpoints of a site in the slots of a range, oldest first. */
    endpointSeries: async (siteKey: string, endpointNos: readonly number[], range: ChartRange) => {
      const siteNo = getSiteNumber(siteKey);
      const places = endpointNos.map((endpointNo) => ({ siteNo, endpointNo }));
      return listEndpointSeries(await lists(), places, { range, now: clock.now() });
    },
    /** A text that changes whenever something that pages show has changed. */
    changes: async () => changeSignature(await lists(), clock.now()),
    /** Attempts that this process makes, and when the delivery that waits longest became due; undefined when nothing is due. */
    queue: async (siteKeys: readonly string[]) => {
      const siteNos = siteKeys.flatMap((key) => snapshots.byKey(key)?.site.no ?? []);
      return {
        inFlight: engine.status().inFlight,
        overdueSince: await overdueSince(await lists(), siteNos, now()),
      };
    },
  };
}
