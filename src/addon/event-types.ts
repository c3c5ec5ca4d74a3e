/** The names of the events that handlers can be given for, and the types of their bodies, both from the catalogue. */
import type { ConfluenceEventName, EventPayload, JiraEventName } from "../catalogue/payloads.ts";

export type { ConfluenceEventName, JiraEventName } from "../catalogue/payloads.ts";

export type EventName = JiraEventName | ConfluenceEventName;

/** The body of an event; of one that both products have, either product's. */
export type EventBody<Name extends EventName> =
  | (Name extends JiraEventName ? EventPayload<"jira", Name> : never)
  | (Name extends ConfluenceEventName ? EventPayload<"confluence", Name> : never);
