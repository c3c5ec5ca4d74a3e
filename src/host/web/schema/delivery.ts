/** Deliveries, attempts and events, as responses have them. */
import { FAILURE_REASONS, STATE_NAMES } from "../../model/delivery.ts";
import { WAITING_FOR } from "../../model/waiting-for.ts";
import { WHY_KINDS } from "../../delivery-log/why.ts";
import { RECEIVER } from "./parts.ts";
import {
  anything,
  array,
  boolean,
  extended,
  integer,
  named,
  nullable,
  object,
  choice,
  page,
  record,
  string,
  time,
} from "./schema.ts";

const STATE = choice("State of the delivery", STATE_NAMES);
const REASON = nullable(choice("Failure reason; null unless the delivery failed", FAILURE_REASONS));
const FLOW = choice("Lane: primary, or secondary for bulk work", ["primary", "secondary"]);

export const DELIVERY = named(
  "Delivery",
  object("One event for one receiver and URL", {
    id: string("ID of the delivery, dlv_…"),
    site: nullable(string("Key of the site; null if it was deleted")),
    eventId: string("ID of the event, evt_…"),
    event: nullable(string("Event type; null after the retention period")),
    ...RECEIVER,
    url: nullable(string("URL of the last attempt, else that of the subscription; null if both are gone")),
    state: STATE,
    reason: REASON,
    waitingFor: nullable(
      choice(
        "What it waits for: an active receiver, the resumption of its endpoint, an earlier delivery of its key, its planned time, a batch, a retry, a closed circuit, the rate of its endpoint, a slot; null unless it waits",
        WAITING_FOR,
      ),
    ),
    flow: FLOW,
    test: boolean("True for a test delivery"),
    unsaved: boolean("True for a test of values that are not saved"),
    attempts: integer("Attempts so far"),
    redeliveries: integer("Manual redeliveries"),
    replayId: nullable(string("ID of the replay that sends it")),
    order: nullable(
      object("Its place in the order of its key; null without a key", {
        key: string("Value in the body"),
        sequence: nullable(integer("Number among the deliveries of the key, from 1; null until it is given")),
        behind: boolean("True while an earlier delivery of the key has not ended"),
      }),
    ),
    batchId: nullable(
      string("ID of the batch that it was put into last, bat_…; null if it was not sent with others"),
    ),
    lastStatus: nullable(integer("Status of the last response")),
    lastOutcome: nullable(string("Result of the last attempt, such as accepted or unreachable:timeout")),
    lastDurationMs: nullable(integer("Duration of the last attempt in milliseconds")),
    createdAt: time("Time of acceptance"),
    nextAttemptAt: nullable(time("Time of the next attempt, while it waits")),
    settledAt: nullable(time("Time at which it was delivered or failed")),
  }),
);

export const DELIVERY_PAGE = page("DeliveryPage", DELIVERY, "Deliveries, newest first");

export const HEADERS = array(
  "Headers, as pairs of name and value",
  array("Name and value", string("Name or value"), { minItems: 2, maxItems: 2 }),
);

export const ATTEMPT = named(
  "Attempt",
  object("One request of a delivery", {
    number: integer("Number, from 1"),
    startedAt: time("Start"),
    durationMs: integer("Duration in milliseconds"),
    outcome: string("Result, such as accepted, refused or unreachable:timeout"),
    errorClass: nullable(string("Group of failures, such as timeout or http-5xx")),
    cause: nullable(string("Cause of the failure")),
    remedy: nullable(string("What to do about it")),
    detail: nullable(string("Further detail")),
    request: object("The request", {
      method: choice("Method", ["POST"]),
      url: string("URL"),
      headers: HEADERS,
      claims: nullable(record("Claims of the token", anything("Value of the claim"))),
      bodyBytes: integer("Size of the body in bytes"),
    }),
    response: nullable(
      object("The response; null if there was none", {
        status: integer("Status"),
        headers: HEADERS,
        body: string("Stored part of the body, as UTF-8"),
        cut: boolean("True if the body was longer"),
        cutBecause: nullable(
          choice("Limit that cut it: of one response, or of the receiver in 24 hours", ["size", "budget"]),
        ),
      }),
    ),
  }),
);

export const DELIVERY_DETAIL = named(
  "DeliveryDetail",
  extended("A delivery with its body and attempts", DELIVERY, {
    reasonMeaning: nullable(string("The failure reason as a sentence")),
    waitingMeaning: nullable(string("What it waits for, as a sentence")),
    params: record("Query parameters of the subscription", string("Value")),
    body: nullable(string("Body as sent, without a routing key; null after the retention period")),
    bodyProblem: nullable(string("Why the webhook's format makes no body of the event")),
    attempts: array("Its attempts, oldest first", ATTEMPT),
  }),
);

export const BULK_RESULT = named(
  "BulkResult",
  object("How many deliveries were, or would be, changed", {
    count: integer("Number of deliveries"),
    more: boolean("True if more deliveries match than one request changes: repeat it"),
    dryRun: boolean("True if they were only counted"),
  }),
);

export const TEST_DELIVERY = named(
  "TestDelivery",
  object("A test delivery and its result", {
    deliveryId: string("ID of the delivery"),
    event: string("Event type"),
    test: boolean("Always true"),
    state: choice("State; waiting if the result did not arrive in time", ["delivered", "failed", "waiting"]),
    attempt: nullable(ATTEMPT),
  }),
);

export const PUBLISHED_EVENT = named(
  "PublishedEvent",
  object(
    "An accepted event and its deliveries, committed",
    {
      id: string("ID of the event, evt_…"),
      event: string("Event type"),
      duplicate: boolean("True if the event was accepted before under the same id"),
      deliveries: array(
        "One delivery for each receiver and URL",
        named(
          "PublishedDelivery",
          object(
            "A delivery of an accepted event",
            {
              id: string("ID of the delivery, dlv_…"),
              url: string("URL; its query string needs the scope read"),
            },
            {
              addonKey: string("Key of the add-on that receives"),
              webhookId: string("ID of the outgoing webhook that receives"),
              state: choice("Set if it failed at once, and was not sent", ["failed"]),
              reason: string("Failure reason of a delivery that failed at once"),
            },
          ),
        ),
      ),
    },
    { notes: array("Notes about the event type, the payload and variables of URLs", string("One sentence")) },
  ),
);

export const PUBLISHED_BATCH = named(
  "PublishedBatch",
  object("The accepted events of a batch", {
    results: array("One for each event, in order", PUBLISHED_EVENT),
  }),
);

export const EVENT = named(
  "Event",
  object("An accepted event", {
    id: string("ID of the event, evt_…"),
    clientId: nullable(string("ID that the publisher gave")),
    event: string("Event type"),
    project: nullable(string("Project that the publisher named")),
    user: nullable(string("User that the publisher named")),
    flow: FLOW,
    terms: nullable(
      named(
        "EventTerms",
        object("What the publisher asked of its deliveries", {
          expiresAt: nullable(time("Time at which deliveries that wait end as expired")),
          retry: boolean("False if each delivery is attempted once"),
          deliverAfter: nullable(time("Time of the first attempt")),
        }),
      ),
    ),
    notes: array("Notes about the event type, the payload and variables of URLs", string("One sentence")),
    bodyBytes: integer("Size of the body in bytes"),
    createdAt: time("Time of acceptance"),
  }),
);

export const EVENT_PAGE = page("EventPage", EVENT, "Accepted events, newest first");

export const EVENT_DETAIL = named(
  "EventDetail",
  extended("An event with its body and its fan-out", EVENT, {
    body: nullable(string("Body as JSON text; null after the retention period")),
    matched: array("Its deliveries", DELIVERY),
    skipped: array(
      "Subscriptions to the event type that were skipped, at most 200",
      named(
        "SkippedSubscription",
        object("A skipped subscription", {
          ...RECEIVER,
          url: nullable(string("URL of the subscription; null if it is gone")),
          because: string("Skip reason"),
        }),
      ),
    ),
    others: integer("Subscriptions of the site to other event types"),
    missing: array("Variables of URLs without a value in the event", string("Variable")),
  }),
);

export const WHY_PAGE = page(
  "WhyPage",
  named(
    "WhyRow",
    object("Why one receiver got the event, or did not", {
      ...RECEIVER,
      name: string("Name of the receiver"),
      site: nullable(string("Key of its site")),
      kind: choice("Kind of reason", WHY_KINDS),
      reason: string("One sentence without its period"),
      changed: nullable(string("What is different since then")),
      deliveries: array(
        "Deliveries of the event to the receiver",
        object("A delivery", { id: string("ID of the delivery, dlv_…"), state: STATE, reason: REASON }),
      ),
    }),
  ),
  "One row for each receiver",
);

export const TRIED_FILTER = named(
  "BodyFilterTrial",
  object("Events that a body filter was tried on", {
    items: array(
      "Events, newest first",
      object("A tried event", {
        eventId: string("ID of the event, evt_…"),
        event: string("Event type"),
        createdAt: time("Time of acceptance"),
        result: choice("Result", ["matched", "not-matched", "body-deleted"]),
        reason: nullable(string("Why it does not match")),
      }),
    ),
    counts: object("Events by result", {
      events: integer("All events"),
      matched: integer("Events that match"),
      notMatched: integer("Events that don't match"),
      bodyDeleted: integer("Events whose body was deleted after the retention period"),
    }),
  }),
);
