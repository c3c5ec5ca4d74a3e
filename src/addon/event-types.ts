/** Event types and the types of their bodies, from the catalogue. */
import type { ConfluenceEventName, EventPayload, JiraEventName } from "../catalogue/payloads.ts";

export type { ConfluenceEventName, JiraEventName } from "../catalogue/payloads.ts";

export type EventName = JiraEventName | ConfluenceEventName;

/** The body of an event type. For one that both products have, a union. */
export type EventBody<Name extends EventName> =
  | (Name extends JiraEventName ? EventPayload<"jira", Name> : never)
  | (Name extends ConfluenceEventName ? EventPayload<"confluence", Name> : never);

/** The body of each event type of Jira and Confluence: what `createAddon()` takes where it is given no event types. */
export type CatalogueEvents = { readonly [Name in EventName]: EventBody<Name> };
