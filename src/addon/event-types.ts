/** Event types and the types of their bodies, from the catalogue. */
import type { ConfluenceEvents } from "../catalogue/bodies/confluence.ts";
import type { JiraEvents } from "../catalogue/bodies/jira.ts";

export type {
  ConfluenceAttachment,
  ConfluenceBlog,
  ConfluenceComment,
  ConfluenceEvents,
  ConfluenceLabel,
  ConfluencePage,
  ConfluenceSpace,
  ConfluenceUser,
} from "../catalogue/bodies/confluence.ts";
export type {
  JiraAttachment,
  JiraBoard,
  JiraChange,
  JiraChangelog,
  JiraComment,
  JiraEvents,
  JiraIssue,
  JiraIssueFields,
  JiraProject,
  JiraSprint,
  JiraUser,
  JiraVersion,
  JiraWorklog,
} from "../catalogue/bodies/jira.ts";

export type JiraEventName = keyof JiraEvents;
export type ConfluenceEventName = keyof ConfluenceEvents;
export type EventName = JiraEventName | ConfluenceEventName;

/** The body of an event type. For one that both products have, a union. */
export type EventBody<Name extends EventName> =
  | (Name extends JiraEventName ? JiraEvents[Name] : never)
  | (Name extends ConfluenceEventName ? ConfluenceEvents[Name] : never);

/** The body of each event type of Jira and Confluence: what `createAddon()` takes where it is given no event types. */
export type CatalogueEvents = { readonly [Name in EventName]: EventBody<Name> };
