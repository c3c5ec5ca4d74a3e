/**
 * Announces what Callboard does, as operational events: written with their deliveries in the transaction that does it, so that
 * there is one event for each change, over any number of processes and a crash at any time.
 */
import { formatBody } from "../model/operational.ts";
import type { ToldReceiver } from "../model/operational.ts";
import type { About, Announcement, Announcer } from "../store/tables/announcement.ts";
import { formatId, formatWebhookId, newEventUuid } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import { isSameReceiver, receiverName } from "../model/receiver.ts";
import type { Snapshots } from "../store/snapshot.ts";
import { plan } from "../model/plan.ts";
import type { Group, IncomingEvent, NormalizedEvent } from "../model/plan.ts";
import { placeBeside } from "./place.ts";
import { insertPlan } from "./reserve.ts";
import type { Slots } from "./reserve.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

export interface AnnounceDependencies {
  readonly snapshots: Snapshots;
  readonly slots: () => Pick<Slots, "reserve">;
  /** Public URL of this server. */
  readonly baseUrl: () => string;
  readonly newEventId?: () => Uuid;
  /** The database's time. */
  readonly now: () => number;
}

export function createAnnouncer({
  snapshots,
  slots,
  baseUrl,
  newEventId = newEventUuid,
  now,
}: AnnounceDependencies): Announcer {
  function ownSite(): SiteSnapshot | undefined {
    const own = snapshots.heads().find(({ product }) => product.isOperational);
    return own === undefined ? undefined : snapshots.get(own.site.no);
  }

  /** Returns the event for the site that it concerns, and for Callboard's own site if a webhook there subscribes to it. */
  function listGroups(announcement: Announcement): readonly Group[] {
    const own = ownSite();
    const home = announcement.siteNo === undefined ? own : snapshots.get(announcement.siteNo);
    if (home === undefined) return [];
    const uuid = newEventId();
    const body = Buffer.from(bodyFor(announcement, home, uuid));
    const groups = [{ events: [normalizeAnnouncement(announcement, home, uuid, body)] }];
    if (own !== undefined && own !== home && asksFor(own, announcement.event))
      groups.push({
        events: [normalizeAnnouncement({ ...announcement, about: undefined }, own, uuid, body)],
      });
    return groups;
  }

  function bodyFor({ event, about, facts, page }: Announcement, home: SiteSnapshot, uuid: Uuid): string {
    const receiver = about === undefined ? undefined : toldReceiver(home, about);
    return formatBody({
      event,
      id: formatId("evt", home.site.no, uuid),
      at: now(),
      site: home.site.key,
      receiver,
      facts,
      link: baseUrl() + (page ?? formatLink(home, about, receiver)),
    });
  }

  return {
    prepare: (tx) => snapshots.refresh(tx),
    announce: async (tx, announcements) => {
      const groups = announcements.flatMap(listGroups);
      if (groups.length === 0) return;
      const at = now();
      const planned = plan(groups, {
        findSite: snapshots.get,
        known: new Map(),
        newEventId,
        now: at,
      });
      // The transaction that announces may hold the keys of what it settled or ended.
      await placeBeside(tx, planned.deliveries, at);
      await insertPlan(tx, planned, slots(), at);
    },
  };
}

interface Written extends Omit<Announcement, "about"> {
  readonly about?: About | undefined;
}

function normalizeAnnouncement(
  { event, about }: Written,
  home: SiteSnapshot,
  id: Uuid,
  body: Buffer,
): NormalizedEvent {
  const incoming: IncomingEvent = {
    siteNo: home.site.no,
    event,
    payload: body,
    ...(about === undefined ? {} : { notTo: listEndpointNumbers(home, about) }),
  };
  let payload: unknown;
  return {
    incoming,
    name: event,
    body,
    notes: [],
    digest: undefined,
    eventId: id,
    payload: () => (payload ??= JSON.parse(body.toString("utf8")) as unknown),
    readingNotes: () => [],
  };
}

function listEndpointNumbers({ endpoints }: SiteSnapshot, about: About): ReadonlySet<number> {
  if (about.kind === "endpoint") return new Set([about.endpointNo]);
  const own = [...endpoints.values()].filter(({ receiver }) => isSameReceiver(receiver, about.receiver));
  return new Set(own.map(({ no }) => no));
}

const asksFor = ({ subscriptions }: SiteSnapshot, event: string): boolean =>
  [...subscriptions.values()].some((subscription) => subscription.event === event);

function toldReceiver(home: SiteSnapshot, about: About): ToldReceiver | undefined {
  const endpoint = about.kind === "endpoint" ? home.endpoints.get(about.endpointNo) : undefined;
  const receiver = about.kind === "receiver" ? about.receiver : endpoint?.receiver;
  if (receiver === undefined) return undefined;
  const given = about.kind === "receiver" ? about.name : undefined;
  const origin = endpoint === undefined ? {} : { origin: endpoint.origin };
  if (receiver.kind === "addon") {
    const name = given ?? receiverName(home, receiver) ?? receiver.addonKey;
    return { kind: "addon", name, key: receiver.addonKey, ...origin };
  }
  const id = formatWebhookId(home.site.no, receiver.webhookNo);
  return { kind: "webhook", name: given ?? receiverName(home, receiver) ?? id, id, ...origin };
}

function formatLink(
  { site }: SiteSnapshot,
  about: About | undefined,
  receiver: ToldReceiver | undefined,
): string {
  if (receiver === undefined) return "/admin";
  // There it can be resumed and tried at once; there is no page of one endpoint.
  if (about?.kind === "endpoint")
    return `/admin/endpoints?${new URLSearchParams({ site: site.key, q: receiver.origin ?? receiver.name }).toString()}`;
  if (receiver.kind === "addon") return `/admin/addons/${site.key}/${encodeURIComponent(receiver.key ?? "")}`;
  return `/admin/webhooks/${site.key}/${(receiver.id ?? "").replace(/^.*_/, "")}`;
}
