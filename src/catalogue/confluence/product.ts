/** Confluence as a product of the catalogue. */
import { defineProduct } from "../product.ts";
import { EVENTS } from "./events.ts";
import { buildBody } from "./format.ts";
import { CONFLUENCE_SHAPES } from "./shapes.ts";

export const confluence = defineProduct(
  {
    product: "confluence",
    name: "Confluence",
    description: "Pages, blog posts, comments and spaces",
    hasEnvelopes: true,
    // Only Confluence Data Center puts the event type there.
    eventPath: ["event"],
    schemas: CONFLUENCE_SHAPES,
    events: EVENTS,
  },
  {
    createSample: (_event, data, envelope) =>
      envelope === "cloud" ? (data?.cloudSample ?? data?.sample) : data?.sample,
    buildBody,
  },
);
