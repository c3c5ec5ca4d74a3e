/** The catalogue: every event of every product. */
import { ENVELOPES, findEventType } from "../../../catalogue/index.ts";
import type { Catalogue, EventType } from "../../../catalogue/index.ts";
import { CallboardError } from "../../../errors.ts";
import { whyUnknownEvent } from "../../model/event-name.ts";
import { TO_LOOK_UP } from "../http/access.ts";
import { route } from "./route.ts";
import { oneOf } from "./query.ts";

const GROUP = "Catalogue";

const toSummary = ({ product, event, name, group, status }: EventType) => ({
  product,
  event,
  name,
  group,
  status,
});

/** @throws CallboardError PRODUCT_UNKNOWN, EVENT_NOT_FOUND */
export function requireEventType(
  { product: key = "", event = "" }: Readonly<Record<string, string>>,
  catalogue: Catalogue,
): EventType {
  const product = catalogue.require(key);
  const found = findEventType(product, event);
  if (found !== undefined) return found;
  const why =
    whyUnknownEvent(catalogue, product, event) ??
    `The catalogue of ${key} has no event ${JSON.stringify(event)}`;
  throw new CallboardError("EVENT_NOT_FOUND", why);
}

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
