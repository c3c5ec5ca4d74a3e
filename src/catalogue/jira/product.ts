/** Jira as a product of the catalogue. */
import { defineProduct } from "../product.ts";
import { EVENTS } from "./events.ts";
import { JIRA_SHAPES } from "./shapes.ts";

export const jira = defineProduct({
  product: "jira",
  name: "Jira",
  description: "Issues, projects, boards and sprints",
  addonHostName: "JIRA",
  hasDynamicWebhooks: true,
  hasIssues: true,
  envelope: { timestamp: "timestamp", event: "webhookEvent" },
  retryProfile: "jira",
  projectPaths: [["issue", "fields", "project"], ["project"], ["configuration", "location"]],
  issueKeyPath: ["issue", "key"],
  variablePlaces: [
    ["project.id", "/version/projectId"],
    ["project", "/issue/fields/project"],
    ["project", "/configuration/location"],
    ["issue.id", "/worklog/issueId"],
    ["board", "/configuration"],
    ["board.id", "/sprint/originBoardId"],
    ["modifiedUser", "/user"],
    ["mergedVersion", "/mergedTo"],
  ],
  webhooks: { signature: "hub", identifiesDeliveries: true },
  schemas: JIRA_SHAPES,
  events: EVENTS,
});
