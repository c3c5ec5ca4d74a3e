/** Callboard itself as a folder of the catalogue. */

import type { ProductFolder } from "../product.ts";
import { EVENTS } from "./events.ts";
import { buildBody } from "./format.ts";

export const callboard: ProductFolder = {
  name: "Callboard",
  retryProfile: "standard",
  projectPaths: [],
  webhooks: { signature: "standard", httpsOnly: true, createLabel: "Add Webhook" },
  events: EVENTS,

  sampleOf: (event, { body }) => ({ event, id: "evt_1_0193200c5b2b700080000000000a0000", ...body }),

  eventNameOf: ({ event }) => (typeof event === "string" ? event : undefined),

  buildBody,
};
