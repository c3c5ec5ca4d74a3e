/** Exports as NDJSON: one JSON object a line, newest first, written while the client reads. */
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { formatId } from "../../model/ids.ts";
import type { PageRequest } from "../../model/cursor.ts";
import { TIME_PARAMETERS, readTime } from "../http/query.ts";
import { presentDelivery, toDeliveryFilter } from "../present/delivery.ts";
import { EVENT_NAME } from "../schema/parts.ts";
import { DELIVERY_LINES, EVENT_LINES } from "../schema/export.ts";
import type { Rooms } from "../rooms.ts";
import { presentEvent } from "./events.ts";
import { streamRoute } from "./route.ts";
import type { Call } from "./route.ts";

const PAGE = 100;
const CONTENT_TYPE = "application/x-ndjson";

const site = ({ params }: Pick<Call, "params">) => params["site"] ?? "";

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

/** Yields every item of a list, page after page. */
async function* listAll<Item>(list: (page: PageRequest) => Promise<Page<Item>>): AsyncGenerator<Item> {
  let cursor: string | undefined;
  do {
    const page = await list({ limit: PAGE, cursor });
    yield* page.items;
    cursor = page.next;
  } while (cursor !== undefined);
}

async function* toLines(items: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const item of items) yield `${JSON.stringify(item)}\n`;
}

async function* listEvents(call: Call<unknown>, { deliveryLog }: Rooms): AsyncGenerator<object> {
  const { query } = call;
  const filter = { name: query["event"], since: readTime(query, "since"), until: readTime(query, "until") };
  for await (const event of listAll((page) => deliveryLog.listEvents([site(call)], filter, page))) {
    const body = await deliveryLog.loadBody(site(call), formatId("evt", event.siteNo, event.id));
    // Retention may have deleted it meanwhile.
    if (body !== undefined) yield { ...presentEvent(event), body };
  }
}

async function* listDeliveries(call: Call<unknown>, rooms: Rooms): AsyncGenerator<object> {
  const filter = await toDeliveryFilter({ ...call.query, site: site(call) }, call.caller, rooms);
  for await (const delivery of listAll((page) => rooms.deliveryLog.list(filter, page)))
    yield presentDelivery(delivery, rooms);
}

/** The head is sent with the first item: until then an error is answered as everywhere; later it cuts the response off. */
async function send(items: AsyncGenerator<object>, response: ServerResponse): Promise<void> {
  const lines = toLines(items);
  const first = await lines.next();
  response.writeHead(200, { "content-type": CONTENT_TYPE, "cache-control": "no-store" });
  if (first.done === true) {
    response.end();
    return;
  }
  response.write(first.value);
  await pipeline(Readable.from(lines), response).catch(() => response.destroy());
}

const readFirst = async (items: AsyncGenerator<object>): Promise<void> => {
  await items.next();
  await items.return(undefined);
};

export const exportRoutes = [
  streamRoute({
    id: "exportEvents",
    method: "GET",
    path: "/sites/{site}/export/events",
    scope: "read",
    group: "Events",
    summary: "Export the accepted events with their bodies as NDJSON, newest first",
    query: { event: EVENT_NAME, ...TIME_PARAMETERS },
    success: { status: 200, description: "Events", schema: EVENT_LINES, contentType: CONTENT_TYPE },
    check: (call, rooms) => readFirst(listEvents(call, rooms)),
    begin: (call, rooms, response) => send(listEvents(call, rooms), response),
  }),
  streamRoute({
    id: "exportDeliveries",
    method: "GET",
    path: "/sites/{site}/export/deliveries",
    scope: "read",
    group: "Deliveries",
    summary: "Export the deliveries as NDJSON, newest first",
    query: { event: EVENT_NAME, ...TIME_PARAMETERS },
    success: { status: 200, description: "Deliveries", schema: DELIVERY_LINES, contentType: CONTENT_TYPE },
    check: (call, rooms) => readFirst(listDeliveries(call, rooms)),
    begin: (call, rooms, response) => send(listDeliveries(call, rooms), response),
  }),
];
