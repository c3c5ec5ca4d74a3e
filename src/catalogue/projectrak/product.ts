/** Projectrak as a folder of the catalogue. */

import type { ProductFolder } from "../product.ts";
import { EVENTS } from "./events.ts";
import { SCHEMA, buildBody } from "./format.ts";

export const projectrak: ProductFolder = {
  name: "Projectrak",
  hasAddons: true,
  // Projectrak is an app of Jira's.
  addonHostName: "JIRA",
  retryProfile: "standard",
  projectPaths: [["data", "project"], ["project"]],
  // Source: its administration page "Outgoing webhooks".
  webhooks: { signature: "standard", httpsOnly: "always", isNameAndUrl: true, createLabel: "Create webhook" },
  events: EVENTS,

  sampleOf: (_event, { body }) => body,

  eventNameOf({ data }) {
    if (typeof data !== "object" || data === null || !("event" in data)) return undefined;
    return typeof data.event === "string" ? data.event : undefined;
  },

  buildBody,
  bodySchema: SCHEMA,
};
