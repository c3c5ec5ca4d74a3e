/** Endpoints: how they stand, and what a person can do about those that get nothing. */
import { CallboardError } from "../../../errors.ts";
import { gateOf } from "../../model/breaker.ts";
import { standstillText } from "../../model/standstill.ts";
import type { Standstill } from "../../model/standstill.ts";
import { LISTED_STATES } from "../../delivery-log/endpoints.ts";
import type { EndpointFilter, EndpointRate, ListedEndpoint } from "../../delivery-log/endpoints.ts";
import type { Author } from "../../store/tables/audit.ts";
import { formatId } from "../../model/ids.ts";
import { route } from "./route.ts";
import type { Rooms } from "../rooms.ts";
import { authorOf, isoTime, listOf, receiverFields } from "./present.ts";
import { PAGE_PARAMETERS, SITE_PARAMETER, oneOf, pageOf, sitesOf } from "./query.ts";

const GROUP = "Endpoints";

export function endpointOf(endpoint: ListedEndpoint, { endpoints }: Pick<Rooms, "endpoints">) {
  const { siteNo, queue, next } = endpoint;
  return {
    site: endpoint.siteKey,
    number: endpoint.no,
    receiver: endpoint.name,
    ...receiverFields(siteNo, endpoint.receiver),
    origin: endpoint.origin,
    state: endpoint.state,
    receiverState: endpoint.receiverState,
    goneSince: isoTime(endpoint.goneSince),
    waiting: queue.waiting,
    waitingIsMore: queue.more,
    oldestWaitingAt: isoTime(endpoint.oldestWaitingAt),
    nextAttemptAt: next.kind === "none" ? null : isoTime(next.at),
    last:
      queue.last === undefined
        ? null
        : {
            deliveryId: formatId("dlv", siteNo, queue.last.id),
            outcome: queue.last.outcome,
            status: queue.last.status ?? null,
            durationMs: queue.last.ms ?? null,
          },
    rates: {
      "1h": rateOf(endpoint.hour),
      "24h": rateOf(endpoint.day),
      "7d": rateOf(endpoint.week),
    },
    series: endpoint.series.map(({ startsAt, good, bad }) => ({ startsAt: isoTime(startsAt), good, bad })),
    breaker: gateOf(endpoint, endpoints.now()),
    failures: endpoint.failures,
    openUntil: isoTime(endpoint.openUntil),
    pausedAt: isoTime(endpoint.pausedAt),
    nextProbeAt: endpoint.pausedAt === undefined ? null : isoTime(endpoint.probeAt),
    failingSince: isoTime(endpoint.failingSince),
    failedAttempts: endpoint.failedAttempts,
    failedDeliveries: endpoint.failedDeliveries,
    expired: endpoint.expired,
  };
}

const rateOf = ({ attempts, success, averageMs, failed }: EndpointRate) => ({
  attempts,
  success: success ?? null,
  averageMs: averageMs === undefined ? null : Math.round(averageMs),
  failedDeliveries: failed,
});

/** Why nothing is being sent; null when something is, or will be in a moment. */
export const notSendingOf = (standstill: Standstill | undefined) =>
  standstill === undefined
    ? null
    : {
        reason: standstill.reason,
        detail: standstillText(standstill),
        until: isoTime(standstill.until),
        endpoints: standstill.endpoints,
      };

/** @throws CallboardError ENDPOINT_NOT_FOUND for what is no number: there cannot be such an endpoint */
export function endpointNo(text: string | undefined = ""): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CallboardError("ENDPOINT_NOT_FOUND", `There is no endpoint ${JSON.stringify(text)}`);
}

/** @throws CallboardError QUERY_INVALID */
export function endpointFilterOf(query: Readonly<Record<string, string>>): EndpointFilter {
  return { state: oneOf(query, "state", LISTED_STATES), search: query["q"] };
}

/**
 * Makes an attempt due now, and says with which delivery.
 * @throws CallboardError ENDPOINT_NOT_FOUND; ENDPOINT_STATE if nothing waits for it or its receiver gets nothing
 */
export async function tryNow(
  siteKey: string,
  no: number,
  by: Author,
  { endpoints, registry }: Rooms,
): Promise<string> {
  const { receiverState } = await endpoints.show(siteKey, no);
  if (receiverState !== "active") {
    const wayOut = receiverState === "disabled" ? "Enable it" : "Resume it, or make it active";
    throw new CallboardError(
      "ENDPOINT_STATE",
      `The receiver is ${receiverState}, so nothing is sent to it. ${wayOut}`,
    );
  }
  const { siteNo, deliveryId } = await registry.tryEndpoint(siteKey, no, by);
  return formatId("dlv", siteNo, deliveryId);
}

const LIST_PARAMETERS = {
  state: { description: "In this state only", schema: { enum: [...LISTED_STATES] } },
  q: {
    description: "Part of a receiver's name or key, or of an origin",
    schema: { type: "string", maxLength: 200 },
  },
  ...PAGE_PARAMETERS,
} as const;

async function list(siteKeys: readonly string[], query: Readonly<Record<string, string>>, rooms: Rooms) {
  const page = await rooms.endpoints.page(siteKeys, endpointFilterOf(query), pageOf(query));
  return { ...listOf(page, (endpoint) => endpointOf(endpoint, rooms)), total: page.total };
}

export const endpointRoutes = [
  route({
    method: "GET",
    path: "/endpoints",
    scope: "read",
    reach: "handler",
    group: GROUP,
    summary: "List the endpoints in use on every site, those that need attention first",
    query: { ...SITE_PARAMETER, ...LIST_PARAMETERS },
    success: { status: 200, description: "Endpoints with their state, figures and waiting deliveries" },
    handle: async ({ query, caller }, rooms) =>
      list(await sitesOf(query["site"], caller, rooms), query, rooms),
  }),
  route({
    method: "GET",
    path: "/sites/{site}/endpoints",
    scope: "read",
    group: GROUP,
    summary: "List the endpoints in use on a site, those that need attention first",
    query: LIST_PARAMETERS,
    success: { status: 200, description: "Endpoints with their state, figures and waiting deliveries" },
    handle: async ({ params, query, caller }, rooms) =>
      list(await sitesOf(params["site"], caller, rooms), query, rooms),
  }),
  route({
    method: "GET",
    path: "/sites/{site}/endpoints/{number}",
    scope: "read",
    group: GROUP,
    summary: "Show an endpoint, and why nothing is being sent to it right now",
    success: { status: 200, description: "The endpoint; notSending is null while deliveries are sent" },
    handle: async ({ params }, rooms) => {
      const siteKey = params["site"] ?? "";
      const no = endpointNo(params["number"]);
      const endpoint = await rooms.endpoints.show(siteKey, no);
      const standstill = await rooms.endpoints.standstill([siteKey], { endpointNo: no });
      return { ...endpointOf(endpoint, rooms), notSending: notSendingOf(standstill) };
    },
  }),
  route({
    method: "POST",
    path: "/sites/{site}/endpoints/{number}/try",
    scope: "admin",
    group: GROUP,
    summary: "Send the delivery that has waited longest at once, whatever a pause or an open circuit says",
    success: { status: 202, description: "The ID of the delivery; its next attempt has the result" },
    handle: async (call, rooms) => ({
      deliveryId: await tryNow(
        call.params["site"] ?? "",
        endpointNo(call.params["number"]),
        authorOf(call),
        rooms,
      ),
    }),
  }),
  route({
    method: "POST",
    path: "/sites/{site}/endpoints/{number}/resume",
    scope: "admin",
    group: GROUP,
    summary: "Resume a paused endpoint, and its subscriptions that a 410 made inactive",
    success: { status: 200, description: "How many endpoints and subscriptions were resumed" },
    handle: async (call, { registry }) =>
      registry.resume(
        call.params["site"] ?? "",
        { kind: "endpoint", endpointNo: endpointNo(call.params["number"]) },
        authorOf(call),
      ),
  }),
];
