/** Projectrak as a product of the catalogue. */
import { defineProduct } from "../product.ts";
import { EVENTS } from "./events.ts";
import { SCHEMA, buildBody } from "./format.ts";

export const projectrak = defineProduct(
  {
    product: "projectrak",
    name: "Projectrak",
    description: "Fields of projects",
    // Projectrak is an app of Jira's.
    addonHostName: "JIRA",
    eventPath: ["data", "event"],
    projectPaths: [["data", "project"], ["project"]],
    variablePlaces: [["project", "/data/project"]],
    // Source: its administration page "Outgoing webhooks".
    webhooks: { httpsOnly: "always", isNameAndUrl: true, createLabel: "Create webhook" },
    events: EVENTS,
  },
  { buildBody, bodySchema: SCHEMA },
);
