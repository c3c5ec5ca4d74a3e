/** Jira as a folder of the catalogue. */

import { SAMPLE_AT } from "../event.ts";
import type { ProductFolder } from "../product.ts";
import { EVENTS } from "./events.ts";
import { buildBody } from "./format.ts";

export const jira: ProductFolder = {
  hasAddons: true,
  events: EVENTS,

  sampleOf(event, { fields, body }) {
    const namesItself = fields.some(({ path, required }) => path === "webhookEvent" && required);
    return namesItself ? { timestamp: SAMPLE_AT, webhookEvent: event, ...body } : body;
  },

  eventNameOf({ webhookEvent, eventType }) {
    if (typeof webhookEvent === "string") return webhookEvent;
    if (eventType === "enabled" || eventType === "disabled") return `connect_addon_${eventType}`;
    return undefined;
  },

  buildBody,
};
