/** Endpoints and replays, as responses have them. */
import { STANDSTILL_REASONS } from "../../model/standstill.ts";
import { LEFT_OUT_KINDS } from "../../model/replay.ts";
import { SHOWN_HEADERS, SHOWN_TLS } from "./access.ts";
import { PACE } from "./pace.ts";
import { RECEIVER, SLOT, WARNING } from "./parts.ts";
import {
  array,
  boolean,
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
  union,
} from "./schema.ts";

const RATE = named(
  "EndpointRate",
  object("Attempts over some time", {
    attempts: integer("Attempts"),
    success: nullable(number("Share of attempts with a 2xx response, 0 to 1; null without attempts")),
    averageMs: nullable(integer("Average duration in milliseconds")),
    failedDeliveries: integer("Deliveries that failed"),
  }),
);

export const ENDPOINT = named(
  "Endpoint",
  object("A receiver and a URL origin: the unit of concurrency, circuit breaker and pause", {
    site: string("Key of the site"),
    number: integer("Number on the site"),
    receiver: string("Name of the receiver"),
    ...RECEIVER,
    origin: string("URL origin"),
    state: choice("State", ["healthy", "failing", "circuit-open", "paused"]),
    receiverState: choice("State of the receiver", ["active", "disabled", "inactive"]),
    goneSince: nullable(time("Time of a 410, or of webhook-delivery: disable")),
    waiting: integer("Waiting deliveries, counted up to 10,000"),
    waitingIsMore: boolean("True if more wait than were counted"),
    oldestWaitingAt: nullable(time("Acceptance of the oldest waiting delivery")),
    nextAttemptAt: nullable(time("Time of the next attempt or probe")),
    last: nullable(
      object("The last attempt", {
        deliveryId: string("ID of the delivery, dlv_…"),
        outcome: string("Result"),
        status: nullable(integer("Status of the response")),
        durationMs: nullable(integer("Duration in milliseconds")),
      }),
    ),
    rates: object("Attempts of the last hour, day and week", { "1h": RATE, "24h": RATE, "7d": RATE }),
    series: array("The last 24 hours by hour, oldest first", SLOT),
    breaker: choice("Circuit breaker", ["closed", "open", "probing"]),
    failures: integer("Attempts in a row without a response"),
    openUntil: nullable(time("Time until which the circuit is open")),
    pausedAt: nullable(time("Time of the pause")),
    nextProbeAt: nullable(time("Time of the next probe, while paused")),
    failingSince: nullable(time("Time since when every attempt has failed")),
    failedAttempts: integer("Failed attempts since then"),
    failedDeliveries: integer("Failed deliveries since then"),
    expired: integer("Deliveries that expired during the pause"),
    pace: nullable(PACE),
    orderBy: nullable(
      string("JSON pointer to the key in whose order an add-on's deliveries go; null for any order"),
    ),
  }),
);

export const ENDPOINT_PAGE = named(
  "EndpointPage",
  extended("Endpoints, those that need attention first", page("EndpointPage", ENDPOINT, ""), {
    total: integer("Endpoints on all pages"),
  }),
);

export const NOT_SENDING = nullable(
  named(
    "NotSending",
    object("Why nothing is being sent", {
      reason: choice("Reason", STANDSTILL_REASONS),
      detail: string("One sentence"),
      until: nullable(time("Time at which it ends")),
      endpoints: integer("Endpoints concerned"),
    }),
  ),
);

export const ENDPOINT_DETAIL = named(
  "EndpointDetail",
  extended("An endpoint, and why nothing is being sent to it", ENDPOINT, {
    ...SHOWN_HEADERS,
    ...SHOWN_TLS,
    notSending: NOT_SENDING,
    warnings: array("Warnings about its settings", WARNING),
    stuckKeys: array(
      "Keys whose deliveries wait behind one that is being retried, the first hundred",
      object("A key. Canceling the delivery lets the next one go", {
        key: string("Value in the body"),
        deliveryId: string("ID of the delivery that is being retried, dlv_…"),
        sequence: integer("Its number"),
        attempts: integer("Its attempts so far"),
        lastOutcome: nullable(string("Result of the last attempt")),
        lastStatus: nullable(integer("Status of the last response")),
        nextAttemptAt: time("Time of the next attempt"),
        behind: integer("Deliveries behind it, counted up to 1,000"),
        behindIsMore: boolean("True if more are behind it than were counted"),
      }),
    ),
  }),
);

export const TRIED_ENDPOINT = named(
  "EndpointTry",
  object("The delivery that is sent at once", { deliveryId: string("ID of the delivery, dlv_…") }),
);

const LEFT_OUT = array(
  "Events that were left out, by reason",
  object("Events left out for one reason", {
    kind: choice("Reason", LEFT_OUT_KINDS),
    count: integer("Number of events"),
    first: array(
      "The first of them",
      object("An event", { eventId: string("ID of the event, evt_…"), reason: string("One sentence") }),
    ),
  }),
);

const WINDOW = {
  ...RECEIVER,
  since: time("Start of the window, included"),
  until: time("End of the window, not included"),
  eventTypes: nullable(array("Event types, with * for any text; null for all", string("Event type"))),
  onlyMissing: boolean("True if delivered events are left out"),
  aboutEvents: integer("Events in the window"),
  events: integer("Events that were looked at"),
  created: integer("New deliveries"),
  redelivered: integer("Deliveries that were reopened"),
  leftOut: LEFT_OUT,
};

export const REPLAY = named(
  "Replay",
  object("A replay: past events for a receiver that did not get them", {
    id: string("ID of the replay"),
    ...WINDOW,
    state: choice("State", ["running", "done", "cancelled"]),
    reason: nullable(string("Why it was canceled")),
    waiting: integer("Its deliveries that are still to be sent"),
    eventsPerSecond: number("Events looked at per second"),
    createdAt: time("Time of creation"),
    createdBy: string("Actor, as the audit log names it"),
    endedAt: nullable(time("Time of the end")),
    dryRun: boolean("Always false"),
  }),
);

export const REPLAY_PAGE = page("ReplayPage", REPLAY, "Replays, newest first");

export const REPLAY_RESULT = union(
  "The replay, or with dryRun what it would send",
  REPLAY,
  named(
    "ReplayPreview",
    object("What a replay would send", {
      ...WINDOW,
      complete: boolean("False if the window has more events than a dry run looks at"),
      dryRun: boolean("Always true"),
    }),
  ),
);
