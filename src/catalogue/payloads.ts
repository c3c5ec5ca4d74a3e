/**
 * Types for those who write receivers: the event types of each product, and what is in their bodies. The bodies are generated from
 * the catalogue's fields and shapes. Members that every recorded body has are taken for granted, others are optional, and every
 * object can have more.
 */
import type { BacklogEvents } from "./bodies/backlog.ts";
import type { CallboardEvents } from "./bodies/callboard.ts";
import type { ConfluenceEvents } from "./bodies/confluence.ts";
import type { JiraEvents } from "./bodies/jira.ts";
import type { ProjectrakEvents } from "./bodies/projectrak.ts";
import type { TrackerEvents } from "./bodies/tracker.ts";

/** The bodies of each product, by event type. */
export interface EventBodies {
  readonly jira: JiraEvents;
  readonly confluence: ConfluenceEvents;
  readonly projectrak: ProjectrakEvents;
  readonly backlog: BacklogEvents;
  readonly tracker: TrackerEvents;
  readonly callboard: CallboardEvents;
}

/** The event types of each product. */
export type EventNames = { readonly [P in keyof EventBodies]: keyof EventBodies[P] };

export type OperationalEventName = keyof CallboardEvents;
export type JiraEventName = keyof JiraEvents;

/** The body of an event: `EventPayload<"jira", "jira:issue_created">`. */
export type EventPayload<
  P extends keyof EventBodies,
  Name extends keyof EventBodies[P],
> = EventBodies[P][Name];
