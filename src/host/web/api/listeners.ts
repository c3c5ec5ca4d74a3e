/** Listeners: programs that get the deliveries of a receiver over a connection that they made. docs/listen.md has the protocol. */
import type { ServerResponse } from "node:http";
import type { Stream } from "../../listen/exchange.ts";
import { formatId } from "../../model/ids.ts";
import { pageList } from "../../model/list-page.ts";
import { toLocalTimeout } from "../../model/listener.ts";
import type { Listener } from "../../model/listener.ts";
import { receiverFields } from "../../model/receiver.ts";
import { PAGE_PARAMETERS, readPage } from "../http/query.ts";
import { isoTime, presentList, toAuthor } from "../present/values.ts";
import {
  LISTENER_CURSOR,
  LISTENER_PAGE,
  LISTENER_RESPONSES,
  LISTENER_STREAM,
  MADE_LISTENER,
  NEW_LISTENER,
} from "../schema/listener.ts";
import { route, streamRoute } from "./route.ts";
import type { Call } from "./route.ts";

const GROUP = "Listeners";

const presentListener = (listener: Listener) => ({
  id: formatId("lsn", listener.siteNo, listener.id),
  ...receiverFields(listener.siteNo, listener.receiver),
  forwardTo: listener.forwardTo,
  createdAt: isoTime(listener.createdAt),
  createdBy: listener.createdBy,
  seenAt: isoTime(listener.seenAt),
});

const site = ({ params }: Pick<Call, "params">) => params["site"] ?? "";
const id = ({ params }: Pick<Call, "params">) => params["id"] ?? "";
const toOwner = (call: Pick<Call, "caller" | "address">) => ({
  ...toAuthor(call),
  tokenId: call.caller.tokenId,
});

function toStream(response: ServerResponse): Stream {
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    // A proxy that gathers a response before it passes it on would hold up every delivery.
    "x-accel-buffering": "no",
  });
  return {
    write: (text) => void response.write(text),
    bufferedBytes: () => response.writableLength,
    end: () => void response.end(),
  };
}

export const listenerRoutes = [
  route({
    id: "createListener",
    method: "POST",
    path: "/sites/{site}/listeners",
    scope: "admin",
    group: GROUP,
    summary: "Create a listener, in place of an add-on or with a temporary webhook",
    body: NEW_LISTENER,
    example: { forwardTo: "http://localhost:3000/hook", events: ["crane.*"] },
    success: {
      status: 201,
      description: "The listener, for this token alone; to be connected to by its stream",
      schema: MADE_LISTENER,
    },
    errors: [
      "ADDON_NOT_FOUND",
      "ADDON_STATE",
      "LIMIT_REACHED",
      "LISTENER_EXISTS",
      "PRODUCT_MISSING",
      "RATE_LIMITED",
      "WEBHOOK_FORMAT",
    ],
    handle: async (call, { listeners, rates, requestTimeoutMs }) => {
      rates.listens.take(call.caller.tokenId);
      const { listener, secret, warnings } = await listeners.create(site(call), call.body, toOwner(call));
      return {
        ...presentListener(listener),
        secret: secret ?? null,
        timeoutMs: toLocalTimeout(requestTimeoutMs),
        warnings,
      };
    },
  }),
  route({
    id: "listListeners",
    method: "GET",
    path: "/sites/{site}/listeners",
    scope: "read",
    group: GROUP,
    summary: "List the listeners of a site, oldest first",
    query: PAGE_PARAMETERS,
    success: { status: 200, description: "Listeners", schema: LISTENER_PAGE },
    handle: async (call, { listeners }) =>
      presentList(
        pageList(await listeners.list(site(call)), readPage(call.query), (listener) => listener.id),
        presentListener,
      ),
  }),
  streamRoute({
    id: "streamListener",
    method: "GET",
    path: "/sites/{site}/listeners/{id}/stream",
    scope: "admin",
    group: GROUP,
    summary: "Stream the deliveries of a listener",
    query: { after: LISTENER_CURSOR },
    success: {
      status: 200,
      description: "A response that goes on: one event for each delivery",
      schema: LISTENER_STREAM,
      contentType: "text/event-stream",
    },
    errors: ["LISTENER_NOT_FOUND", "RATE_LIMITED"],
    check: (call, { listeners }) => listeners.check(site(call), id(call), toOwner(call)),
    begin: async (call, { listeners, rates }, response) => {
      rates.listens.take(call.caller.tokenId);
      const { closed } = await listeners.connect(site(call), id(call), {
        openStream: () => toStream(response),
        after: call.query["after"],
        by: toOwner(call),
      });
      if (response.destroyed) closed();
      response.once("close", closed);
    },
  }),
  route({
    id: "respondAsListener",
    method: "POST",
    path: "/sites/{site}/listeners/{id}/responses",
    scope: "admin",
    group: GROUP,
    summary: "Send responses of the local application; without any, signal that the listener is alive",
    body: LISTENER_RESPONSES,
    example: {
      responses: [
        {
          deliveryId: "dlv_1_019320a5b87b70008000000000000001",
          attempt: 1,
          durationMs: 12,
          response: { status: 204, headers: [], body: "" },
        },
      ],
    },
    // Each response counts once as it is.
    idempotencyKey: "nothing",
    success: {
      status: 204,
      description: "Taken; a response that was taken before, or comes late, is passed over",
    },
    errors: ["LISTENER_NOT_FOUND"],
    handle: async (call, { listeners }) =>
      listeners.respond(site(call), id(call), call.body.responses, toOwner(call)),
  }),
  route({
    id: "endListener",
    method: "DELETE",
    path: "/sites/{site}/listeners/{id}",
    scope: "admin",
    group: GROUP,
    summary: "End a listener: its temporary webhook is deleted, or the add-on gets its deliveries again",
    success: { status: 204, description: "It has ended" },
    errors: ["LISTENER_NOT_FOUND"],
    handle: async (call, { listeners }) => listeners.remove(site(call), id(call), toAuthor(call)),
  }),
];
