/** Pivotal Tracker as a folder of the catalogue. */

import type { ProductFolder } from "../product.ts";
import { EVENTS, MAJA, OCCURRED_AT, PROJECT } from "./events.ts";
import { SCHEMA, buildBody } from "./format.ts";

const PROJECT_VERSION = 4102;

export const tracker: ProductFolder = {
  name: "Pivotal Tracker",
  retryProfile: "standard",
  projectPaths: [["project"]],
  webhooks: {
    formatName: "v5",
    signature: "standard",
    httpsOnly: false,
    beginsWithAllEvents: true,
    isUrlForm: true,
    createLabel: "Add",
  },
  events: EVENTS,

  sampleOf: (event, { body }) => ({
    kind: event,
    guid: `${PROJECT.id}_${PROJECT_VERSION}`,
    project_version: PROJECT_VERSION,
    ...body,
    project: PROJECT,
    performed_by: MAJA,
    occurred_at: OCCURRED_AT,
  }),

  eventNameOf: ({ kind }) => (typeof kind === "string" ? kind : undefined),

  buildBody,
  bodySchema: SCHEMA,
};
