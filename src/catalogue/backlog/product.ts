/** Backlog as a product of the catalogue. */
import { defineProduct } from "../product.ts";
import { EVENTS } from "./events.ts";
import { SCHEMA, TYPE_NUMBER, buildBody } from "./format.ts";

const PROJECT = {
  id: 61440,
  projectKey: "PIER",
  name: "Pier works",
  chartEnabled: true,
  useResolvedForChart: false,
  subtaskingEnabled: true,
  projectLeaderCanEditProjectLeader: false,
  useWiki: true,
  useFileSharing: true,
  useWikiTreeView: true,
  useOriginalImageSizeAtWiki: false,
  textFormattingRule: "markdown",
  archived: false,
  displayOrder: 2147483646,
  useDevAttributes: true,
};

const MAJA = {
  id: 310442,
  userId: null,
  name: "Maja Lindqvist",
  roleType: 2,
  lang: "en",
  mailAddress: null,
  nulabAccount: {
    nulabId: "h4rb0urExampleNulabId0000000000000000000000000000001",
    name: "Maja Lindqvist",
    uniqueId: "mlindqvist-example",
  },
  lastLoginTime: "2024-11-12T07:58:00Z",
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
    webhooks: { httpsOnly: false },
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
