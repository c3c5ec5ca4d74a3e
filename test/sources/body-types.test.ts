/**
 * The types of bodies are those of the catalogue's fields and shapes. After a change of the catalogue they are written again by
 * `npm run bodies`.
 */
import { format } from "prettier";
import { expect, test } from "vitest";
import { BUILT_IN_PRODUCTS, builtInCatalogue } from "../../src/catalogue/index.ts";
import type { Product, ProductData } from "../../src/catalogue/index.ts";
import { collectSharedSchemas, splitSchema } from "../../src/catalogue/document/shared-schemas.ts";
import { writeProductTypes } from "../../src/catalogue/document/types.ts";
import { isObject } from "../../src/json/object.ts";

const OUT = "../../src/catalogue/bodies";
const HEADER = "/** Generated from the catalogue by `npm run bodies`. */\n";
const NAMES_DEPRECATED = "/* eslint-disable @typescript-eslint/no-deprecated -- the map names them */\n";

/** A body names its own event type. The schema leaves that to the note on bodies that name another one. */
function withOwnName(schema: object, event: string, eventPath: readonly string[] = []): object {
  const [member = "", ...below] = eventPath;
  const { properties } = schema as { readonly properties?: Readonly<Record<string, unknown>> };
  const named = properties?.[member];
  if (below.length > 0 || !isObject(named) || named["type"] !== "string") return schema;
  const { type: _type, ...about } = named;
  return { ...schema, properties: { ...properties, [member]: { ...about, const: event } } };
}

function toTypedData({ key, name, eventTypes, eventPath }: Product): ProductData {
  return {
    product: key,
    name,
    description: "",
    schemas: collectSharedSchemas(eventTypes),
    events: Object.fromEntries(
      eventTypes.map((type) => {
        const { event, description, group, status, replacedBy } = type;
        const own = isNamedIn(type.fields, eventPath);
        const schema = withOwnName(splitSchema(type).schema, event, own ? eventPath : []);
        const about = { description, group, status, ...(replacedBy === undefined ? {} : { replacedBy }) };
        return [event, { ...about, schema, sample: {} }];
      }),
    ),
  };
}

const isNamedIn = (
  fields: readonly { readonly path: string; readonly required: boolean }[],
  eventPath: readonly string[] = [],
) => fields.some(({ path, required }) => required && path === eventPath.join("."));

test.each([...BUILT_IN_PRODUCTS, builtInCatalogue.require("callboard")])(
  "the types of $key are those of its catalogue",
  async (product) => {
    const [, ...lines] = writeProductTypes(toTypedData(product)).split("\n");
    const hasDeprecated = product.eventTypes.some(({ status }) => status === "deprecated");
    const header = hasDeprecated ? HEADER + NAMES_DEPRECATED : HEADER;
    const text = await format(header + lines.join("\n"), { parser: "typescript", printWidth: 110 });
    await expect(text).toMatchFileSnapshot(`${OUT}/${product.key}.ts`);
  },
);
