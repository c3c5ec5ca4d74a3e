/**
 * TypeScript types of a product: one for the body of each event type, one for each shared schema, and a map from event types to
 * bodies. Pure.
 *
 * - The types say what a receiver can rely on. As in the comparison of products, members that a schema doesn't declare are left
 *   out, unless it announces them (`additionalProperties`, `patternProperties`, `unevaluatedProperties`).
 * - Members that every recorded body has are taken for granted, although the schema doesn't demand them.
 * - Keywords that types can't express, such as `not` and `if`, are left out: a type can be wider than its schema.
 * - Each target of a reference is one named type, so that the text grows with the document and not with its references.
 */
import { isObject } from "../../json/object.ts";
import type { EventData } from "../event-type.ts";
import type { ProductData } from "../product.ts";
import { USUAL, createSchema } from "../schema.ts";
import { addEnvelope } from "./envelope.ts";
import type { Envelope } from "./envelope.ts";
import { SHARED, decodePointer, resolveReference } from "./references.ts";
import { listParts } from "./schema-walk.ts";
import type { SchemaObject } from "./schema-walk.ts";
import * as types from "./type-text.ts";
import type { TypeText } from "./type-text.ts";

/** An event type's own schema, and the name of its type. References lead into it. */
interface Root {
  readonly schema: SchemaObject;
  readonly name: string;
}

interface Declaration {
  readonly name: string;
  readonly schema: SchemaObject;
  /** Undefined in a shared schema. */
  readonly root: Root | undefined;
  readonly comment: string;
}

/** State while the types of a product are written. */
interface Writing {
  readonly schemas: SchemaObject;
  readonly takeName: ReturnType<typeof types.createNames>;
  /** Names of the schemas that references lead to. */
  readonly names: Map<object, string>;
  /** Schemas that references lead to and that are declared. */
  readonly declared: Set<object>;
  readonly declarations: Declaration[];
}

interface Place {
  readonly writing: Writing;
  readonly root: Root | undefined;
  /** Spaces in front of the lines of an object. */
  readonly indent: string;
}

/** Returns a TypeScript file of types alone. The map is named after the key of the product: `HarborEvents` of `harbor`. */
export function writeProductTypes(data: ProductData): string {
  const { product, name, envelope = {}, schemas = {}, events } = data;
  const takeName = types.createNames();
  const mapName = takeName(`${types.toTypeName(product)}Events`);
  // Shared schemas take their names first, since these are the author's own.
  const names = new Map(
    Object.entries(schemas).map(([shared, schema]) => [schema, takeName(types.toTypeName(shared))]),
  );
  const writing: Writing = { schemas, takeName, names, declared: new Set(), declarations: [] };
  const members = Object.entries(events).map(([event, each]) => {
    const body = declareBody(event, each, { envelope, writing });
    return `${writeEventComment(each, "  ")}  readonly ${types.toMemberName(event)}: ${body};\n`;
  });
  const written: string[] = [];
  // Declarations are added while this goes on: a schema is declared when the first reference to it is written.
  for (const declaration of writing.declarations) written.push(writeDeclaration(declaration, writing));
  return [
    types.writeComment(`Event types of ${name}, from: callboard products types ${product}`, {
      opening: "/*",
    }),
    `export interface ${mapName} {\n${members.join("")}}\n`,
    ...written,
  ].join("\n");
}

function writeEventComment({ description, status, replacedBy }: EventData, indent: string): string {
  const instead = replacedBy === undefined ? "" : ` Use ${replacedBy}.`;
  return types.writeComment(description, {
    indent,
    tags: status === "deprecated" ? [`@deprecated${instead}`] : [],
  });
}

function writeDeclaration({ name, schema, root, comment }: Declaration, writing: Writing): string {
  const { text, kind } = writeType(schema, { writing, root, indent: "" });
  return `${comment}export ${kind === "object" ? `interface ${name} ${text}` : `type ${name} = ${text};`}\n`;
}

/** Declares the body of an event type, and returns the name of its type. */
function declareBody(
  event: string,
  each: EventData,
  { envelope, writing }: { readonly envelope: Envelope; readonly writing: Writing },
): string {
  const own = (each.schema ?? createSchema(event, each.fields ?? [])) as SchemaObject;
  // An event type with a list of fields has those members of the envelope that it lists.
  const schema =
    each.fields === undefined ? addEnvelope(event, own, { envelope, schemas: writing.schemas }) : own;
  const { $ref: reference } = own;
  if (schema === own && typeof reference === "string" && isReferenceAlone(own))
    return writeReference(reference, { writing, root: undefined, indent: "" }).text;
  const wanted = types.toTypeName(event);
  const name = writing.takeName(wanted, `${wanted}Event`);
  writing.declarations.push({
    name,
    schema,
    root: { schema: own, name },
    comment: writeEventComment(each, ""),
  });
  return name;
}

const isReferenceAlone = ({ $ref: reference, ...others }: SchemaObject): boolean =>
  String(reference).startsWith(SHARED) &&
  Object.keys(others).every((keyword) => ["$comment", "$schema", "description", "title"].includes(keyword));

/** Declares the schema that a reference leads to, unless it is declared already, and returns its type. */
function writeReference(reference: string, { writing, root }: Place): TypeText {
  const schema = resolveReference(reference, writing.schemas, root?.schema);
  if (!isObject(schema)) return schema === false ? types.NEVER : types.UNKNOWN;
  if (schema === root?.schema) return types.nameType(root.name);
  const isShared = reference.startsWith(SHARED);
  let name = writing.names.get(schema);
  if (name === undefined) {
    const steps = decodePointer(reference.slice(1)).filter((step) => !CONTAINERS.has(step));
    const words = isShared ? steps : [root?.name ?? "", ...steps];
    name = writing.takeName(types.toTypeName(words.join("-")));
    writing.names.set(schema, name);
  }
  if (!writing.declared.has(schema)) {
    writing.declared.add(schema);
    const comment = writeSchemaComment(schema, "");
    writing.declarations.push({ name, schema, root: isShared ? undefined : root, comment });
  }
  return types.nameType(name);
}

/** Steps of a pointer that say nothing in a name. */
const CONTAINERS: ReadonlySet<string> = new Set(["schemas", "$defs", "definitions", "properties"]);

function writeSchemaComment({ description, title, deprecated }: SchemaObject, indent: string): string {
  const text = [description, title].find((each) => typeof each === "string");
  return types.writeComment(text, {
    indent,
    tags: deprecated === true ? ["@deprecated"] : [],
  });
}

function writeType(schema: unknown, place: Place): TypeText {
  if (schema === false) return types.NEVER;
  if (!isObject(schema)) return types.UNKNOWN;
  const { $ref: reference } = schema;
  const others = types.intersect([
    typeof reference === "string" ? writeReference(reference, place) : types.UNKNOWN,
    ...listParts(schema, "allOf").map((each) => writeType(each, place)),
    ...(["anyOf", "oneOf"] as const)
      .filter((keyword) => Array.isArray(schema[keyword]))
      .map((keyword) => types.unite(listParts(schema, keyword).map((each) => writeType(each, place)))),
  ]);
  const own = writeOwnType(schema, place);
  // `type: object` beside a reference or alternatives says less than these do.
  const isImplied =
    others !== types.UNKNOWN && own.text.includes(types.ANY_OBJECT.text) && !hasMembers(schema);
  return isImplied ? others : types.intersect([own, others]);
}

const OBJECT_KEYWORDS = [
  "properties",
  "required",
  USUAL,
  "patternProperties",
  "additionalProperties",
  "unevaluatedProperties",
];
const hasMembers = (schema: SchemaObject): boolean =>
  OBJECT_KEYWORDS.some((keyword) => Object.hasOwn(schema, keyword));

/** The type without what the schema combines. */
function writeOwnType(schema: SchemaObject, place: Place): TypeText {
  const { const: constant, enum: values, nullable } = schema;
  if (Object.hasOwn(schema, "const")) return types.literalType(constant);
  if (Array.isArray(values)) return types.unite(values.map(types.literalType));
  const named = listTypes(schema).map((type) => writeNamedType(type, schema, place));
  if (named.length === 0) return types.UNKNOWN;
  return types.unite(nullable === true ? [...named, types.NULL] : named);
}

/** Schemas often leave out the type that their other keywords are about. */
function listTypes(schema: SchemaObject): readonly unknown[] {
  const { type } = schema;
  if (type !== undefined) return Array.isArray(type) ? type : [type];
  if (hasMembers(schema)) return ["object"];
  return Object.hasOwn(schema, "items") || Object.hasOwn(schema, "prefixItems") ? ["array"] : [];
}

function writeNamedType(type: unknown, schema: SchemaObject, place: Place): TypeText {
  switch (type) {
    case "object":
      return writeObject(schema, place);
    case "array":
      return writeList(schema, place);
    case "string":
      return types.STRING;
    case "integer":
    case "number":
      return types.NUMBER;
    case "boolean":
      return types.BOOLEAN;
    case "null":
      return types.NULL;
    default:
      return types.UNKNOWN;
  }
}

function writeObject(schema: SchemaObject, place: Place): TypeText {
  const properties = isObject(schema["properties"]) ? Object.entries(schema["properties"]) : [];
  const required = new Set([...listParts(schema, "required"), ...listParts(schema, USUAL)]);
  const below = { ...place, indent: `${place.indent}  ` };
  const members = properties.map(([name, each]) => {
    const comment = isObject(each) ? writeSchemaComment(each, below.indent) : "";
    const mark = required.has(name) ? "" : "?";
    return `${comment}${below.indent}readonly ${types.toMemberName(name)}${mark}: ${writeType(each, below).text};`;
  });
  const named = new Set(properties.map(([name]) => name));
  for (const name of required) {
    if (typeof name === "string" && !named.has(name))
      members.push(`${below.indent}readonly ${types.toMemberName(name)}: unknown;`);
  }
  const others = writeOtherMembers(schema, below);
  if (members.length === 0) {
    if (others === undefined && schema["additionalProperties"] !== false) return types.ANY_OBJECT;
    return { text: `{ readonly [member: string]: ${(others ?? types.NEVER).text} }`, kind: "object" };
  }
  // A type for other members would have to be one for those with names too.
  if (others !== undefined) members.push(`${below.indent}readonly [member: string]: unknown;`);
  return { text: `{\n${members.join("\n")}\n${place.indent}}`, kind: "object" };
}

/** The type of members without a name of their own; undefined if the schema announces none. */
function writeOtherMembers(schema: SchemaObject, place: Place): TypeText | undefined {
  const { additionalProperties, patternProperties, unevaluatedProperties } = schema;
  const announced = [
    ...(isObject(patternProperties) ? Object.values(patternProperties) : []),
    ...[additionalProperties, unevaluatedProperties].filter((each) => each === true || isObject(each)),
  ];
  return announced.length === 0 ? undefined : types.unite(announced.map((each) => writeType(each, place)));
}

function writeList(schema: SchemaObject, place: Place): TypeText {
  const { items, minItems, maxItems } = schema;
  const first = listParts(schema, "prefixItems").map((each) => writeType(each, place));
  if (first.length === 0 && items !== false) return types.listType(writeType(items, place));
  const isClosed = items === false || (typeof maxItems === "number" && maxItems <= first.length);
  return types.tupleType(first, {
    required: typeof minItems === "number" ? minItems : 0,
    rest: isClosed ? undefined : writeType(items, place),
  });
}
