/** The catalogue: every event of every product. */
import { ENVELOPES } from "../../../catalogue/index.ts";
import type { EventType } from "../../../catalogue/index.ts";
import { TO_LOOK_UP } from "../http/access.ts";
import { route } from "./route.ts";
import { oneOf } from "../http/query.ts";
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

export const catalogueRoutes = [
  route({
    method: "GET",
    path: "/catalogue",
    scope: TO_LOOK_UP,
    reach: "handler",
    group: GROUP,
    summary: "List every event of every product",
    success: { status: 200, description: "Events" },
    handle: (_call, { catalogue: { products } }) =>
      Promise.resolve({
        items: products.flatMap(({ eventTypes }) => eventTypes.map(toSummary)),
        next: null,
      }),
  }),
  route({
    method: "GET",
    path: "/catalogue/{product}",
    scope: TO_LOOK_UP,
    reach: "handler",
    group: GROUP,
    summary: "List the events of a product",
    success: { status: 200, description: "Events" },
    handle: ({ params }, { catalogue }) => {
      const items = catalogue.require(params["product"] ?? "").eventTypes.map(toSummary);
      return Promise.resolve({ items, next: null });
    },
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
