/**
 * What importing from OpenAPI and AsyncAPI has in common: schemas are copied as far as they are needed, and made such that a
 * product accepts them. What is left out or changed is told in a note.
 */
import type { Problem } from "../../errors.ts";
import { CallboardError } from "../../errors.ts";
import { readMember } from "../../json/member.ts";
import { escapeStep, parsePointer } from "../../json/pointer.ts";
import type { EventData } from "../event-type.ts";
import type { ProductData } from "../product.ts";
import { FILES } from "./bundle.ts";
import { checkSchemas } from "./check-schemas.ts";
import { makeSample } from "./make-sample.ts";
import { EVENT_NAME, SCHEMA_NAME, inspectProduct } from "./parse.ts";
import type { ProductDocument } from "./parse.ts";
import { quote, toInvalid } from "./problems.ts";
import { REFUSED_KEYWORDS, SHARED, decodePointer, isPatternValid } from "./references.ts";
import { whyReservedEvent } from "./reserved.ts";
import { isObject } from "../../json/object.ts";
import { mapSchema } from "./schema-walk.ts";
import type { SchemaObject } from "./schema-walk.ts";

export interface ImportOptions {
  /** The key of the product. */
  readonly product: string;
  /** Default: the title of the document. */
  readonly name?: string;
}

export interface Imported {
  readonly data: ProductData;
  /** Notes about what was omitted or changed, one sentence each. */
  readonly notes: readonly string[];
}

export const toImportError = (message: string): CallboardError =>
  new CallboardError("PRODUCT_IMPORT", message);

/** An event type as the document has it. */
export interface Found {
  readonly name: string;
  readonly label: unknown;
  readonly description: unknown;
  readonly group: unknown;
  readonly isDeprecated: boolean;
  readonly schema: unknown;
  /** Best first. */
  readonly examples: readonly unknown[];
}

/** Follows references of what is not a schema. Undefined for a remote one, and for one that leads nowhere. */
export function follow(document: unknown, value: unknown): unknown {
  let found = value;
  for (let step = 0; step < 20; step += 1) {
    const reference = readMember(found, "$ref");
    if (typeof reference !== "string") return found;
    if (!reference.startsWith("#/")) return undefined;
    found = decodePointer(reference.slice(1)).reduce<unknown>(readMember, document);
  }
  return undefined;
}

export interface Importer {
  readonly note: (text: string) => void;
  readonly add: (found: Found) => void;
  /**
   * @throws {CallboardError} PRODUCT_IMPORT (422) if the document has no event type; PRODUCT_INVALID (422) for what can't be
   * made fit; PRODUCT_TOO_LARGE (413)
   */
  readonly finish: () => Imported;
}

export function createImporter(document: SchemaObject, { product, name }: ImportOptions): Importer {
  const notes = new Map<string, number>();
  const note = (text: string): void => void notes.set(text, (notes.get(text) ?? 0) + 1);
  const schemas: Record<string, SchemaObject> = {};
  const events: Record<string, EventData> = {};
  const examples = new Map<string, readonly unknown[]>();
  const copy = createCopier(document, schemas, note);

  function add(found: Found): void {
    const event = toEventName(found.name, product, note);
    if (Object.hasOwn(events, event)) {
      note(`The event type ${event} is in the document more than once; the first is taken.`);
      return;
    }
    const schema = isObject(found.schema) ? copy(found.schema) : undefined;
    const candidates = found.examples.filter(isObject);
    const sample = candidates[0] ?? (schema === undefined ? {} : makeSample(schema, schemas));
    if (!isObject(sample)) {
      note(`The event type ${event} was left out: its body is no object.`);
      return;
    }
    const label = toLine(found.label, 200);
    events[event] = {
      ...(label === undefined ? {} : { name: label }),
      description: toText(found.description, 2_000) ?? label ?? event,
      group: toLine(found.group, 100) ?? "Events",
      ...(found.isDeprecated ? { status: "deprecated" as const } : {}),
      ...(schema === undefined ? {} : { schema }),
      sample,
    };
    examples.set(event, candidates.slice(1));
  }

  function finish(): Imported {
    if (Object.keys(events).length === 0) {
      const errors = [...notes.keys()].map((detail) => ({ pointer: "", detail }));
      throw new CallboardError("PRODUCT_IMPORT", "The document has no event types.", { errors });
    }
    const info = readMember(document, "info");
    const title = name ?? toLine(readMember(info, "title"), 100) ?? product;
    const data: ProductData = {
      product,
      name: title,
      description: toText(readMember(info, "description"), 2_000) ?? title,
      schemas,
      events: mend(events, schemas, examples, note),
    };
    const { data: checked } = accept(data);
    return {
      data: checked,
      notes: [...notes].map(([text, times]) => (times === 1 ? text : `${text} (${times} times)`)),
    };
  }

  return { note, add, finish };
}

function accept(data: ProductData): ProductDocument {
  const inspected = inspectProduct(data);
  if (inspected.document === undefined) throw toInvalid(inspected.problems);
  return inspected.document;
}

/** Takes other samples, and in the end no schema, where a sample is off its schema. */
function mend(
  events: Readonly<Record<string, EventData>>,
  schemas: Record<string, SchemaObject>,
  examples: ReadonlyMap<string, readonly unknown[]>,
  note: (text: string) => void,
): Readonly<Record<string, EventData>> {
  const mended = { ...events };
  const check = (names: readonly string[]): readonly Problem[] =>
    checkSchemas({
      product: "import",
      name: "Import",
      description: "Import",
      schemas,
      events: Object.fromEntries(
        names.flatMap((name) => (mended[name] === undefined ? [] : [[name, mended[name]]])),
      ),
    });
  let off = offending(check(Object.keys(mended)));
  for (const name of off.schemas) {
    schemas[name] = {};
    note(`The schema ${quote(name)} is no JSON Schema 2020-12 and was replaced by {}.`);
  }
  if (off.schemas.size > 0) off = offending(check(Object.keys(mended)));
  const others = (event: string): readonly unknown[] => {
    const schema = mended[event]?.schema;
    const made = isObject(schema) ? makeSample(schema, schemas) : undefined;
    return [...(examples.get(event) ?? []).slice(0, 2), made].filter(isObject);
  };
  for (let round = 0; round < 3 && off.events.size > 0; round += 1) {
    for (const event of off.events) {
      const sample = others(event)[round];
      const given = mended[event];
      if (given !== undefined && isObject(sample)) mended[event] = { ...given, sample };
    }
    const before = off.events;
    off = offending(check([...off.events]));
    for (const event of before) {
      if (!off.events.has(event))
        note(`The example of ${event} doesn't match its schema; another sample was used.`);
    }
  }
  for (const event of off.events) {
    const given = mended[event];
    if (given === undefined) continue;
    const { schema: _schema, ...rest } = given;
    mended[event] = rest;
    note(`The event type ${event} has no schema: no sample that fits it was found.`);
  }
  return mended;
}

function offending(problems: readonly Problem[]): {
  readonly events: ReadonlySet<string>;
  readonly schemas: ReadonlySet<string>;
} {
  const named = (first: string): ReadonlySet<string> =>
    new Set(
      problems
        .map(({ pointer }) => parsePointer(pointer))
        .flatMap(([at, name]) => (at === first && name !== undefined ? [name] : [])),
    );
  return { events: named("events"), schemas: named("schemas") };
}

/** A name that URLs and headers can carry, and that Callboard doesn't use itself. */
function toEventName(given: string, product: string, note: (text: string) => void): string {
  let name =
    given
      .replace(/^[^A-Za-z0-9]+/, "")
      .replaceAll(/[^A-Za-z0-9._:-]+/g, "_")
      .slice(0, 200) || "event";
  if (whyReservedEvent(name) !== undefined) name = `${product}.${name}`.slice(0, 200);
  if (name !== given) note(`The event type ${quote(given)} is called ${quote(name)}.`);
  return EVENT_NAME.test(name) ? name : "event";
}

const toLine = (value: unknown, most: number): string | undefined =>
  toText(typeof value === "string" ? value.replaceAll(/\s+/g, " ") : value, most);

function toText(value: unknown, most: number): string | undefined {
  if (typeof value !== "string") return undefined;
  const text = value
    .toWellFormed()
    .replaceAll(/(?![\n\t])\p{Cc}/gu, " ")
    .trim();
  if (text === "") return undefined;
  return text.length > most ? `${text.slice(0, most - 1).toWellFormed()}…` : text;
}

/** Returns a function that copies a schema, and those that it refers to into `schemas`. */
function createCopier(
  document: SchemaObject,
  schemas: Record<string, SchemaObject>,
  note: (text: string) => void,
): (schema: SchemaObject) => SchemaObject {
  /** Names by pointer. */
  const names = new Map<string, string>();
  const open = new Set<string>();

  function copy(schema: SchemaObject): SchemaObject {
    return mapSchema(schema, ({ $ref: reference, ...each }) => {
      const target = typeof reference === "string" ? copyTarget(reference) : undefined;
      return cleaned(target === undefined ? each : { ...each, $ref: target }, note);
    });
  }

  function copyTarget(reference: string): string | undefined {
    if (!reference.startsWith("#/")) {
      note(`The reference ${quote(reference)} was replaced by {}: Callboard fetches no schemas.`);
      return undefined;
    }
    const steps = decodePointer(reference.slice(1));
    const pointer = steps.map(escapeStep).join("/");
    const target = steps.reduce<unknown>(readMember, document);
    if (!isObject(target)) {
      if (typeof target !== "boolean")
        note(`The reference ${quote(reference)} leads nowhere and was replaced by {}.`);
      return undefined;
    }
    // A reference to a place within an open schema leads back too.
    if ([...open].some((each) => each === pointer || each.startsWith(`${pointer}/`))) {
      note(`The reference ${quote(reference)} leads back to itself and was replaced by {}.`);
      return undefined;
    }
    const name = names.get(pointer) ?? chooseName(steps);
    if (!names.has(pointer)) {
      names.set(pointer, name);
      open.add(pointer);
      schemas[name] = {};
      schemas[name] = copy(target);
      open.delete(pointer);
    }
    return SHARED + name;
  }

  function chooseName(steps: readonly string[]): string {
    const own = steps[0] === FILES ? steps.slice(2) : steps;
    const last = (own[0] === "components" ? own.slice(2) : own).join(".");
    const name = last.replaceAll(/[^A-Za-z0-9._-]+/g, "_").slice(0, 190);
    const usable =
      SCHEMA_NAME.test(name) && name !== "__proto__" ? name : `schema${name}`.replaceAll(/[^A-Za-z0-9]/g, "");
    let free = usable;
    for (let number = 2; Object.hasOwn(schemas, free); number += 1) free = `${usable}-${number}`;
    return free;
  }

  return copy;
}

const TYPES: readonly unknown[] = ["null", "boolean", "object", "array", "string", "integer", "number"];
const DROPPED: readonly string[] = [...REFUSED_KEYWORDS, "$schema"];
/** Annotations whose type JSON Schema prescribes. */
const ANNOTATIONS: Readonly<Record<string, string>> = {
  deprecated: "boolean",
  description: "string",
  format: "string",
  readOnly: "boolean",
  title: "string",
  writeOnly: "boolean",
};

/** Makes JSON Schema 2020-12 of what documents have from OpenAPI 3.0 and earlier drafts. */
function cleaned(schema: SchemaObject, note: (text: string) => void): SchemaObject {
  const clean: Record<string, unknown> = { ...schema };
  const drop = (keyword: string): boolean => Reflect.deleteProperty(clean, keyword);
  for (const keyword of DROPPED) if (Object.hasOwn(clean, keyword)) drop(keyword);
  for (const [keyword, type] of Object.entries(ANNOTATIONS))
    if (typeof clean[keyword] !== type) drop(keyword);
  if (!Array.isArray(clean["examples"])) drop("examples");
  if (!Array.isArray(clean["required"])) drop("required");
  const { type, nullable, pattern, items } = clean;
  if (type !== undefined) {
    const named = (Array.isArray(type) ? type : [type]).filter((each) => TYPES.includes(each));
    if (named.length === 0) {
      note(`The type ${quote(JSON.stringify(type))} is none of JSON Schema and was left out.`);
      drop("type");
    }
  }
  if (typeof pattern === "string" && !isPatternValid(pattern)) {
    note(
      `The pattern ${quote(pattern)} is no regular expression of ECMAScript with the flag u and was left out.`,
    );
    drop("pattern");
  }
  for (const [exclusive, bound] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    if (typeof clean[exclusive] !== "boolean") continue;
    if (clean[exclusive] && clean[bound] !== undefined) {
      clean[exclusive] = clean[bound];
      drop(bound);
    } else drop(exclusive);
  }
  if (Array.isArray(items)) {
    clean["prefixItems"] = items;
    drop("items");
  }
  if (nullable === undefined) return clean;
  drop("nullable");
  if (nullable !== true) return clean;
  return { anyOf: [clean, { type: "null" }] };
}
