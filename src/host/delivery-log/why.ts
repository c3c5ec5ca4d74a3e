/**
 * Why each receiver of a site got an event, or did not: one row for each, in one sentence. Deliveries and the skips of the
 * trace are facts of that time; everything else is worked out from the registry of today, and says so where it has changed.
 */
import { CallboardError } from "../../errors.ts";
import { parseExact } from "../../json/exact.ts";
import { onFirstUse } from "../../on-first-use.ts";
import { requireNumberCursor } from "../model/cursor.ts";
import type { PageRequest } from "../model/cursor.ts";
import { judgeSubscriptions } from "../model/fan-out.ts";
import type { Queryable } from "../store/db/database.ts";
import { formatWebhookId, madeAt } from "../model/ids.ts";
import type { SentDelivery } from "../store/tables/delivery-log.ts";
import { listSubscriptions } from "../store/tables/subscriptions.ts";
import { loadEvent } from "./events.ts";
import { formatReceiverId } from "../model/receiver.ts";
import type { Receiver } from "../model/endpoint.ts";
import type { EventRecord } from "../model/event.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import type { Subscription } from "../model/subscription.ts";

/** Kinds of rows, in the order of the list. */
export const WHY_KINDS = [
  "sent",
  "skipped",
  "added-later",
  "not-subscribed",
  "test-of-another",
  "removed",
  "other-site",
] as const;
export type WhyKind = (typeof WHY_KINDS)[number];

export interface WhyRow {
  readonly kind: WhyKind;
  readonly siteNo: number;
  readonly receiver: Receiver;
  /** Name of the add-on or webhook; its key or ID if it is gone. */
  readonly name: string;
  /** One sentence without its period: "not subscribed to …; has …". */
  readonly reason: string;
  /** Known change since the event. Undefined if there is none. */
  readonly changed: string | undefined;
  readonly deliveries: readonly SentDelivery[];
}

/** The site of an event, and the other sites that the caller may see. */
export interface SitesInView {
  readonly snapshot: SiteSnapshot;
  readonly others: readonly SiteSnapshot[];
}

export interface WhyFilter {
  readonly addonKey?: string | undefined;
  readonly webhook?: { readonly siteNo: number; readonly no: number } | undefined;
  readonly kind?: WhyKind | undefined;
  /** Selects the receivers with a delivery, or only those without one. */
  readonly isSent?: boolean | undefined;
  /** Part of a receiver's name or key, or of the reason. */
  readonly search?: string | undefined;
}

export interface WhyPage {
  readonly event: EventRecord;
  readonly items: readonly WhyRow[];
  readonly total: number;
  readonly next: string | undefined;
}

interface ExplainEventOptions {
  readonly sites: SitesInView;
  readonly eventId: string;
  readonly filter: WhyFilter;
  readonly page: PageRequest;
}

/**
 * One page of rows. A receiver that is asked for by key or ID must exist.
 *
 * @throws {CallboardError} EVENT_NOT_FOUND, ADDON_NOT_FOUND, WEBHOOK_NOT_FOUND, QUERY_INVALID
 */
export async function explainEvent(
  q: Queryable,
  { sites, eventId, filter, page }: ExplainEventOptions,
): Promise<WhyPage> {
  const { snapshot } = sites;
  const { event, deliveries } = await loadEvent(q, snapshot, eventId);
  const isUnknown = event.trace.skipped.some(
    ({ subscriptionNo }) => !snapshot.subscriptions.has(subscriptionNo),
  );
  const removed = isUnknown
    ? (await listSubscriptions(q, event.siteNo)).filter(({ removedAt }) => removedAt !== undefined)
    : [];
  const rows = explainReceivers(sites, event, deliveries, removed);
  requireReceiver(rows, filter);
  const found = rows.filter((row) => isWanted(row, filter));
  const from = page.cursor === undefined ? 0 : requireNumberCursor(page.cursor, 6);
  const items = found.slice(from, from + page.limit);
  const end = from + items.length;
  return { event, items, total: found.length, next: end < found.length ? String(end) : undefined };
}

function requireReceiver(rows: readonly WhyRow[], { addonKey, webhook }: WhyFilter): void {
  if (addonKey !== undefined && !rows.some((row) => isWanted(row, { addonKey }))) {
    throw new CallboardError("ADDON_NOT_FOUND", `No site has an add-on ${JSON.stringify(addonKey)}`);
  }
  if (webhook !== undefined && !rows.some((row) => isWanted(row, { webhook }))) {
    const id = formatWebhookId(webhook.siteNo, webhook.no);
    throw new CallboardError("WEBHOOK_NOT_FOUND", `The site has no webhook ${id}`);
  }
}

function isWanted(row: WhyRow, { addonKey, webhook, kind, isSent, search }: WhyFilter): boolean {
  const { receiver } = row;
  if (addonKey !== undefined && !(receiver.kind === "addon" && receiver.addonKey === addonKey)) return false;
  const isThatWebhook = receiver.kind === "webhook" && receiver.webhookNo === webhook?.no;
  if (webhook !== undefined && !(isThatWebhook && row.siteNo === webhook.siteNo)) return false;
  if (kind !== undefined && row.kind !== kind) return false;
  if (isSent !== undefined && (row.kind === "sent") !== isSent) return false;
  const text = [row.name, formatReceiverId(row.siteNo, receiver), row.reason].join("\n").toLowerCase();
  return search === undefined || text.includes(search.toLowerCase());
}

const getNameOrder = onFirstUse(() => new Intl.Collator("en", { numeric: true }));

interface Known {
  readonly receiver: Receiver;
  readonly name: string;
  readonly subscriptions: Subscription[];
  /** When it was installed or added, and last changed; undefined if it is gone. */
  readonly times: { readonly since: number; readonly changedAt: number } | undefined;
}

/** Every receiver of the site, those that the event has to do with and are gone, and add-ons of the other sites. */
export function explainReceivers(
  { snapshot, others }: SitesInView,
  event: EventRecord,
  deliveries: readonly SentDelivery[],
  removed: readonly Subscription[],
): readonly WhyRow[] {
  const known = listReceivers(snapshot);
  const { siteNo } = event;
  const remember = (receiver: Receiver): Known => {
    const key = formatReceiverId(siteNo, receiver);
    const here = known.get(key) ?? { receiver, name: key, subscriptions: [], times: undefined };
    known.set(key, here);
    return here;
  };
  for (const subscription of snapshot.subscriptions.values()) {
    remember(subscription.receiver).subscriptions.push(subscription);
  }
  const sent = new Map<string, SentDelivery[]>();
  for (const delivery of deliveries) {
    // A test of a webhook that was never saved has no receiver.
    if (delivery.receiver === undefined) continue;
    const key = formatReceiverId(siteNo, remember(delivery.receiver).receiver);
    sent.set(key, [...(sent.get(key) ?? []), delivery]);
  }
  const removedByNo = new Map(removed.map((subscription) => [subscription.no, subscription]));
  const skipped = new Map<string, { readonly subscriptionNo: number; readonly because: string }[]>();
  for (const skip of event.trace.skipped) {
    const of = snapshot.subscriptions.get(skip.subscriptionNo) ?? removedByNo.get(skip.subscriptionNo);
    if (of === undefined) continue;
    const key = formatReceiverId(siteNo, remember(of.receiver).receiver);
    skipped.set(key, [...(skipped.get(key) ?? []), skip]);
  }
  const today = judgeToday(snapshot, event);
  const isTest = deliveries.some(({ test }) => test);
  const rows = [...known].map(([key, receiver]): WhyRow => {
    const own = sent.get(key) ?? [];
    const explained = explainOne(event, {
      known: receiver,
      sent: own,
      skipped: skipped.get(key) ?? [],
      today,
      isTest,
    });
    return { siteNo, receiver: receiver.receiver, name: receiver.name, deliveries: own, ...explained };
  });
  return [...rows, ...elsewhere(snapshot, others, known)].toSorted(
    (a, b) => WHY_KINDS.indexOf(a.kind) - WHY_KINDS.indexOf(b.kind) || getNameOrder().compare(a.name, b.name),
  );
}

function listReceivers({ site, installations, webhooks }: SiteSnapshot): Map<string, Known> {
  const known = new Map<string, Known>();
  for (const { addonKey, descriptor, state, installedAt, updatedAt } of installations.values()) {
    if (state === "uninstalled") continue;
    known.set(addonKey, {
      receiver: { kind: "addon", addonKey },
      name: descriptor.name,
      subscriptions: [],
      times: { since: installedAt, changedAt: updatedAt },
    });
  }
  for (const { no, name, createdAt, updatedAt } of webhooks.values()) {
    known.set(formatWebhookId(site.no, no), {
      receiver: { kind: "webhook", webhookNo: no },
      name,
      subscriptions: [],
      times: { since: createdAt, changedAt: updatedAt },
    });
  }
  return known;
}

/** Verdicts by the number of each subscription that names the event type. */
type Verdicts = ReadonlyMap<number, { readonly matched: boolean; readonly because?: string }>;

const BODY_DELETED = {
  matched: false,
  because: "the body was deleted by retention, so it can't be judged",
} as const;

/** Verdicts of today's registry on a stored event. */
function judgeToday(snapshot: SiteSnapshot, event: EventRecord): Verdicts {
  const isDeleted = event.body === "" && event.bodySize > 0;
  let payload: { readonly value: unknown } | undefined;
  const verdicts = judgeSubscriptions(snapshot, {
    product: snapshot.product,
    event: event.name,
    payload: () => (payload ??= { value: parseExact(event.body === "" ? "{}" : event.body) }).value,
    ...(event.project === undefined ? {} : { project: event.project }),
    ...(event.aboutAddon === undefined ? {} : { aboutAddonKey: event.aboutAddon }),
  });
  return isDeleted ? new Map([...verdicts.keys()].map((no) => [no, BODY_DELETED])) : verdicts;
}

type Explained = Pick<WhyRow, "kind" | "reason" | "changed">;

interface ExplainOneOptions {
  readonly known: Known;
  readonly sent: readonly SentDelivery[];
  readonly skipped: readonly { readonly subscriptionNo: number; readonly because: string }[];
  readonly today: Verdicts;
  readonly isTest: boolean;
}

function explainOne(
  event: EventRecord,
  { known: { receiver, subscriptions, times }, sent, skipped, today, isTest }: ExplainOneOptions,
): Explained {
  const at = madeAt(event.id);
  if (sent.length > 0) return { kind: "sent", reason: describeStanding(sent), changed: undefined };
  if (skipped.length > 0) {
    const reason = [...new Set(skipped.map(({ because }) => because))].slice(0, MAX_REASONS).join("; ");
    const wouldMatch = skipped.some(({ subscriptionNo }) => today.get(subscriptionNo)?.matched === true);
    const isGone = skipped.every(
      ({ subscriptionNo }) => !subscriptions.some(({ no }) => no === subscriptionNo),
    );
    const changed = wouldMatch
      ? "it has changed since: today the event would be sent"
      : isGone
        ? "the subscription was removed since"
        : changedSince(times, at);
    return { kind: "skipped", reason, changed };
  }
  if (times === undefined) {
    return { kind: "removed", reason: "removed from the site since", changed: undefined };
  }
  if (times.since > at) {
    const verb = receiver.kind === "addon" ? "installed" : "added";
    return {
      kind: "added-later",
      reason: `${verb} after the event, at ${formatIso(times.since)}`,
      changed: undefined,
    };
  }
  if (isTest) {
    const reason = "the event is a test delivery for another receiver";
    return { kind: "test-of-another", reason, changed: undefined };
  }
  const naming = subscriptions.filter(({ no }) => today.has(no));
  const before = naming.find(({ createdAt }) => createdAt <= at);
  if (before !== undefined) {
    // The trace has no room for it, or it named other event types then.
    const verdict = today.get(before.no);
    const reason =
      verdict?.matched === true
        ? "no delivery was created; today the event would be sent"
        : `by today's settings: ${verdict?.because ?? "it does not match"}`;
    return { kind: "skipped", reason, changed: changedSince(times, at) };
  }
  const [later] = naming;
  if (later !== undefined) {
    const reason = `subscribed to ${event.name} after the event, at ${formatIso(later.createdAt)}`;
    return { kind: "added-later", reason, changed: undefined };
  }
  return {
    kind: "not-subscribed",
    reason: `not subscribed to ${event.name}; ${describeNames(subscriptions)}`,
    changed: changedSince(times, at),
  };
}

const MAX_REASONS = 3;
const MAX_NAMES = 10;

/** "delivered", "failed (exhausted)"; with how many, where states differ. */
function describeStanding(deliveries: readonly SentDelivery[]): string {
  const counts = new Map<string, number>();
  for (const { state, because } of deliveries) {
    const text = because === undefined ? state : `${state} (${because})`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => (deliveries.length === 1 ? text : `${count} ${text}`)).join(", ");
}

function describeNames(subscriptions: readonly Subscription[]): string {
  const names = [...new Set(subscriptions.map(({ event }) => event ?? "all events"))];
  if (names.length === 0) return "has no subscription";
  const more = names.length - MAX_NAMES;
  return `has ${names.slice(0, MAX_NAMES).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function changedSince(times: Known["times"], at: number): string | undefined {
  return times !== undefined && times.changedAt > at
    ? `changed since, at ${formatIso(times.changedAt)}`
    : undefined;
}

const formatIso = (at: number): string => new Date(at).toISOString();

/** Receivers that are on other sites only. */
function elsewhere(
  { site, installations }: SiteSnapshot,
  others: readonly SiteSnapshot[],
  here: ReadonlyMap<string, unknown>,
): readonly WhyRow[] {
  const rows = new Map<string, WhyRow & { readonly sites: readonly string[] }>();
  const add = (other: SiteSnapshot, receiver: Receiver, name: string) => {
    const key = formatReceiverId(other.site.no, receiver);
    if (other.site.no === site.no || here.has(key)) return;
    const sites = [...(rows.get(key)?.sites ?? []), other.site.key];
    const isUninstalled = receiver.kind === "addon" && installations.has(receiver.addonKey);
    const reason = `${isUninstalled ? "uninstalled from" : "not on"} ${site.key}; it is on ${sites.join(", ")}`;
    const siteNo = other.site.no;
    rows.set(key, {
      kind: "other-site",
      siteNo,
      receiver,
      name,
      reason,
      changed: undefined,
      deliveries: [],
      sites,
    });
  };
  for (const other of others) {
    for (const { addonKey, descriptor, state } of other.installations.values()) {
      if (state !== "uninstalled") add(other, { kind: "addon", addonKey }, descriptor.name);
    }
  }
  return [...rows.values()].map(({ sites: _sites, ...row }) => row);
}
