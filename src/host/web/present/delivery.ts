/** A delivery and its attempts, as pages and API show them, and the words in which deliveries are asked for. */
import { receiverFields } from "../../model/receiver.ts";
import type { DeliveryFilter } from "../../delivery-log/filter.ts";
import type { ShownAttempt } from "../../delivery-log/show.ts";
import { FAILURE_REASONS, STATE_NAMES } from "../../model/delivery.ts";
import type { DeliveryState, FailureReason } from "../../model/delivery.ts";
import {
  eventOfDelivery,
  formatId,
  formatReplayId,
  madeAt,
  parseId,
  parseWebhookId,
} from "../../model/ids.ts";
import { keyValue } from "../../model/order.ts";
import type { OrderPlace } from "../../model/delivery.ts";
import { CallboardError } from "../../../errors.ts";
import type { SentDelivery } from "../../store/tables/delivery-log.ts";
import { requireSite } from "../http/access.ts";
import type { Caller } from "../http/access.ts";
import { toFlow, isoTime, toText } from "./values.ts";
import { readBoolean, readChoice, queryInvalid, listReachedSites, readTime } from "../http/query.ts";
import type { Rooms } from "../rooms.ts";

export const presentDelivery = (
  delivery: SentDelivery,
  { sites, receivers }: Pick<Rooms, "sites" | "receivers">,
) => ({
  id: formatId("dlv", delivery.siteNo, delivery.id),
  site: sites.findKey(delivery.siteNo) ?? null,
  eventId: formatId("evt", delivery.siteNo, eventOfDelivery(delivery.id)),
  event: delivery.event ?? null,
  ...receiverFields(delivery.siteNo, delivery.receiver),
  url: delivery.url ?? null,
  state: delivery.state,
  reason: delivery.because ?? null,
  waitingFor: receivers.waitingFor(delivery)?.kind ?? null,
  flow: toFlow(delivery.lane),
  test: delivery.test,
  unsaved: delivery.isUnsaved,
  attempts: delivery.attempts,
  redeliveries: delivery.redelivery,
  replayId: delivery.replayNo === undefined ? null : formatReplayId(delivery.siteNo, delivery.replayNo),
  order: presentPlace(delivery.order),
  batchId: delivery.batchId === undefined ? null : formatId("bat", delivery.siteNo, delivery.batchId),
  lastStatus: delivery.lastStatus ?? null,
  lastOutcome: delivery.lastOutcome ?? null,
  lastDurationMs: delivery.lastMs ?? null,
  createdAt: isoTime(madeAt(delivery.id)),
  nextAttemptAt: isoTime(delivery.dueAt),
  settledAt: isoTime(delivery.settledAt),
});

const presentPlace = (place: OrderPlace | undefined) =>
  place === undefined
    ? null
    : { key: keyValue(place.key), sequence: place.sequence ?? null, behind: place.isBehind };

export const presentAttempt = ({ request, answer, ...attempt }: ShownAttempt) => ({
  number: attempt.number,
  startedAt: isoTime(attempt.startedAt),
  durationMs: attempt.durationMs,
  outcome: attempt.outcome,
  errorClass: attempt.cause?.class ?? null,
  cause: attempt.cause?.cause ?? null,
  remedy: attempt.cause?.remedy ?? null,
  detail: attempt.detail ?? null,
  request: { ...request, claims: request.claims ?? null },
  response:
    answer === undefined
      ? null
      : {
          status: answer.status,
          headers: answer.headers,
          body: toText(answer.body),
          cut: answer.cut !== false,
          cutBecause: answer.cut === false ? null : answer.cut,
        },
});

/** The words of a query or a body. */
export type FilterWords = Readonly<Record<string, string>>;

/** @throws {CallboardError} QUERY_INVALID, WEBHOOK_NOT_FOUND, SITE_NOT_FOUND, SCOPE */
export async function toDeliveryFilter(
  words: FilterWords,
  caller: Caller,
  rooms: Rooms,
): Promise<DeliveryFilter> {
  const webhook = words["webhook"] === undefined ? undefined : parseWebhookId(words["webhook"]);
  const site = words["site"] ?? (webhook === undefined ? undefined : rooms.sites.findKey(webhook.siteNo));
  return {
    siteKeys: await listReachedSites(site, caller, rooms),
    portal: caller.portal,
    addonKey: words["addon"],
    webhookNo: webhook?.no,
    endpointNo: readEndpoint(words),
    event: words["event"],
    state: readChoice<DeliveryState>(words, "state", STATE_NAMES),
    because: readChoice<FailureReason>(words, "reason", FAILURE_REASONS),
    test: readBoolean(words, "test"),
    since: readTime(words, "since"),
    until: readTime(words, "until"),
    search: words["q"],
  };
}

/** Endpoints are numbered on their site. */
function readEndpoint({ endpoint, site }: FilterWords): number | undefined {
  if (endpoint === undefined) return undefined;
  if (!/^\d{1,9}$/.test(endpoint)) throw queryInvalid("endpoint", "must be the number of an endpoint");
  if (site === undefined) throw queryInvalid("endpoint", "needs site, which it is numbered on");
  return Number(endpoint);
}

/**
 * A delivery's ID names its site. A portal is told the same of another receiver's delivery as of none.
 * @throws {CallboardError} DELIVERY_NOT_FOUND, SCOPE
 */
export async function requireReach(
  deliveryId: string,
  caller: Caller,
  { sites, deliveryLog, receivers }: Pick<Rooms, "sites" | "deliveryLog" | "receivers">,
): Promise<void> {
  const { portal, siteKey } = caller;
  const id = parseId("dlv", deliveryId);
  if (portal === undefined) {
    if (siteKey !== undefined) requireSite(caller, sites.findKey(id.siteNo));
    return;
  }
  const receiver = await deliveryLog.findReceiver(id);
  if (receiver === undefined || !receivers.isReached({ portal, siteKey }, id.siteNo, receiver)) {
    throw new CallboardError("DELIVERY_NOT_FOUND", "There is no delivery with this id");
  }
}
