/** Listeners, as requests and responses have them. */
import { MAX_DETAIL_LENGTH, MAX_RESPONSES, UNANSWERED_REASONS } from "../../model/listener.ts";
import { ADDON_KEY, LINE_WITH_TEXT, RECEIVER, WARNING } from "./parts.ts";
import {
  array,
  body,
  boolean,
  exactlyOne,
  extended,
  integer,
  named,
  nullable,
  number,
  object,
  choice,
  page,
  string,
  time,
} from "./schema.ts";

export const FORWARD_TO = string(
  "Base URL that the program forwards to, without a query. It is shown; the host sends nothing there",
  // Printable ASCII without #, ? and @.
  { maxLength: 2_048, pattern: '^https?://[!"$->A-~]+$' },
);

export const LISTENER = named(
  "Listener",
  object("A program that gets the deliveries of a receiver over a connection that it made", {
    id: string("ID of the listener, lsn_…"),
    ...RECEIVER,
    forwardTo: FORWARD_TO,
    createdAt: time("Time of creation"),
    createdBy: string("Actor, as the audit log names it"),
    seenAt: time("Last sign of life"),
  }),
);

export const LISTENER_PAGE = page("ListenerPage", LISTENER, "Listeners of a site, oldest first");

export const MADE_LISTENER = named(
  "NewListener",
  extended("A listener that was made", LISTENER, {
    secret: nullable(
      string("Signs the deliveries of its temporary webhook, and is shown this once; null for an add-on"),
    ),
    timeoutMs: integer("Time that the local application has for a response, in milliseconds"),
    warnings: array("Questionable values that were accepted", WARNING),
  }),
);

export const NEW_LISTENER = body(
  { forwardTo: FORWARD_TO },
  {
    addonKey: ADDON_KEY,
    events: array(
      "Event types of a temporary webhook, with * for any text; every event type when left out",
      string("Event type", { ...LINE_WITH_TEXT, minLength: 1, maxLength: 200 }),
      { minItems: 1, maxItems: 300 },
    ),
  },
);

const HEADER = array("Name and value", string("Name or value", { maxLength: 16_384 }), {
  minItems: 2,
  maxItems: 2,
});

const RESPONSE = object(
  "A response of the local application",
  {
    status: integer("Status", { minimum: 200, maximum: 999 }),
    headers: array("Headers", HEADER, { maxItems: 500 }),
    body: string("The first 64 KiB of the body, in Base64", {
      maxLength: 87_384,
      pattern: "^[A-Za-z0-9+/]*={0,2}$",
    }),
  },
  { isCut: boolean("True if the body is longer") },
  { additionalProperties: false },
);

const FAILURE = object(
  "Why there is no response",
  {
    reason: choice("Kind", UNANSWERED_REASONS),
    detail: string("One sentence", { maxLength: MAX_DETAIL_LENGTH }),
  },
  {},
  { additionalProperties: false },
);

export const LISTENER_RESPONSES = body({
  responses: array(
    "What became of deliveries; none for a sign of life",
    object(
      "What became of a delivery: a response or a failure",
      {
        deliveryId: string("ID of the delivery, dlv_…", { minLength: 1, maxLength: 80 }),
        attempt: integer("Number of the attempt", { minimum: 1, maximum: 1_000_000_000 }),
        durationMs: number("Time until the response, in milliseconds", { minimum: 0 }),
      },
      { response: RESPONSE, failure: FAILURE },
      { additionalProperties: false, ...exactlyOne("response", "failure") },
    ),
    { maxItems: MAX_RESPONSES },
  ),
});

export const LISTENER_CURSOR = string("The ID of the last event of the stream before", {
  pattern: "^[0-9a-f]{32}\\.[0-9]{1,15}$",
});

export const LISTENER_STREAM = named(
  "ListenerStream",
  string(
    "Server-sent events, each with a JSON object as its data: {kind: ready}, {kind: delivery, deliveryId, attempt, event, path, headers, body, timeoutMs}, {kind: ping}, {kind: ended, reason}",
  ),
);
