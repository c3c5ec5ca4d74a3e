/** Numbers schemas, so that equal ones are found without comparing them. */
import { isObject } from "../../json/object.ts";
import { escapeStep } from "../../json/pointer.ts";
import { toSortedText } from "../../json/sorted.ts";
import { SHARED, resolveReference } from "./references.ts";
import { UndecidedError, isAnnotation, spend } from "./schema-parts.ts";
import type { Place } from "./schema-parts.ts";
import { listSubschemas } from "./schema-walk.ts";
import type { SchemaObject } from "./schema-walk.ts";

/**
 * Returns a function that numbers schemas: two have the same number if they are equal, with references resolved and without
 * annotations. Each schema is written once, however many references lead to it.
 */
export function createIdentities(): (schema: SchemaObject, place: Place) => number {
  const byText = new Map<string, number>();
  /** A schema can be part of both versions, with other shared schemas in each. */
  const byVersion = new WeakMap<object, WeakMap<object, number>>();

  function numberSchema(schema: unknown, place: Place, depth: number): unknown {
    if (!isObject(schema)) return schema;
    if (depth > 300) throw new UndecidedError(place.pointer, "references lead too deep");
    spend(place);
    const bySchema = byVersion.get(place.schemas) ?? new WeakMap<object, number>();
    byVersion.set(place.schemas, bySchema);
    const known = bySchema.get(schema);
    if (known !== undefined) return known;
    const subschemas = new Map(listSubschemas(schema).map((each) => [each.pointer, each.schema]));
    const replace = (value: unknown, pointer: string): unknown => {
      const below = subschemas.get(pointer);
      return below === undefined ? undefined : { schema: numberSchema(value, place, depth + 1) };
    };
    const entries = Object.entries(schema)
      .filter(([keyword]) => !isAnnotation(keyword))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([keyword, value]) => {
        if (keyword === "$ref" && typeof value === "string") {
          const target = resolveReference(value, place.schemas, place.root?.schema);
          const root = value.startsWith(SHARED) ? undefined : place.root;
          return [keyword, numberSchema(target, { ...place, root }, depth + 1)];
        }
        const whole = replace(value, `/${keyword}`);
        if (whole !== undefined) return [keyword, whole];
        if (typeof value !== "object" || value === null) return [keyword, value];
        if (["required", "enum", "type"].includes(keyword) && Array.isArray(value)) {
          return [keyword, value.map(toSortedText).sort()];
        }
        const members = Object.entries(value)
          .map(([name, each]: [string, unknown]): readonly [string, unknown] => [
            name,
            replace(each, `/${keyword}/${escapeStep(name)}`) ?? toSortedText(each),
          ])
          .sort(([one], [other]) => (one < other ? -1 : 1));
        return [keyword, members];
      });
    const text = JSON.stringify(entries);
    const number = byText.get(text) ?? byText.size;
    byText.set(text, number);
    bySchema.set(schema, number);
    return number;
  }

  return (schema, place) => numberSchema(schema, place, 0) as number;
}
