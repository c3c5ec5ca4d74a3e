/** Events that were accepted before under the same ID of their publisher: they get their first response again. */
import type { Product } from "../../catalogue/index.ts";
import { isRefused, refuseOffSchema } from "../model/body-check.ts";
import { resolveUrl } from "../model/fan-out.ts";
import { formatId } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import { readBodyValue } from "../model/payload.ts";
import { formatKnownKey } from "../model/plan.ts";
import type { AcceptedEvent, Group, KnownEvent, NormalizedEvent } from "../model/plan.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import type { Queryable } from "../store/db/database.ts";
import { findClientEvents, findEvent, listEventDeliveries } from "../store/tables/events.ts";
import type { ClientEvent } from "../store/tables/events.ts";
import { withJudgments } from "./policy.ts";
import type { PolicyParts } from "./policy.ts";

/** Returns the IDs of their publishers that the events have. */
export const clientEvents = (
  events: readonly { readonly siteNo: number; readonly clientId: string | undefined }[],
): readonly ClientEvent[] =>
  events.flatMap(({ siteNo, clientId }) => (clientId === undefined ? [] : [{ siteNo, clientId }]));

const listPublisherIds = (events: readonly NormalizedEvent[]): readonly ClientEvent[] =>
  clientEvents(events.map(({ incoming: { siteNo, id } }) => ({ siteNo, clientId: id })));

/** Finds those that were accepted, by {@link formatKnownKey}, as the transaction sees them. */
export async function findAccepted(
  tx: Queryable,
  groups: readonly Group[],
  findSite: (siteNo: number) => SiteSnapshot | undefined,
): Promise<ReadonlyMap<string, KnownEvent>> {
  const asked = groups.flatMap(({ events }) => listPublisherIds(events));
  const known = new Map<string, KnownEvent>();
  for (const { siteNo, clientId, id, digest } of await findClientEvents(tx, asked)) {
    known.set(formatKnownKey(siteNo, clientId), {
      digest,
      accepted: await loadAccepted(tx, findSite(siteNo), siteNo, id),
    });
  }
  return known;
}

/** Returns the first response to the event, without receivers that no longer exist. */
async function loadAccepted(
  tx: Queryable,
  snapshot: SiteSnapshot | undefined,
  siteNo: number,
  eventId: Uuid,
): Promise<AcceptedEvent> {
  const event = await findEvent(tx, siteNo, eventId);
  const body = Buffer.from(event?.body ?? "");
  const payload = () => readBodyValue(body).value;
  const deliveries = (await listEventDeliveries(tx, siteNo, eventId)).flatMap(
    ({ id, subscriptionNo, because }) => {
      const subscription = snapshot?.subscriptions.get(subscriptionNo);
      return snapshot === undefined || subscription === undefined
        ? []
        : [
            {
              id: formatId("dlv", siteNo, id),
              receiver: subscription.receiver,
              url: resolveUrl(subscription, { product: snapshot.product, payload }).url,
              ...(because === "backlog-full" ? { failed: "backlog-full" as const } : {}),
            },
          ];
    },
  );
  return {
    id: formatId("evt", siteNo, eventId),
    event: event?.name ?? "",
    duplicate: true,
    deliveries,
    notes: event?.notes ?? [],
  };
}

/**
 * Checks events under the policy `refuse`. An ID that was accepted once keeps its first response: only the transaction knows it
 * for sure.
 *
 * @throws {CallboardError} EVENT_OFF_SCHEMA
 */
export async function judge(
  events: readonly NormalizedEvent[],
  product: Product,
  { read, ...parts }: PolicyParts & { readonly read: Queryable },
): Promise<readonly NormalizedEvent[]> {
  const judged = await withJudgments(events, product, parts);
  const refused = judged.filter(isRefused);
  if (refused.length === 0) return judged;
  const named = listPublisherIds(refused);
  const found = named.length < refused.length ? [] : await findClientEvents(read, named);
  const known = new Set(found.map(({ clientId }) => clientId));
  const unknown = refused.filter(({ incoming: { id } }) => id === undefined || !known.has(id));
  if (unknown.length > 0) throw refuseOffSchema(unknown);
  return judged;
}
