/** Pivotal Tracker as a product of the catalogue. */
import { defineProduct } from "../product.ts";
import { EVENTS, MAJA, OCCURRED_AT, PROJECT, TRACKER_SHAPES } from "./events.ts";
import { SCHEMA, buildBody } from "./format.ts";

const PROJECT_VERSION = 4102;

export const tracker = defineProduct(
  {
    product: "tracker",
    name: "Pivotal Tracker",
    description: "Stories, epics and iterations",
    hasAddons: false,
    eventPath: ["kind"],
    projectPaths: [["project"]],
    webhooks: {
      name: "v5",
      httpsOnly: false,
      beginsWithAllEvents: true,
      isUrlForm: true,
      createLabel: "Add",
    },
    schemas: TRACKER_SHAPES,
    events: EVENTS,
  },
  {
    createSample: (event, data) =>
      data && {
        kind: event,
        guid: `${PROJECT.id}_${PROJECT_VERSION}`,
        project_version: PROJECT_VERSION,
        ...data.sample,
        project: PROJECT,
        performed_by: MAJA,
        occurred_at: OCCURRED_AT,
      },
    buildBody,
    bodySchema: SCHEMA,
  },
);
