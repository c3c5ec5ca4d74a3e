/**
 * Compiles the schemas of a product and checks each sample against its schema. Pure, and slow for a hostile document: patterns
 * can backtrack without an end. So a host runs it on a thread with a deadline.
 */
import type { Ajv2020, ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import type { Problem } from "../../errors.ts";
import { getMessage } from "../../errors.ts";
import { requireAjv2020 } from "../../json/ajv.ts";
import { escapeStep } from "../../json/pointer.ts";
import type { ProductData } from "../product.ts";
import { createSchema } from "../schema.ts";
import { SHARED, decodeEscapes } from "./references.ts";
import { createSampleReader } from "./samples.ts";
import { isObject } from "../../json/object.ts";
import { mapSchema } from "./schema-walk.ts";
import type { SchemaObject } from "./schema-walk.ts";

/** Maximum number of problems of one schema or sample. */
const MAX_PROBLEMS_OF_SCHEMA = 20;

/**
 * Returns the problems of schemas that don't compile and of samples that don't match their schema. A sample is checked with
 * the envelope's members, as it is delivered. References must have been checked before.
 * @param onStep called with the pointer of each schema before it is compiled
 */
export function checkSchemas(
  data: ProductData,
  onStep: (pointer: string) => void = () => undefined,
): readonly Problem[] {
  const ajv = createAjv();
  const ofShared = Object.entries(data.schemas ?? {}).flatMap(([name, schema]) => {
    const pointer = `/schemas/${escapeStep(name)}`;
    onStep(pointer);
    return metaProblems(schema, pointer);
  });
  if (ofShared.length > 0) return ofShared;
  for (const [name, schema] of Object.entries(data.schemas ?? {})) {
    if (isObject(schema)) ajv.addSchema(addressed(schema), toAddress(name));
  }
  const uncompiled = Object.keys(data.schemas ?? {}).flatMap((name) => {
    const pointer = `/schemas/${escapeStep(name)}`;
    onStep(pointer);
    const compiled = compile(() => ajv.getSchema(toAddress(name)), pointer);
    return compiled.ok ? [] : compiled.problems;
  });
  if (uncompiled.length > 0) return uncompiled;

  const readSample = createSampleReader(data);
  const compileOnce = createCompiler(ajv);
  return Object.entries(data.events).flatMap(([event, { name = event, schema, fields }]) => {
    if (schema === undefined && fields === undefined) return [];
    const pointer = `/events/${escapeStep(event)}`;
    onStep(`${pointer}/schema`);
    const own = schema ?? createSchema(name, fields ?? []);
    if (!isObject(own)) return [];
    const compiled = compileOnce(own, `${pointer}/schema`);
    if (!compiled.ok) return compiled.problems;
    const { check } = compiled;
    return check(readSample(event)) ? [] : describe(check.errors, `${pointer}/sample`, "The sample");
  });
}

function createAjv(): Ajv2020 {
  const { Ajv2020: Ajv } = requireAjv2020();
  return new Ajv({
    // Real schemas have keywords and formats that ajv doesn't know, and leave out types.
    strict: false,
    validateFormats: false,
    logger: false,
    allErrors: true,
    // Done beforehand, for its pointers.
    validateSchema: false,
    // Each schema checks one sample: compiling it fast matters more than fast checks. This takes a third of the time.
    inlineRefs: false,
    code: { optimize: false },
  });
}

/** The address of a shared schema. Each is a document of its own, so that it is compiled once for all event types. */
const toAddress = (name: string): string => `product:/${encodeURIComponent(name)}`;

/** Copies a schema with references to shared schemas by address. */
const addressed = (schema: SchemaObject): SchemaObject =>
  mapSchema(schema, (each) => {
    const { $ref: reference } = each;
    if (typeof reference !== "string" || !reference.startsWith(SHARED)) return each;
    const [name = "", ...below] = reference.slice(SHARED.length).split("/");
    const fragment = below.length === 0 ? "" : `#/${below.join("/")}`;
    return { ...each, $ref: toAddress(decodeEscapes(name)) + fragment };
  });

let ofMetaSchema: Ajv2020 | undefined;

/** Lists the places where a schema violates draft 2020-12. The meta-schema takes longest to compile, and is the same for all documents. */
function metaProblems(schema: object, pointer: string): readonly Problem[] {
  const ajv = (ofMetaSchema ??= createAjv());
  if (ajv.validateSchema(schema) === true) return [];
  return describe(ajv.errors, pointer, "The schema");
}

type Compiled =
  | { readonly ok: true; readonly check: ValidateFunction }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Returns a function that compiles each schema of an event type, and equal ones once. */
function createCompiler(ajv: Ajv2020): (schema: SchemaObject, pointer: string) => Compiled {
  const known = new Map<string, ValidateFunction>();
  return (schema, pointer) => {
    const text = JSON.stringify(schema);
    const check = known.get(text);
    if (check !== undefined) return { ok: true, check };
    const problems = metaProblems(schema, pointer);
    if (problems.length > 0) return { ok: false, problems };
    const compiled = compile(() => ajv.compile(addressed(schema)), pointer);
    if (compiled.ok) known.set(text, compiled.check);
    return compiled;
  };
}

function compile(run: () => ValidateFunction | undefined, pointer: string): Compiled {
  try {
    const check = run();
    if (check === undefined) throw new Error("it was not added");
    return { ok: true, check };
  } catch (error) {
    const detail = `The schema does not compile: ${getMessage(error)}.`;
    return { ok: false, problems: [{ pointer, detail }] };
  }
}

function describe(
  errors: ErrorObject[] | null | undefined,
  pointer: string,
  what: string,
): readonly Problem[] {
  const details = new Map<string, string>();
  for (const { instancePath, message = "is not as expected", params } of errors ?? []) {
    const named = readParam(params, "additionalProperty") ?? readParam(params, "unevaluatedProperty");
    const detail = `${what} ${message}${named === undefined ? "" : `: ${JSON.stringify(named)}`}.`;
    // A schema with alternatives has several problems at one place; the first says most.
    if (!details.has(pointer + instancePath)) details.set(pointer + instancePath, detail);
  }
  return [...details].slice(0, MAX_PROBLEMS_OF_SCHEMA).map(([at, detail]) => ({ pointer: at, detail }));
}

function readParam(params: Record<string, unknown>, name: string): string | undefined {
  const value = params[name];
  return typeof value === "string" ? value : undefined;
}
