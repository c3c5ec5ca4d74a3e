/** Projectrak as a folder of the catalogue. */

import type { ProductFolder } from "../product.ts";
import { EVENTS } from "./events.ts";
import { buildBody } from "./format.ts";

export const projectrak: ProductFolder = {
  events: EVENTS,
  hasAddons: true,

  sampleOf: (_event, { body }) => body,

  eventNameOf({ data }) {
    if (typeof data !== "object" || data === null || !("event" in data)) return undefined;
    return typeof data.event === "string" ? data.event : undefined;
  },

  buildBody,
};
