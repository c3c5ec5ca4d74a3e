/**
 * What an add-on can ask about its own deliveries, with the token that it signs: list them, have one sent again, and read its events
 * by polling. Callboard's own; no product has it.
 */
import { Router } from "express";
import type { Request, RequestHandler, Response } from "express";
import { ID_CURSOR } from "../../model/cursor.ts";
import { formatId, madeAt } from "../../model/ids.ts";
import { FAILURE_REASONS, STATE_NAMES } from "../../model/delivery.ts";
import type { PolledItem } from "../../delivery-log/poll-events.ts";
import type { AddonCaller } from "../../registry/dynamic/caller.ts";
import type { Caller } from "../http/access.ts";
import { TIME_PARAMETERS, readPage, pageParameters, readQuery } from "../http/query.ts";
import { presentDelivery, requireReach, toDeliveryFilter } from "../present/delivery.ts";
import { isoTime, presentList } from "../present/values.ts";
import type { Rooms } from "../rooms.ts";
import { EVENT_NAME } from "../schema/parts.ts";
import { integer, choice, string } from "../schema/schema.ts";
import type { AuthorizeAddon } from "./addon-access.ts";

export const OWN_DELIVERIES_PATH = "/:site/rest/callboard/1";

const DELIVERY_QUERY = {
  event: EVENT_NAME,
  state: choice("State of the delivery", STATE_NAMES),
  reason: choice("Reason of the failure", FAILURE_REASONS),
  ...TIME_PARAMETERS,
  ...pageParameters(ID_CURSOR),
};

const EVENT_QUERY = {
  after: string("The `next` of the page before", { maxLength: 15 }),
  limit: integer("Maximum number of events on the page", { minimum: 1, maximum: 500 }),
};

interface OwnCall {
  readonly request: Request;
  readonly response: Response;
  readonly caller: AddonCaller;
}

export function createOwnDeliveriesRouter(rooms: Rooms, authorize: AuthorizeAddon): Router {
  const router = Router({ mergeParams: true });

  /** Lets the add-on in, before anything else is looked at. */
  const answer =
    (handle: (call: OwnCall) => Promise<void>): RequestHandler =>
    async (request, response) => {
      const { site = "" } = request.params as { readonly site?: string };
      const caller = await authorize(request, site);
      rooms.rates.polls.take(`${caller.siteKey}/${caller.addonKey}`);
      response.setHeader("cache-control", "no-store");
      await handle({ request, response, caller });
    };

  router.get(
    "/deliveries",
    answer(async ({ request, response, caller }) => {
      const query = readQuery(DELIVERY_QUERY, request.query);
      const filter = await toDeliveryFilter(query, toVendor(caller), rooms);
      const page = await rooms.deliveryLog.list(filter, readPage(query));
      response.json(presentList(page, (delivery) => presentDelivery(delivery, rooms)));
    }),
  );

  router.post(
    "/deliveries/:id/redeliver",
    answer(async ({ request, response, caller }) => {
      const id = String(request.params["id"]);
      const { actor } = toVendor(caller);
      await requireReach(id, toVendor(caller), rooms);
      const delivery = await rooms.deliveryLog.redeliver(id, { actor, address: caller.address });
      response.status(202).json(presentDelivery(delivery, rooms));
    }),
  );

  router.get(
    "/events",
    answer(async ({ request, response, caller: { siteKey, addonKey } }) => {
      const query = readQuery(EVENT_QUERY, request.query);
      const { limit } = readPage(query);
      const page = await rooms.deliveryLog.pollEvents(siteKey, { addonKey, after: query["after"], limit });
      const siteNo = rooms.receivers.findSiteNo(siteKey) ?? 0;
      const items = page.items.map((item) => formatEvent(siteNo, item));
      const rest = JSON.stringify({ next: page.next, hasMore: page.hasMore }).slice(1);
      response.type("application/json; charset=utf-8");
      response.end(Buffer.concat([Buffer.from('{"items":['), ...joinParts(items), Buffer.from(`],${rest}`)]));
    }),
  );

  return router;
}

/** An add-on reaches what a vendor's portal reaches on its site. */
const toVendor = ({ siteKey, addonKey }: AddonCaller): Caller => ({
  actor: `addon:${addonKey}`,
  tokenId: "",
  scopes: ["admin"],
  siteKey,
  portal: { kind: "vendor", addonKey },
});

/** The body is written as it was given: numbers beyond 2^53 and the order of keys survive. */
function formatEvent(siteNo: number, { body, ...item }: PolledItem): Buffer {
  const [first] = item.deliveries;
  const head = JSON.stringify({
    cursor: item.cursor,
    id: formatId("evt", siteNo, item.eventId),
    event: item.name,
    acceptedAt: isoTime(madeAt(item.eventId)),
    test: first?.test ?? false,
    deliveries: item.deliveries.map(({ id }) => formatId("dlv", siteNo, id)),
    bodyDeleted: item.isBodyDeleted,
  });
  return Buffer.concat([
    Buffer.from(`${head.slice(0, -1)},"body":`),
    body ?? Buffer.from("null"),
    Buffer.from("}"),
  ]);
}

const COMMA = Buffer.from(",");

const joinParts = (parts: readonly Buffer[]): readonly Buffer[] =>
  parts.flatMap((part, index) => (index === 0 ? [part] : [COMMA, part]));
