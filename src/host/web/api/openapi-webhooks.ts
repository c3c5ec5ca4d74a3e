/** The `webhooks` of the OpenAPI document: the event types of products, with the schemas of their bodies. Pure. */
import type { EventType, Product } from "../../../catalogue/index.ts";
import { SHARED, decodePointer } from "../../../catalogue/document/references.ts";
import { splitSchema } from "../../../catalogue/document/shared-schemas.ts";
import { mapSchema } from "../../../catalogue/document/schema-walk.ts";
import type { SchemaObject } from "../../../catalogue/document/schema-walk.ts";
import { isObject } from "../../../json/object.ts";
import { escapeStep } from "../../../json/pointer.ts";

/** Maximum size of the webhooks of one product, and of all, in characters of JSON. Larger products are named instead. */
export const WEBHOOK_CHARACTERS = { ofOne: 1024 * 1024, ofAll: 4 * 1024 * 1024 } as const;

export interface WebhookPart {
  readonly webhooks: Readonly<Record<string, object>>;
  /** Shared schemas, for `components`. */
  readonly schemas: Readonly<Record<string, object>>;
  /** Products whose event types are not listed, because they are too many. */
  readonly leftOut: readonly { readonly product: string; readonly eventTypes: number }[];
}

/** A product's part; undefined if it is larger than one product can be. */
type ProductPart = (Pick<WebhookPart, "webhooks" | "schemas"> & { readonly characters: number }) | undefined;

/** A product that changes is another value. */
const made = new WeakMap<Product, { readonly part: ProductPart }>();

/** Returns the parts of as many products as fit, in their order. A product is listed as a whole or not at all. */
export function listWebhooks(products: readonly Product[]): WebhookPart {
  let characters = 0;
  const parts = products.map((product) => {
    const { part } = findPart(product);
    if (part === undefined || characters + part.characters > WEBHOOK_CHARACTERS.ofAll) return { product };
    characters += part.characters;
    return { product, part };
  });
  return {
    webhooks: Object.assign({}, ...parts.map(({ part }) => part?.webhooks)) as WebhookPart["webhooks"],
    schemas: Object.assign({}, ...parts.map(({ part }) => part?.schemas)) as WebhookPart["schemas"],
    leftOut: parts.flatMap(({ product: { key, eventTypes }, part }) =>
      part === undefined ? [{ product: key, eventTypes: eventTypes.length }] : [],
    ),
  };
}

function findPart(product: Product): { readonly part: ProductPart } {
  const found = made.get(product) ?? { part: createPart(product) };
  made.set(product, found);
  return found;
}

function createPart({ eventTypes }: Product): ProductPart {
  const webhooks: Record<string, object> = {};
  const schemas: Record<string, object> = {};
  const nameOperation = createOperationNames();
  let characters = 0;
  for (const type of eventTypes) {
    const name = `${type.product}/${type.event}`;
    const place = `#/webhooks/${escapeStep(name)}/post/requestBody/content/application~1json/schema`;
    const { schema: whole, shared } = splitSchema(type);
    // The title is the summary of the webhook; generators would name a type by it, as one of the API perhaps.
    const { $schema: _dialect, title: _summary, ...own } = whole;
    for (const [key, schema] of Object.entries(shared)) {
      const component = `${type.product}.${key}`;
      if (!isObject(schema) || Object.hasOwn(schemas, component)) continue;
      schemas[component] = withPlaces(schema, type.product, "");
      characters += JSON.stringify(schemas[component]).length;
    }
    const operationId = nameOperation(type);
    const webhook = { post: { operationId, ...describeWebhook(type, withPlaces(own, type.product, place)) } };
    webhooks[name] = webhook;
    characters += JSON.stringify(webhook).length;
    if (characters > WEBHOOK_CHARACTERS.ofOne) return undefined;
  }
  return { webhooks, schemas, characters };
}

/** Names that code can have, each once: `receive_jira__jira_issue_created`. */
function createOperationNames(): (type: EventType) => string {
  const counts = new Map<string, number>();
  return ({ product, event }) => {
    const name = `receive_${toIdentifier(product)}__${toIdentifier(event)}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name}__${count}`;
  };
}

const toIdentifier = (name: string): string => name.replaceAll(/[^A-Za-z0-9]+/g, "_");

function describeWebhook({ product, name, description, status }: EventType, schema: object): object {
  return {
    tags: [product],
    summary: name,
    description,
    ...(status === "deprecated" ? { deprecated: true } : {}),
    requestBody: { required: true, content: { "application/json": { schema } } },
    responses: { "2XX": { description: "Delivered" } },
  };
}

/** Linters ask for the items of every array, and generators for their type. */
const withItems = (schema: SchemaObject): SchemaObject =>
  [schema["type"]].flat().includes("array") && !("items" in schema) ? { ...schema, items: {} } : schema;

/** Generators for Go would give `userKey` and `user_key` of one object the same name. */
function withGoNames(schema: SchemaObject): SchemaObject {
  const { properties } = schema;
  if (!isObject(properties)) return schema;
  const counts = new Map<string, number>();
  const renamed = Object.entries(properties).map(([name, value]) => {
    const words = name.replaceAll(/[^A-Za-z0-9]/g, "").toLowerCase();
    const count = (counts.get(words) ?? 0) + 1;
    counts.set(words, count);
    const isNamed = count > 1 && isObject(value);
    return [name, isNamed ? { ...value, "x-go-name": toGoName(name, count) } : value] as const;
  });
  return { ...schema, properties: Object.fromEntries(renamed) };
}

/** `user_key` → `User_key2` */
const toGoName = (name: string, count: number): string =>
  `${name.charAt(0).toUpperCase()}${toIdentifier(name.slice(1))}${count}`;

/** References in a schema are from the root of the document that it stands in. */
function withPlaces(schema: SchemaObject, product: string, place: string): SchemaObject {
  return mapSchema(schema, (given) => {
    const each = withGoNames(withItems(given));
    const { $ref: reference } = each;
    if (typeof reference !== "string" || !reference.startsWith("#")) return each;
    if (!reference.startsWith(SHARED)) return { ...each, $ref: place + reference.slice(1) };
    const [, name = "", ...below] = decodePointer(reference.slice(1));
    const steps = below.map((step) => `/${encodeURIComponent(escapeStep(step))}`).join("");
    return { ...each, $ref: `#/components/schemas/${product}.${name}${steps}` };
  });
}
