/** The catalogue: every event of every product. */
import { ENVELOPES, searchEventTypes } from "../../../catalogue/index.ts";
import type { EventType, Product } from "../../../catalogue/index.ts";
import { TO_LOOK_UP } from "../http/access.ts";
import { route } from "./route.ts";
import type { Call } from "./route.ts";
import { pageEventTypes } from "../../model/event-type-page.ts";
import { oneOf, PAGE_PARAMETERS, pageOf } from "../http/query.ts";
import { presentList } from "../present/values.ts";
import { requireEventType } from "../present/catalogue.ts";

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
  q: {
    description: "Words that the event type has in its names, group or description",
    schema: { type: "string" },
  },
} as const;

const listTypes = (products: readonly Product[], query: Call["query"]) =>
  presentList(
    pageEventTypes(
      products.flatMap((product) => searchEventTypes(product, query["q"] ?? "")),
      pageOf(query),
    ),
    toSummary,
  );

export const catalogueRoutes = [
  route({
    method: "GET",
    path: "/catalogue",
    scope: TO_LOOK_UP,
    reach: "handler",
    group: GROUP,
    summary: "List every event of every product",
    query: LIST_PARAMETERS,
    success: { status: 200, description: "Events" },
    handle: ({ query }, { catalogue: { products } }) => Promise.resolve(listTypes(products, query)),
  }),
  route({
    method: "GET",
    path: "/catalogue/{product}",
    scope: TO_LOOK_UP,
    reach: "handler",
    group: GROUP,
    summary: "List the events of a product",
    query: LIST_PARAMETERS,
    success: { status: 200, description: "Events" },
    handle: ({ params, query }, { catalogue }) =>
      Promise.resolve(listTypes([catalogue.require(params["product"] ?? "")], query)),
  }),
  route({
    method: "GET",
    path: "/catalogue/{product}/{event}",
    scope: TO_LOOK_UP,
    reach: "handler",
    group: GROUP,
    summary: "Show an event with its fields, schema and sample",
    query: {
      envelope: {
        description: "Of the sample and its confidence, where the product has two: connect when left out",
        schema: { enum: ENVELOPES },
      },
    },
    success: { status: 200, description: "The event" },
    handle: ({ params, query }, { catalogue }) => {
      const envelope = oneOf(query, "envelope", ENVELOPES);
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
