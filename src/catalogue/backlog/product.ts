/** Backlog as a folder of the catalogue. */

import type { ProductFolder } from "../product.ts";
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

const NAME_OF_TYPE: ReadonlyMap<number, string> = new Map(
  Object.entries(EVENTS).map(([name, { typeId = 0 }]) => [typeId, name]),
);

/** The name of an activity type, or its number as text: the list of types grows without notice. */
export const nameOfType = (typeId: number): string => NAME_OF_TYPE.get(typeId) ?? String(typeId);

const activity = (typeId: number, content: object) => ({
  id: 228735000 + typeId,
  project: PROJECT,
  type: typeId,
  content,
  notifications: [],
  createdUser: MAJA,
  created: "2024-11-12T09:30:00Z",
});

export const backlog: ProductFolder = {
  name: "Backlog",
  numbersEvents: true,
  retryProfile: "standard",
  projectPaths: [["project"]],
  webhooks: { signature: "standard", httpsOnly: false, createLabel: "Add Webhook" },
  events: EVENTS,

  sampleOf: (_event, { typeId = 0, body }) => activity(typeId, body),

  sampleOfUnknown: (event) => (TYPE_NUMBER.test(event) ? activity(Number(event), {}) : undefined),

  eventNameOf: ({ type }) =>
    typeof type === "number" && Number.isSafeInteger(type) ? nameOfType(type) : undefined,

  buildBody,
  bodySchema: SCHEMA,
};
