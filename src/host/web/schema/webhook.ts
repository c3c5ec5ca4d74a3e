/** Outgoing webhooks, as responses have them. */
import { WEBHOOK_SIGNATURES } from "../../model/webhook.ts";
import { SHOWN_AUTHENTICATION, SHOWN_HEADERS, SHOWN_TLS } from "./access.ts";
import { BATCH } from "./batch.ts";
import { PACE } from "./pace.ts";
import { EVENT_WITH_REPLACEMENT, WARNING } from "./parts.ts";
import {
  anyObject,
  array,
  boolean,
  extended,
  integer,
  named,
  nullable,
  object,
  choice,
  page,
  string,
  time,
} from "./schema.ts";

export const WEBHOOK = named(
  "Webhook",
  object("An outgoing webhook", {
    id: string("ID of the webhook, whk_…"),
    owner: nullable(string("Tenant that it belongs to; null for none")),
    name: string("Display name"),
    url: string("URL, with variables"),
    format: string("Format of the body"),
    template: nullable(string("Text of the format template")),
    hasRoutingKey: boolean("True if the format pagerduty has its routing key"),
    project: nullable(string("Key or ID of the only project; null for all")),
    allEvents: boolean("True for all event types"),
    events: nullable(array("Event types, with * for any text; null for all", string("Event type"))),
    deprecatedEvents: array(
      "Deprecated event types that it names",
      object("A deprecated event type", EVENT_WITH_REPLACEMENT),
    ),
    filter: nullable(string("JQL filter")),
    bodyFilter: nullable(anyObject("Conditions on the body")),
    excludeBody: boolean("True if the body is left out"),
    description: string("Description"),
    hasSecret: boolean("True if requests are signed"),
    signature: choice("Signature scheme", WEBHOOK_SIGNATURES),
    publicKeys: array(
      "Keys that verify the signature ed25519, the current one first; empty for others",
      object("An Ed25519 key", {
        kid: string("ID in the key set"),
        key: string("Public key, whpk_…"),
        until: nullable(time("End of the overlap of a key that was replaced")),
      }),
    ),
    previousSecretUntil: nullable(time("Time until which the previous secret signs too")),
    ...SHOWN_HEADERS,
    ...SHOWN_AUTHENTICATION,
    ...SHOWN_TLS,
    retryProfile: nullable(string("Retry schedule; null for that of the site")),
    pace: nullable(PACE),
    orderBy: nullable(string("JSON pointer to the key in whose order deliveries go; null for any order")),
    batch: nullable(BATCH),
    active: boolean("True if it gets events"),
    inactiveBecause: nullable(string("Reason for being inactive")),
    goneSince: nullable(
      time("Time of the response that made it inactive: 410, or webhook-delivery: disable"),
    ),
    status: nullable(choice("Result of the last attempt: OK for any 2xx", ["OK", "ERROR"])),
    lastStatusCode: nullable(integer("Status of the last response")),
    lastOutcome: nullable(string("Result of the last attempt, such as unreachable:timeout")),
    lastExecutionAt: nullable(time("Time of the last attempt")),
    createdAt: time("Time of creation"),
    createdBy: string("Actor, as the audit log names it"),
    updatedAt: time("Time of the last change"),
    updatedBy: string("Actor, as the audit log names it"),
  }),
);

export const WEBHOOK_PAGE = page("WebhookPage", WEBHOOK, "Outgoing webhooks, oldest first");

export const CHANGED_WEBHOOK = named(
  "ChangedWebhook",
  extended(
    "An outgoing webhook after a change",
    WEBHOOK,
    { warnings: array("Warnings about its values", WARNING) },
    { secret: string("The generated secret; this is the only time it is shown") },
  ),
);
