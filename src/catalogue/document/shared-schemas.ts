/** The schema of an event type carries the shared schemas that it reaches: here they come apart and together again. Pure. */
import type { JsonObject } from "../../json/object.ts";
import type { EventType } from "../event-type.ts";

type WithSchema = Pick<EventType, "schema">;
export type SharedSchemas = Readonly<Record<string, object>>;

/** Returns the schema of the body alone, and the shared schemas that it refers to, by name. */
export function splitSchema(type: WithSchema): {
  readonly schema: JsonObject;
  readonly shared: SharedSchemas;
} {
  const { schemas = {}, ...schema } = type.schema() as JsonObject & { readonly schemas?: SharedSchemas };
  return { schema, shared: schemas };
}

/** Returns the shared schemas that these event types refer to, by name. */
export const collectSharedSchemas = (types: readonly WithSchema[]): SharedSchemas =>
  Object.assign({}, ...types.map((type) => splitSchema(type).shared)) as SharedSchemas;
