/** Jira as a folder of the catalogue. */

import { SAMPLE_AT } from "../event.ts";
import type { ProductFolder } from "../product.ts";
import { EVENTS } from "./events.ts";
import { buildBody } from "./format.ts";

export const jira: ProductFolder = {
  name: "Jira",
  hasAddons: true,
  addonHostName: "JIRA",
  hasDynamicWebhooks: true,
  hasIssues: true,
  retryProfile: "jira",
  projectPaths: [["issue", "fields", "project"], ["project"], ["configuration", "location"]],
  issueKeyPath: ["issue", "key"],
  webhooks: {
    signature: "hub",
    identifiesDeliveries: true,
    httpsOnly: true,
    createLabel: "Add Webhook",
  },
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
