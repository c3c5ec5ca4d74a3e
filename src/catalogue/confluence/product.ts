/** Confluence as a folder of the catalogue. */

import type { ProductFolder } from "../product.ts";
import { EVENTS } from "./events.ts";
import { buildBody } from "./format.ts";

export const confluence: ProductFolder = {
  name: "Confluence",
  hasAddons: true,
  hasEnvelopes: true,
  retryProfile: "standard",
  projectPaths: [],
  webhooks: { signature: "standard", httpsOnly: true, createLabel: "Add Webhook" },
  events: EVENTS,

  sampleOf(_event, { body, cloudBody }, envelope) {
    return envelope === "cloud" ? (cloudBody ?? body) : body;
  },

  /** A body names its event only in `connect_addon_*`, and in `event` when Confluence Data Center sent it. */
  eventNameOf({ eventType, event }) {
    if (eventType === "enabled" || eventType === "disabled") return `connect_addon_${eventType}`;
    return typeof event === "string" ? event : undefined;
  },

  buildBody,
};
