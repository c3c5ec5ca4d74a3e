/** The catalogue: every event of every product. */
import { ENVELOPES, PRODUCTS, eventsOf, findEvent, isProduct } from "../../../catalogue/index.ts";
import type { CatalogueEvent, Product } from "../../../catalogue/index.ts";
import { CallboardError } from "../../../errors.ts";
import { whyUnknownEvent } from "../../model/event-name.ts";
import { TO_LOOK_UP } from "../http/access.ts";
import { route } from "./route.ts";
import { oneOf } from "./query.ts";

const GROUP = "Catalogue";

const summaryOf = ({ product, event, name, group, status }: CatalogueEvent) => ({
  product,
  event,
  name,
  group,
  status,
});

export function requireProduct(name: string): Product {
  if (isProduct(name)) return name;
  throw new CallboardError(
    "PRODUCT_UNKNOWN",
    `There is no product ${JSON.stringify(name)}: ${PRODUCTS.join(", ")}`,
  );
}

export function requireEvent(product: Product, name: string): CatalogueEvent {
  const found = findEvent(product, name);
  if (found !== undefined) return found;
  const why =
    whyUnknownEvent(product, name) ?? `The catalogue of ${product} has no event ${JSON.stringify(name)}`;
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
    handle: () => Promise.resolve({ items: PRODUCTS.flatMap(eventsOf).map(summaryOf), next: null }),
  }),
  route({
    method: "GET",
    path: "/catalogue/{product}",
    scope: TO_LOOK_UP,
    reach: "handler",
    group: GROUP,
    summary: "List the events of a product",
    success: { status: 200, description: "Events" },
    handle: ({ params }) => {
      const items = eventsOf(requireProduct(params["product"] ?? "")).map(summaryOf);
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
    handle: ({ params, query }) => {
      const envelope = oneOf(query, "envelope", ENVELOPES);
      const event = requireEvent(requireProduct(params["product"] ?? ""), params["event"] ?? "");
      return Promise.resolve({
        ...summaryOf(event),
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
