/** The delivery log: deliveries with their attempts, and asking for them again. */
import { CallboardError } from "../../../errors.ts";
import { REASONS } from "../../delivery-log/causes.ts";
import type { ShownDelivery } from "../../delivery-log/show.ts";
import { route } from "./route.ts";
import type { Rooms } from "../rooms.ts";
import { toAuthor, presentList, toText } from "../present/values.ts";
import { SITE_PARAMETER, TIME_PARAMETERS, readPage, pageParameters } from "../http/query.ts";
import { FAILURE_REASONS, STATE_NAMES } from "../../model/delivery.ts";
import { presentDelivery, presentAttempt, toDeliveryFilter, requireReach } from "../present/delivery.ts";
import type { FilterWords } from "../present/delivery.ts";
import { ADDON_KEY, EVENT_NAME, WEBHOOK_ID } from "../schema/parts.ts";
import { body, boolean, checkedByCode, object, choice, string } from "../schema/schema.ts";
import { BULK_RESULT, DELIVERY, DELIVERY_DETAIL, DELIVERY_PAGE } from "../schema/delivery.ts";
import { ID_CURSOR } from "../../model/cursor.ts";
import { describeWaitingFor } from "../../model/waiting-for.ts";

const GROUP = "Deliveries";

function shown({ delivery, body: sent, bodyProblem, params, attempts }: ShownDelivery, rooms: Rooms) {
  const waiting = rooms.receivers.waitingFor(delivery);
  return {
    ...presentDelivery(delivery, rooms),
    reasonMeaning: delivery.because === undefined ? null : REASONS[delivery.because],
    waitingMeaning: waiting === undefined ? null : describeWaitingFor(waiting),
    params,
    body: sent === undefined ? null : toText(sent),
    bodyProblem: bodyProblem ?? null,
    attempts: attempts.map(presentAttempt),
  };
}

/** What can be asked for; the same words in a query and in a body. */
const FILTER = {
  addon: ADDON_KEY,
  webhook: WEBHOOK_ID,
  endpoint: string("Number of the endpoint; needs site", { minLength: 1 }, { pattern: "^[0-9]{1,9}$" }),
  event: EVENT_NAME,
  state: choice("State of the delivery", STATE_NAMES),
  ...TIME_PARAMETERS,
  q: string(
    "An ID, an event type or the beginning of a URL; with since and until at most an hour apart, text in a body",
    { minLength: 1, maxLength: 2048 },
  ),
};

const REASON = { reason: choice("Reason of the failure; of failed deliveries alone", FAILURE_REASONS) };

/** The filter of what is done to many deliveries: those in one of these states. */
const bulkFilter = <S extends string>(state: readonly S[]) => ({
  ...SITE_PARAMETER,
  ...FILTER,
  state: choice("State of the delivery", state),
  test: boolean("Only, or no, test deliveries"),
});
const DRY_RUN = { dryRun: boolean("Only counts", { default: false }) };
/** Endpoints are numbered on their site. */
const NEEDS_SITE = { dependentRequired: { endpoint: ["site"] } };
const CLOSED = { additionalProperties: false };

const { state: ENDED, ...OTHER_WORDS } = { ...bulkFilter(["failed", "delivered"]), ...REASON };
const REDELIVERIES = body(
  {
    filter: checkedByCode(object("Deliveries to reopen", { state: ENDED }, OTHER_WORDS, CLOSED), NEEDS_SITE),
  },
  DRY_RUN,
);
const CANCELLATIONS = body(
  { filter: checkedByCode(object("Deliveries to cancel", {}, bulkFilter(["waiting"]), CLOSED), NEEDS_SITE) },
  DRY_RUN,
);

const asTexts = (words: Readonly<Record<string, string | boolean>>): FilterWords =>
  Object.fromEntries(Object.entries(words).map(([name, value]) => [name, String(value)]));

/** What is wrong with a filter in a body is told of the body, by the code that names it in a query. */
async function inBody<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof CallboardError) || error.code !== "QUERY_INVALID") throw error;
    const errors = error.errors.map(({ pointer, detail }) => ({ pointer: `/filter/${pointer}`, detail }));
    throw new CallboardError("BODY_SCHEMA", error.message, { errors });
  }
}

export const deliveryRoutes = [
  route({
    id: "listDeliveries",
    method: "GET",
    path: "/deliveries",
    scope: "read",
    reach: "handler",
    subject: "own",
    group: GROUP,
    summary: "List deliveries, newest first",
    query: {
      ...SITE_PARAMETER,
      ...FILTER,
      ...REASON,
      test: boolean("Only, or no, test deliveries"),
      ...pageParameters(ID_CURSOR),
    },
    success: { status: 200, description: "Deliveries", schema: DELIVERY_PAGE },
    errors: ["WEBHOOK_NOT_FOUND"],
    handle: async ({ query, caller }, rooms) => {
      const page = await rooms.deliveryLog.list(
        await toDeliveryFilter(query, caller, rooms),
        readPage(query),
      );
      return presentList(page, (delivery) => presentDelivery(delivery, rooms));
    },
  }),
  route({
    id: "showDelivery",
    method: "GET",
    path: "/deliveries/{id}",
    scope: "read",
    reach: "handler",
    subject: "delivery",
    group: GROUP,
    summary: "Show a delivery with every attempt, the body as sent and the responses",
    success: { status: 200, description: "The delivery", schema: DELIVERY_DETAIL },
    errors: ["DELIVERY_NOT_FOUND"],
    handle: async ({ params, caller }, rooms) => {
      const id = params["id"] ?? "";
      await requireReach(id, caller, rooms);
      return shown(await rooms.deliveryLog.show(id), rooms);
    },
  }),
  route({
    id: "redeliver",
    method: "POST",
    path: "/deliveries/{id}/redeliver",
    scope: "admin",
    reach: "handler",
    subject: "delivery",
    group: GROUP,
    summary: "Redeliver an ended delivery, or make a waiting one due now",
    success: { status: 202, description: "The delivery, waiting", schema: DELIVERY },
    errors: ["DELIVERY_NOT_FOUND", "DELIVERY_STATE"],
    handle: async (call, rooms) => {
      const id = call.params["id"] ?? "";
      await requireReach(id, call.caller, rooms);
      return presentDelivery(await rooms.deliveryLog.redeliver(id, toAuthor(call)), rooms);
    },
  }),
  route({
    id: "cancelDelivery",
    method: "POST",
    path: "/deliveries/{id}/cancel",
    scope: "admin",
    reach: "handler",
    subject: "delivery",
    group: GROUP,
    summary: "Cancel a waiting delivery",
    success: { status: 200, description: "The delivery, failed as cancelled", schema: DELIVERY },
    errors: ["DELIVERY_NOT_FOUND", "DELIVERY_STATE"],
    handle: async (call, rooms) => {
      const id = call.params["id"] ?? "";
      await requireReach(id, call.caller, rooms);
      return presentDelivery(await rooms.deliveryLog.cancel(id, toAuthor(call)), rooms);
    },
  }),
  route({
    id: "redeliverMany",
    method: "POST",
    path: "/redeliveries",
    scope: "admin",
    reach: "handler",
    subject: "own",
    group: GROUP,
    summary: "Redeliver every ended delivery that matches a filter, in the secondary lane",
    body: REDELIVERIES,
    example: { filter: { state: "failed", site: "board" }, dryRun: true },
    success: { status: 200, description: "How many were, or would be, reopened", schema: BULK_RESULT },
    errors: ["SITE_NOT_FOUND", "WEBHOOK_NOT_FOUND"],
    handle: async (call, rooms) => {
      const { filter: words, dryRun = false } = call.body;
      const filter = await inBody(toDeliveryFilter(asTexts({ test: false, ...words }), call.caller, rooms));
      const made = await inBody(
        dryRun ? rooms.deliveryLog.count(filter) : rooms.deliveryLog.redeliverMany(filter, toAuthor(call)),
      );
      return { ...made, dryRun };
    },
  }),
  route({
    id: "cancelMany",
    method: "POST",
    path: "/cancellations",
    scope: "admin",
    reach: "handler",
    subject: "own",
    group: GROUP,
    summary: "Cancel every waiting delivery that matches a filter",
    body: CANCELLATIONS,
    example: { filter: { site: "board", addon: "com.example.addon" }, dryRun: true },
    success: { status: 200, description: "How many were, or would be, canceled", schema: BULK_RESULT },
    errors: ["SITE_NOT_FOUND", "WEBHOOK_NOT_FOUND"],
    handle: async (call, rooms) => {
      const { filter: words, dryRun = false } = call.body;
      const filter = await inBody(
        toDeliveryFilter(asTexts({ state: "waiting", ...words }), call.caller, rooms),
      );
      const cancelled = await inBody(
        dryRun ? rooms.deliveryLog.count(filter) : rooms.deliveryLog.cancelMany(filter, toAuthor(call)),
      );
      return { ...cancelled, dryRun };
    },
  }),
];
