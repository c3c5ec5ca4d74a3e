/** Backlog as a product of the catalogue. */
import { defineProduct } from "../product.ts";
import { BACKLOG_SHAPES, EVENTS, MAJA } from "./events.ts";
import { SCHEMA, TYPE_NUMBER, buildBody } from "./format.ts";

/** Of the members that the product's API has, a webhook sends these. */
const PROJECT = {
  id: 61440,
  projectKey: "PIER",
  name: "Pier works",
  chartEnabled: true,
  subtaskingEnabled: true,
  projectLeaderCanEditProjectLeader: false,
  useWikiTreeView: true,
  textFormattingRule: "markdown",
  archived: false,
};

const activity = (typeId: number, content: object) => ({
  id: 228735000 + typeId,
  project: PROJECT,
  type: typeId,
  content,
  notifications: [],
  createdUser: MAJA,
  created: "2024-11-12T09:30:00Z",
});

export const backlog = defineProduct(
  {
    product: "backlog",
    name: "Backlog",
    description: "Issues, wiki pages, files and pull requests",
    hasAddons: false,
    numbersEvents: true,
    eventPath: ["type"],
    projectPaths: [["project"]],
    variablePlaces: [["project.key", "/project/projectKey"]],
    webhooks: {
      httpsOnly: false,
      testLabels: { heading: "Execution test", button: "Execute" },
      logLabel: "Webhook sent log",
    },
    schemas: BACKLOG_SHAPES,
    events: EVENTS,
  },
  {
    createSample: (event, data) => {
      if (data !== undefined) return activity(data.typeId ?? 0, data.sample);
      return TYPE_NUMBER.test(event) ? activity(Number(event), {}) : undefined;
    },
    buildBody,
    bodySchema: SCHEMA,
  },
);
