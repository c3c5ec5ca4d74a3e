/** One delivery: its attempts beside the request and the answer of the chosen one, and what can be done about it. */
import { describeWaitingFor } from "../../model/waiting-for.ts";
import { REASONS } from "../../delivery-log/causes.ts";
import type { ShownAttempt, ShownDelivery } from "../../delivery-log/show.ts";
import { formatId, madeAt } from "../../model/ids.ts";
import { keyValue } from "../../model/order.ts";
import { requireReach } from "../present/delivery.ts";
import type { Rooms } from "../rooms.ts";
import { bodyView, toBodyPart } from "./body-view.ts";
import { curlCommand } from "./curl.ts";
import { badge, deliveryBadge, outcomeText } from "./html.ts";
import type { Page } from "./page.ts";
import { findSiteEventType, toEventTypeHref } from "./event-type-link.ts";
import { deliveryReceiver, toDeliveryTitle, toEventHref, formatTestMark } from "./rows.ts";
import { tokenView } from "./token-view.ts";
import { parseUrl } from "../../../parse-url.ts";

const PATH = "/admin/deliveries/:id";

function attemptBadge(attempt: ShownAttempt): string {
  const text = outcomeText(attempt.outcome, attempt.answer?.status);
  return badge(attempt.cause === undefined ? "good" : "bad", text);
}

function findBaseUrl({ delivery: { siteNo, receiver } }: ShownDelivery, rooms: Rooms): string | undefined {
  return receiver?.kind === "addon"
    ? rooms.receivers.findDescriptor(siteNo, receiver.addonKey)?.baseUrl
    : undefined;
}

function shownAttempt(shown: ShownDelivery, attempt: ShownAttempt, rooms: Rooms) {
  const { request, answer } = attempt;
  return {
    ...attempt,
    badge: attemptBadge(attempt),
    answerBody: answer === undefined ? undefined : bodyView(answer.body),
    curl: curlCommand({ url: request.url, headers: request.headers, body: shown.body }),
    token:
      request.claims === undefined
        ? undefined
        : tokenView(request.claims, request.url, findBaseUrl(shown, rooms)),
  };
}

/** The page of the Inspector with this delivery, if that is where it was sent. */
function toInspectorUrl(id: string, url: string | undefined, { receivers }: Rooms): string | undefined {
  const inspector = receivers.inspectorUrl();
  const origin = parseUrl(url ?? "")?.origin;
  if (inspector === undefined || origin !== new URL(inspector).origin) return undefined;
  return `${inspector}/?${new URLSearchParams({ q: `id:${id}` }).toString()}`;
}

export const deliveryPages: readonly Page[] = [
  {
    method: "get",
    path: PATH,
    subject: "delivery",
    scope: "read",
    answer: async ({ params, query, caller }, rooms) => {
      const id = params["id"] ?? "";
      await requireReach(id, caller, rooms);
      const shown = await rooms.deliveryLog.show(id);
      const { delivery, attempts } = shown;
      const wanted = Number(query.get("attempt"));
      const chosen = attempts.find(({ number }) => number === wanted) ?? attempts.at(-1);
      const part = toBodyPart(query);
      const waiting = rooms.receivers.waitingFor(delivery);
      const siteKey = rooms.sites.findKey(delivery.siteNo);
      const eventType = await findSiteEventType(siteKey, delivery.event, rooms);
      return {
        kind: "view",
        view: "delivery",
        title: toDeliveryTitle(delivery, rooms),
        section: "deliveries",
        live: true,
        data: {
          id,
          delivery,
          badge: deliveryBadge(delivery),
          at: madeAt(delivery.id),
          site: siteKey,
          receiver: deliveryReceiver(delivery, rooms),
          testMark: formatTestMark(delivery),
          eventHref:
            shown.event === undefined || caller.portal !== undefined ? undefined : toEventHref(delivery),
          endpointHref:
            siteKey === undefined || caller.portal !== undefined || delivery.isUnsaved
              ? undefined
              : `/admin/endpoints/${siteKey}/${delivery.endpointNo}`,
          eventTypeHref: eventType && toEventTypeHref(eventType),
          inspectorUrl: toInspectorUrl(id, delivery.url, rooms),
          isEventKept: shown.event !== undefined,
          reason: delivery.because === undefined ? undefined : REASONS[delivery.because],
          params: Object.entries(shown.params),
          order: delivery.order && { ...delivery.order, key: keyValue(delivery.order.key) },
          batchId:
            delivery.batchId === undefined ? undefined : formatId("bat", delivery.siteNo, delivery.batchId),
          attempts: attempts.toReversed().map((attempt) => ({
            number: attempt.number,
            startedAt: attempt.startedAt,
            durationMs: attempt.durationMs,
            badge: attemptBadge(attempt),
            href: `/admin/deliveries/${id}?attempt=${attempt.number}`,
            current: attempt === chosen,
          })),
          attempt: chosen === undefined ? undefined : shownAttempt(shown, chosen, rooms),
          sent: shown.body === undefined ? undefined : bodyView(shown.body, part),
          bodyProblem: shown.bodyProblem,
          sentBytes: shown.event?.bodySize,
          isPart: part.pointer !== "" || part.from > 0,
          pointer: part.pointer,
          part: (pointer: string, from: number) =>
            `/admin/deliveries/${id}?part=${encodeURIComponent(pointer)}&from=${from}#body`,
          canRedeliver:
            shown.body !== undefined &&
            delivery.state !== "leased" &&
            !delivery.isUnsaved &&
            delivery.order?.isBehind !== true,
          canCancel: delivery.state === "waiting",
          waitingFor: waiting === undefined ? undefined : describeWaitingFor(waiting),
        },
      };
    },
  },
  {
    method: "get",
    path: `${PATH}/body`,
    subject: "delivery",
    scope: "read",
    answer: async ({ params, caller }, rooms) => {
      const id = params["id"] ?? "";
      await requireReach(id, caller, rooms);
      const { body } = await rooms.deliveryLog.show(id);
      return {
        kind: "file",
        name: `${id}.json`,
        contentType: "application/octet-stream",
        body: body ?? Buffer.alloc(0),
      };
    },
  },
  {
    method: "post",
    path: `${PATH}/redeliver`,
    subject: "delivery",
    scope: "admin",
    answer: async ({ params, caller, author }, rooms) => {
      const id = params["id"] ?? "";
      await requireReach(id, caller, rooms);
      await rooms.deliveryLog.redeliver(id, author);
      return { kind: "redirect", to: `/admin/deliveries/${id}`, notice: "delivery-redelivered" };
    },
  },
  {
    method: "post",
    path: `${PATH}/cancel`,
    subject: "delivery",
    scope: "admin",
    answer: async ({ params, caller, author }, rooms) => {
      const id = params["id"] ?? "";
      await requireReach(id, caller, rooms);
      await rooms.deliveryLog.cancel(id, author);
      return { kind: "redirect", to: `/admin/deliveries/${id}`, notice: "delivery-cancelled" };
    },
  },
];
