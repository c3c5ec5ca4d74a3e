/**
 * Product documents: the data of own products, as they come in a product file or through the API. A document is validated
 * as a whole, with every problem at once; its schemas are compiled elsewhere (check-schemas.ts), because that can take long.
 * Pure.
 */
import { defined } from "../../defined.ts";
import type { Problem } from "../../errors.ts";
import { readMember } from "../../json/member.ts";
import { escapeStep, parsePointer } from "../../json/pointer.ts";
import type { EventData } from "../event-type.ts";
import { SCHEMA_POLICIES } from "../product.ts";
import type { ProductData } from "../product.ts";
import {
  MAX_DOCUMENT_BYTES,
  MAX_DOCUMENT_DEPTH,
  quote,
  sortProblems,
  toInvalid,
  toTooLarge,
} from "./problems.ts";
import type { Report } from "./problems.ts";
import { checkReferences } from "./references.ts";
import { isReservedKey, whyReservedEvent } from "./reserved.ts";
import { createSampleReader } from "./samples.ts";
import { isObject } from "../../json/object.ts";
import { isScalar } from "../../json/scalar.ts";
import type { SchemaObject } from "./schema-walk.ts";
import { entries, list, members, object, choice, pattern, text } from "./shape.ts";
import type { Rule } from "./shape.ts";

export { readProductText } from "./read-text.ts";

/**
 * A validated product document. `text` is its canonical JSON text: the members of products and event types have a fixed order,
 * event types, schemas and samples keep that of the author. Equal documents in JSON and YAML have equal texts.
 */
export interface ProductDocument {
  readonly data: ProductData;
  readonly text: string;
}

export const MAX_EVENT_TYPES = 10_000;
const MAX_SCHEMAS = 10_000;
const MAX_FIELDS = 2_000;
const MAX_VARIABLES = 100;
const MAX_SCOPES = 100;

/** Event types are steps of URL paths, values of headers, and names that people type. */
export const EVENT_NAME = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,199}$/;
/** The names that OpenAPI and AsyncAPI allow. */
export const SCHEMA_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/;
/** Scopes are entries of descriptors, and of lists with commas between them. */
const SCOPE_NAME = /^[A-Za-z][A-Za-z0-9._:-]{0,99}$/;
const PRODUCT_KEY = /^[a-z][a-z0-9-]{0,31}$/;
const FIELD_PATH = /^(?:[^.[\]]+(?:\[\])?\.)*[^.[\]]+$/;
/** Form of a variable in a URL. */
const VARIABLE_NAME = /^(?=.{1,200}$)[A-Za-z_]\w*(?:\.[\w-]+)+$/;

const productKey: Rule = (value, pointer, report) => {
  const rule =
    "The key of a product must have 1 to 32 lowercase letters, digits and hyphens, and begin with a letter.";
  if (typeof value !== "string" || !PRODUCT_KEY.test(value)) report(pointer, rule);
  else if (isReservedKey(value)) report(pointer, `The key "${value}" is reserved.`);
};

const eventName: Rule = (value, pointer, report) => {
  const name = String(value);
  const why = EVENT_NAME.test(name)
    ? whyReservedEvent(name)
    : "The name of an event type must have 1 to 200 letters, digits and . _ : - and begin with a letter or digit.";
  if (why !== undefined) report(pointer, why);
};

const schemaName = pattern(
  SCHEMA_NAME,
  "The name of a schema must have 1 to 200 letters, digits and . _ - and begin with a letter, digit or _.",
);
const bodyMember = text("The name of a member", 200);

const fieldPath: Rule = (value, pointer, report) => {
  if (typeof value !== "string" || value.length > 500 || !FIELD_PATH.test(value)) {
    report(
      pointer,
      "The path must have names with dots between them, and [] after a list, such as data.items[].id.",
    );
    return;
  }
  // createSchema finds such names in every object.
  const inherited = value.split(/(?:\[\])?\./).find((name) => name in Object.prototype);
  if (inherited !== undefined)
    report(pointer, `A field can't have the name "${inherited}". Use a schema instead.`);
};

const field = members(
  {
    path: { rule: fieldPath, isRequired: true },
    type: {
      rule: choice("The type", ["string", "integer", "number", "boolean", "object", "array", "any"]),
      isRequired: true,
    },
    required: { rule: choice("required", [true, false]), isRequired: true },
    note: { rule: text("The note", 1_000, "lines") },
  },
  "A field",
);

const event = members(
  {
    name: { rule: text("The name", 200) },
    description: { rule: text("The description", 2_000, "lines"), isRequired: true },
    group: { rule: text("The group", 100) },
    status: { rule: choice("The status", ["current", "deprecated", "legacy"]) },
    replacedBy: { rule: text("replacedBy", 200) },
    schema: { rule: object("The schema") },
    fields: { rule: list("The fields", MAX_FIELDS, field) },
    sample: { rule: object("The sample") },
    variables: {
      rule: entries(
        "The variables",
        MAX_VARIABLES,
        pattern(
          VARIABLE_NAME,
          "The name of a URL variable must be names with dots between them, such as crane.id.",
        ),
        text("The JSON pointer", 500),
      ),
    },
  },
  "An event type",
);

const scope = members({ description: { rule: text("The description", 500), isRequired: true } }, "A scope");

const product = members(
  {
    product: { rule: productKey, isRequired: true },
    name: { rule: text("The name", 100), isRequired: true },
    description: { rule: text("The description", 2_000, "lines"), isRequired: true },
    envelope: {
      rule: members({ event: { rule: bodyMember }, timestamp: { rule: bodyMember } }, "The envelope"),
    },
    eventPath: { rule: list("eventPath", 10, bodyMember) },
    retryProfile: { rule: choice("The retry schedule", ["jira", "standard"]) },
    schemaPolicy: { rule: choice("The schema policy", SCHEMA_POLICIES) },
    scopes: {
      rule: entries(
        "The scopes",
        MAX_SCOPES,
        pattern(
          SCOPE_NAME,
          "The name of a scope must have 1 to 100 letters, digits and . _ : - and begin with a letter.",
        ),
        scope,
      ),
    },
    schemas: { rule: entries("The schemas", MAX_SCHEMAS, schemaName, object("A schema")) },
    events: { rule: entries("The event types", MAX_EVENT_TYPES, eventName, event), isRequired: true },
  },
  "The product",
);

/** The group of event types that name none. */
const DEFAULT_GROUP = "Events";

/**
 * Validates a product document. With `key`, the document is that of this product, and can leave out its own.
 * @throws {CallboardError} PRODUCT_INVALID (422) with every problem and its pointer; PRODUCT_TOO_LARGE (413) over 10 MiB
 */
export function parseProductDocument(
  value: unknown,
  options: { readonly key?: string } = {},
): ProductDocument {
  const { document, problems } = inspectProduct(value, options);
  if (document === undefined) throw toInvalid(problems);
  return document;
}

/** A document, or its problems with the data of what has none, so that its schemas can be checked too. */
export type Inspected =
  | { readonly document: ProductDocument; readonly problems: readonly [] }
  | { readonly document: undefined; readonly problems: readonly Problem[]; readonly sound?: ProductData };

/**
 * Does the same without throwing its problems.
 * @throws {CallboardError} PRODUCT_TOO_LARGE (413) over 10 MiB
 */
export function inspectProduct(value: unknown, { key }: { readonly key?: string } = {}): Inspected {
  const problems: Problem[] = [];
  const report: Report = (pointer, detail) => problems.push({ pointer, detail });
  assertJson(value, report);
  if (problems.length > 0) return { document: undefined, problems: sortProblems(problems) };

  const given = isObject(value) && key !== undefined ? { product: key, ...value } : value;
  product(given, "", report);
  if (!isObject(given)) return { document: undefined, problems };
  const named = given["product"];
  if (key !== undefined && named !== key) report("/product", `The key must be "${key}".`);
  const schemas = isObject(given["schemas"]) ? given["schemas"] : {};
  const events = isObject(given["events"]) ? listObjects(given["events"]) : [];
  checkReferences(
    schemas,
    events.flatMap(([name, { schema }]) =>
      isObject(schema) ? [[`/events/${escapeStep(name)}/schema`, schema] as const] : [],
    ),
    report,
  );
  for (const [name, each] of events) checkEvent(each, `/events/${escapeStep(name)}`, given, report);

  const data = toData(given, events);
  if (problems.length === 0) checkVariables(data, report);
  if (problems.length === 0) {
    const canonical = JSON.stringify(data);
    if (Buffer.byteLength(canonical) > MAX_DOCUMENT_BYTES) throw toTooLarge();
    return { document: { data, text: canonical }, problems: [] };
  }
  return { document: undefined, problems: sortProblems(problems), ...withSound(data, problems) };
}

const listObjects = (value: SchemaObject): readonly (readonly [string, SchemaObject])[] =>
  Object.entries(value).flatMap(([name, each]) => (isObject(each) ? [[name, each] as const] : []));

/** Checks that a value is JSON, without cycles and not nested too deeply. */
function assertJson(value: unknown, report: Report): void {
  const queue: (readonly [value: unknown, pointer: string, depth: number])[] = [[value, "", 0]];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const [each, pointer, depth] = next;
    if (each === null || typeof each === "string" || typeof each === "boolean") continue;
    if (typeof each === "number") {
      if (!Number.isFinite(each)) report(pointer, "A number must be finite.");
      continue;
    }
    if (typeof each !== "object") {
      report(pointer, "The value must be JSON.");
      continue;
    }
    if (depth >= MAX_DOCUMENT_DEPTH) {
      report(pointer, `The document is nested deeper than ${MAX_DOCUMENT_DEPTH} levels.`);
      return;
    }
    for (const [name, below] of Object.entries(each)) {
      if (name === "__proto__") report(`${pointer}/${name}`, "The key __proto__ is not accepted.");
      else queue.push([below, `${pointer}/${escapeStep(name)}`, depth + 1]);
    }
  }
}

function checkEvent(given: SchemaObject, pointer: string, { events }: SchemaObject, report: Report): void {
  const { schema, fields, sample, replacedBy, status } = given;
  if (schema !== undefined && fields !== undefined) {
    report(`${pointer}/fields`, "An event type has either a schema or fields.");
  }
  if (sample === undefined && (schema !== undefined || fields !== undefined)) {
    report(`${pointer}/sample`, "An event type with a schema or fields requires a sample.");
  }
  if (sample !== undefined) reportInexact(sample, `${pointer}/sample`, report);
  if (replacedBy === undefined) return;
  if (status !== "deprecated") report(`${pointer}/replacedBy`, "replacedBy requires the status deprecated.");
  if (!isObject(events) || typeof replacedBy !== "string" || !Object.hasOwn(events, replacedBy)) {
    report(`${pointer}/replacedBy`, `The product has no event type ${JSON.stringify(replacedBy)}.`);
  } else if (events[replacedBy] === given) {
    report(`${pointer}/replacedBy`, "An event type can't replace itself.");
  }
}

/** Reports integers that are rounded when they are read: a sample would show other digits than its author wrote. */
function reportInexact(value: unknown, pointer: string, report: Report): void {
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    report(pointer, "An integer in a sample must be between -(2^53 - 1) and 2^53 - 1.");
  }
  if (typeof value !== "object" || value === null) return;
  for (const [name, each] of Object.entries(value))
    reportInexact(each, `${pointer}/${escapeStep(name)}`, report);
}

/** A variable leads to a value that the sample has, in its envelope. */
function checkVariables(data: ProductData, report: Report): void {
  const withVariables = Object.entries(data.events).filter(([, { variables }]) => variables !== undefined);
  if (withVariables.length === 0) return;
  const readSample = createSampleReader(data);
  for (const [name, { variables = {} }] of withVariables) {
    const sample = readSample(name);
    for (const [variable, place] of Object.entries(variables as Readonly<Record<string, string>>)) {
      const value = place.startsWith("/") ? parsePointer(place).reduce(readMember, sample) : undefined;
      if (isScalar(value)) continue;
      report(
        `/events/${escapeStep(name)}/variables/${escapeStep(variable)}`,
        `The sample has no text, number or boolean at ${quote(place)}.`,
      );
    }
  }
}

/** Brings the members into the order of the canonical text. */
function toData(given: SchemaObject, events: readonly (readonly [string, SchemaObject])[]): ProductData {
  const {
    product: key,
    name,
    description,
    envelope,
    eventPath,
    retryProfile,
    schemaPolicy,
    scopes,
    schemas,
  } = given;
  return defined({
    product: key,
    name,
    description,
    envelope: isObject(envelope)
      ? defined({ event: envelope["event"], timestamp: envelope["timestamp"] })
      : undefined,
    eventPath,
    retryProfile,
    schemaPolicy,
    scopes,
    schemas,
    events: Object.fromEntries(events.map(([event, each]) => [event, toEvent(each)])),
  }) as unknown as ProductData;
}

function toEvent(given: SchemaObject): EventData {
  const {
    name,
    description,
    group = DEFAULT_GROUP,
    status,
    replacedBy,
    schema,
    fields,
    sample = {},
    variables,
  } = given;
  return defined({
    name,
    description,
    group,
    status,
    replacedBy,
    schema,
    fields: Array.isArray(fields) ? fields.map(toField) : undefined,
    sample,
    variables,
  }) as unknown as EventData;
}

function toField(given: unknown): unknown {
  if (!isObject(given)) return given;
  const { path, type, required, note } = given;
  return defined({ path, type, required, note });
}

/** Leaves out event types that have problems. Samples can't be checked without the shared schemas and the envelope. */
function withSound(data: ProductData, problems: readonly Problem[]): { readonly sound?: ProductData } {
  const faulty = new Set<string>();
  for (const { pointer } of problems) {
    const [first = "", name] = parsePointer(pointer);
    if (["", "schemas", "envelope"].includes(first) || (first === "events" && name === undefined)) return {};
    if (first === "events" && name !== undefined) faulty.add(name);
  }
  const events = Object.entries(data.events).filter(([name]) => !faulty.has(name));
  return { sound: { ...data, events: Object.fromEntries(events) } };
}
