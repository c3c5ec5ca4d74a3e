/** Erasures, as requests and responses have them. */
import { body, boolean, integer, named, nullable, object, record, string } from "./schema.ts";

const CURSOR = string("The `cursor` of the step before", { minLength: 1, maxLength: 4096 });

export const NEW_ERASURE = body(
  {
    subject: string(
      "Text to erase; found exactly, with its letter case, also escaped as in JSON and percent-encoded as in URLs",
      { minLength: 3, maxLength: 1000 },
    ),
  },
  { confirm: boolean("True erases; false, the default, only counts"), cursor: CURSOR },
);

const places = (what: string) => record(`${what}, by table and column`, integer("Number of values"));

export const ERASURE_STEP = named(
  "ErasureStep",
  object("What one step of an erasure found", {
    found: places("Values that were erased, or would be"),
    left: places("Values of the configuration that hold the subject, and stay"),
    canceled: integer("Waiting deliveries that were canceled"),
    scanned: integer("Rows that this step looked through"),
    cursor: nullable(string("The `cursor` of the next step; null after the last one")),
  }),
);
