/** The catalogue: every event of every product. */
import { ENVELOPES, searchEventTypes } from "../../../catalogue/index.ts";
import type { EventType, Product } from "../../../catalogue/index.ts";
import { TO_LOOK_UP } from "../http/access.ts";
import { listProducts } from "../http/subject.ts";
import { route } from "./route.ts";
import type { Call } from "./route.ts";
import { pageEventTypes } from "../../model/event-type-page.ts";
import { readChoice, PAGE_PARAMETERS, readPage } from "../http/query.ts";
import { presentList } from "../present/values.ts";
import { requireEventType } from "../present/catalogue.ts";
import { EVENT_TYPE_DETAIL, EVENT_TYPE_PAGE } from "../schema/catalogue.ts";
import { choice as oneOfTexts, string } from "../schema/schema.ts";

const GROUP = "Catalogue";

const toSummary = ({ product, event, name, group, status, replacedBy }: EventType) => ({
  product,
  event,
  name,
  group,
  status,
  replacedBy: replacedBy ?? null,
});

const LIST_PARAMETERS = {
  ...PAGE_PARAMETERS,
  q: string("Words that the event type has in its names, group or description", { minLength: 1 }),
};

const listTypes = (products: readonly Product[], query: Call["query"]) =>
  presentList(
    pageEventTypes(
      products.flatMap((product) => searchEventTypes(product, query["q"] ?? "")),
      readPage(query),
    ),
    toSummary,
  );

export const catalogueRoutes = [
  route({
    id: "listEventTypes",
    method: "GET",
    path: "/catalogue",
    scope: TO_LOOK_UP,
    reach: "handler",
    subject: "catalogue",
    group: GROUP,
    summary: "List the event types of all products",
    query: LIST_PARAMETERS,
    success: { status: 200, description: "Events", schema: EVENT_TYPE_PAGE },
    handle: async ({ query, caller }, rooms) => {
      const { products } = rooms.catalogue;
      if (caller.portal === undefined) return listTypes(products, query);
      const reached = await listProducts(caller, rooms);
      return listTypes(
        products.filter(({ key }) => reached.has(key)),
        query,
      );
    },
  }),
  route({
    id: "listProductEventTypes",
    method: "GET",
    path: "/catalogue/{product}",
    scope: TO_LOOK_UP,
    reach: "handler",
    subject: "catalogue",
    group: GROUP,
    summary: "List the event types of a product",
    query: LIST_PARAMETERS,
    success: { status: 200, description: "Events", schema: EVENT_TYPE_PAGE },
    handle: ({ params, query }, { catalogue }) =>
      Promise.resolve(listTypes([catalogue.require(params["product"] ?? "")], query)),
  }),
  route({
    id: "showEventType",
    method: "GET",
    path: "/catalogue/{product}/{event}",
    scope: TO_LOOK_UP,
    reach: "handler",
    subject: "catalogue",
    group: GROUP,
    summary: "Show an event type with its fields, schema and sample",
    query: {
      envelope: oneOfTexts(
        "Of the sample and its confidence, where the product has two: connect when left out",
        ENVELOPES,
      ),
    },
    success: { status: 200, description: "The event", schema: EVENT_TYPE_DETAIL },
    errors: ["EVENT_NOT_FOUND"],
    handle: ({ params, query }, { catalogue }) => {
      const envelope = readChoice(query, "envelope", ENVELOPES);
      const event = requireEventType(params, catalogue);
      return Promise.resolve({
        ...toSummary(event),
        description: event.description,
        confidence: event.confidenceIn(envelope),
        note: event.note ?? null,
        ownAddonOnly: event.ownAddonOnly,
        typeId: event.typeId ?? null,
        variables: event.variables,
        fields: event.fields,
        schema: event.schema(),
        sample: event.sample(envelope),
      });
    },
  }),
];
