/** Endpoints: how they stand, and what a person can do about those that get nothing. */
import { LISTED_STATES } from "../../delivery-log/endpoints.ts";
import type { EndpointFilter } from "../../delivery-log/endpoints.ts";
import { route } from "./route.ts";
import type { Rooms } from "../rooms.ts";
import { toAuthor, presentList } from "../present/values.ts";
import { SITE_PARAMETER, readChoice, readPage, pageParameters, listReachedSites } from "../http/query.ts";
import {
  presentEndpoint,
  endpointNo,
  presentStandstill,
  presentStuckKey,
  tryNow,
} from "../present/endpoint.ts";
import { presentHeaders, presentTls, toWish } from "../present/access.ts";
import { GIVEN_HEADERS, GIVEN_TLS } from "../schema/access.ts";
import { ENDPOINT_DETAIL, ENDPOINT_PAGE, TRIED_ENDPOINT } from "../schema/endpoint.ts";
import { NEW_PACE } from "../schema/pace.ts";
import { NEW_ORDER_BY, RESUMED } from "../schema/parts.ts";
import { body, choice as oneOfTexts, string } from "../schema/schema.ts";
import { PLACE_CURSOR } from "../../model/endpoint-trouble.ts";

const GROUP = "Endpoints";

/** @throws CallboardError QUERY_INVALID */
export function toEndpointFilter(query: Readonly<Record<string, string>>): EndpointFilter {
  return { state: readChoice(query, "state", LISTED_STATES), search: query["q"] };
}

const LIST_PARAMETERS = {
  state: oneOfTexts("In this state only", LISTED_STATES),
  q: string("Part of a receiver's name or key, or of an origin", { minLength: 1, maxLength: 200 }),
  ...pageParameters(PLACE_CURSOR),
};

async function list(siteKeys: readonly string[], query: Readonly<Record<string, string>>, rooms: Rooms) {
  const page = await rooms.endpoints.page(siteKeys, toEndpointFilter(query), readPage(query));
  return { ...presentList(page, (endpoint) => presentEndpoint(endpoint, rooms)), total: page.total };
}

async function show(siteKey: string, no: number, rooms: Rooms) {
  const endpoint = await rooms.endpoints.show(siteKey, no);
  const access = rooms.endpoints.access(siteKey, no);
  const standstill = await rooms.endpoints.standstill([siteKey], { endpointNo: no });
  const stuck = await rooms.endpoints.stuckKeys(siteKey, no);
  const warning = rooms.endpoints.keyWarning(siteKey, no);
  return {
    ...presentEndpoint(endpoint, rooms),
    ...presentHeaders(access),
    ...presentTls(access),
    notSending: presentStandstill(standstill),
    warnings: warning === undefined ? [] : [warning],
    stuckKeys: stuck.map((key) => presentStuckKey(endpoint.siteNo, key)),
  };
}

/** A member that is left out stays as it is. */
const SETTINGS = body({}, { pace: NEW_PACE, orderBy: NEW_ORDER_BY, ...GIVEN_HEADERS, ...GIVEN_TLS });

export const endpointRoutes = [
  route({
    id: "listEndpoints",
    method: "GET",
    path: "/endpoints",
    scope: "read",
    reach: "handler",
    group: GROUP,
    summary: "List the endpoints in use on all sites; those that need attention come first",
    query: { ...SITE_PARAMETER, ...LIST_PARAMETERS },
    success: {
      status: 200,
      description: "Endpoints with their state, figures and waiting deliveries",
      schema: ENDPOINT_PAGE,
    },
    handle: async ({ query, caller }, rooms) =>
      list(await listReachedSites(query["site"], caller, rooms), query, rooms),
  }),
  route({
    id: "listSiteEndpoints",
    method: "GET",
    path: "/sites/{site}/endpoints",
    scope: "read",
    group: GROUP,
    summary: "List the endpoints in use on a site; those that need attention come first",
    query: LIST_PARAMETERS,
    success: {
      status: 200,
      description: "Endpoints with their state, figures and waiting deliveries",
      schema: ENDPOINT_PAGE,
    },
    handle: async ({ params, query, caller }, rooms) =>
      list(await listReachedSites(params["site"], caller, rooms), query, rooms),
  }),
  route({
    id: "showEndpoint",
    method: "GET",
    path: "/sites/{site}/endpoints/{number}",
    scope: "read",
    group: GROUP,
    summary: "Show an endpoint, and why nothing is being sent to it",
    success: {
      status: 200,
      description: "The endpoint; notSending is null while deliveries are sent",
      schema: ENDPOINT_DETAIL,
    },
    errors: ["ENDPOINT_NOT_FOUND"],
    handle: async ({ params }, rooms) => show(params["site"] ?? "", endpointNo(params["number"]), rooms),
  }),
  route({
    id: "updateEndpoint",
    method: "PATCH",
    path: "/sites/{site}/endpoints/{number}",
    scope: "admin",
    group: GROUP,
    summary: "Change the settings of an add-on's endpoint (an outgoing webhook has its own)",
    body: SETTINGS,
    example: { pace: { rate: { count: 5, per: "second" }, slots: 4 } },
    success: {
      status: 200,
      description: "The endpoint with its new settings",
      schema: ENDPOINT_DETAIL,
    },
    errors: [
      "CERTIFICATE_EXPIRED",
      "CERTIFICATE_INVALID",
      "CERTIFICATE_KEY",
      "ENDPOINT_NOT_FOUND",
      "ENDPOINT_OF_WEBHOOK",
      "HEADER_VALUE",
      "ORDER_BY",
      "PACE",
    ],
    handle: async (call, rooms) => {
      const siteKey = call.params["site"] ?? "";
      const no = endpointNo(call.params["number"]);
      const { headers, tls, ...settings } = call.body;
      const change = { ...settings, headers: toWish(headers), tls: toWish(tls) };
      await rooms.registry.updateEndpoint(siteKey, no, { change, by: toAuthor(call) });
      return show(siteKey, no, rooms);
    },
  }),
  route({
    id: "tryEndpoint",
    method: "POST",
    path: "/sites/{site}/endpoints/{number}/try",
    scope: "admin",
    group: GROUP,
    summary:
      "Send the delivery that has waited longest now, even if the endpoint is paused or its circuit is open",
    success: {
      status: 202,
      description: "The ID of the delivery; its next attempt has the result",
      schema: TRIED_ENDPOINT,
    },
    errors: ["ENDPOINT_NOT_FOUND", "ENDPOINT_STATE"],
    handle: async (call, rooms) => ({
      deliveryId: await tryNow(
        call.params["site"] ?? "",
        endpointNo(call.params["number"]),
        toAuthor(call),
        rooms,
      ),
    }),
  }),
  route({
    id: "resumeEndpoint",
    method: "POST",
    path: "/sites/{site}/endpoints/{number}/resume",
    scope: "admin",
    group: GROUP,
    summary: "Resume a paused endpoint, and subscriptions made inactive by 410 or webhook-delivery: disable",
    success: {
      status: 200,
      description: "How many endpoints and subscriptions were resumed",
      schema: RESUMED,
    },
    errors: ["ENDPOINT_NOT_FOUND"],
    handle: async (call, { registry }) =>
      registry.resume(
        call.params["site"] ?? "",
        { kind: "endpoint", endpointNo: endpointNo(call.params["number"]) },
        toAuthor(call),
      ),
  }),
];
