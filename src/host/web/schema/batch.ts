/** The batches of a webhook, in bodies and in responses. */
import { MAX_BATCH, MAX_WITHIN_MS } from "../../model/batch-settings.ts";
import { anyObject, checkedByCode, integer, named, nullable, object } from "./schema.ts";

const MEMBERS = {
  max: integer("Maximum number of events in one request", { minimum: 1, maximum: MAX_BATCH }),
  withinMs: integer("Time for which a batch gathers after its first event, in milliseconds", {
    minimum: 1,
    maximum: MAX_WITHIN_MS,
  }),
};

export const BATCH = named("Batch", object("Several events in one request", MEMBERS));

/** The rules are those of `readBatch`, whose problems have the code BATCH. */
export const NEW_BATCH = nullable(
  checkedByCode(anyObject("Several events in one request; null for one event in each"), {
    properties: MEMBERS,
    required: ["max", "withinMs"],
    additionalProperties: false,
  }),
);
