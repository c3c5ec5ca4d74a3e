/** Parts that several responses have. */
import type { BodyFilter } from "../../model/body-filter.ts";
import { checkedByCode, anyObject, integer, named, nullable, object, string, time } from "./schema.ts";
import type { Schema } from "./schema.ts";

/** The fields that name a receiver. */
export const RECEIVER = {
  addonKey: nullable(string("Key of the add-on that receives; null for an outgoing webhook")),
  webhookId: nullable(string("ID of the outgoing webhook that receives; null for an add-on")),
};

export const WARNING = named(
  "Warning",
  object("Something questionable that was accepted", {
    code: string("Kind of warning"),
    pointer: string("JSON pointer to its place"),
    detail: string("One sentence"),
  }),
);

export const EVENT_WITH_REPLACEMENT = {
  event: string("Event type"),
  replacedBy: nullable(string("Event type to use in its place")),
};

export const SLOT = named(
  "Slot",
  object("Attempts within one slot of a chart", {
    startsAt: time("Start of the slot"),
    good: integer("Attempts that got a 2xx response"),
    bad: integer("All other attempts"),
  }),
);

export const RESUMED = named(
  "Resumed",
  object("What was resumed", {
    endpoints: integer("Endpoints that were paused"),
    subscriptions: integer(
      "Subscriptions, or the webhook itself, that 410 or webhook-delivery: disable had made inactive",
    ),
  }),
);

/** Text on one line: no control characters. */
export const LINE = { pattern: "^[^\\u0000-\\u001F\\u007F-\\u009F]*$" };
/** The same with at least one character that is not white space. */
export const LINE_WITH_TEXT = {
  pattern:
    "^[^\\u0000-\\u001F\\u007F-\\u009F]*[^\\s\\uFEFF\\u0000-\\u001F\\u007F-\\u009F][^\\u0000-\\u001F\\u007F-\\u009F]*$",
};
/** Text on several lines: no control characters but line breaks and tabs. */
export const LINES = { pattern: "^[^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u009F]*$" };
/** The same, not of spaces alone. */
export const LINES_WITH_TEXT = {
  pattern:
    "^[^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u009F]*[^\\s\\uFEFF\\u0000-\\u001F\\u007F-\\u009F]" +
    "[^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u009F]*$",
};

/** docs/filters.md has its language. */
export const BODY_FILTER = anyObject("Conditions on the body, see docs/filters.md") as Schema<BodyFilter>;

/** Its rules are those of the model, which has a code of its own for them. */
export const NEW_ORDER_BY = nullable(
  string(
    "JSON pointer into the body, such as /issue/id: deliveries with the same value go one after the other; null for any order",
    {},
    { maxLength: 500, ...LINE },
  ),
);

/** In queries and bodies. */
export const ADDON_KEY = string("Key of an add-on", { minLength: 1 });
export const WEBHOOK_ID = string("ID of an outgoing webhook, whk_…", { minLength: 1 });
/** In bodies, where an ID that has not its form is refused instead of not found. */
export const WEBHOOK_ID_IN_BODY = checkedByCode(WEBHOOK_ID, { pattern: "^whk_[0-9]{1,9}_[0-9]{1,9}$" });
export const EVENT_NAME = string("Event type", { minLength: 1, maxLength: 200 });

const MIN_RETENTION_MS = 3_600_000;
const MAX_RETENTION_MS = 3650 * 86_400_000;

/** A retention period: an hour to ten years. */
export const retentionAge = (what: string): Schema<number> =>
  integer(`Age at which ${what} are deleted, in milliseconds`, {
    minimum: MIN_RETENTION_MS,
    maximum: MAX_RETENTION_MS,
  });
