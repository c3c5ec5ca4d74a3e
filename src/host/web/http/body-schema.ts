/** Checks values against JSON Schemas; ajv is loaded with the first check and every schema compiled once. */
import type { ErrorObject } from "ajv";
import { CallboardError } from "../../../errors.ts";
import type { Problem } from "../../../errors.ts";
import { OWN_SCHEMAS, loadAjv, requireAjv2020 } from "../../../json/ajv.ts";
import { takeTurn } from "../../../turn.ts";
import { escapeStep } from "../../../json/pointer.ts";
import { listProblems } from "../../../json/problems.ts";
import type { Checks } from "../../../json/problems.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Compiles with others having their turn in between: a schema takes up to 30 ms. */
type Compile = (schema: JsonSchema) => Promise<Checks>;

async function loadCompiler(): Promise<Compile> {
  await loadAjv();
  const { Ajv2020 } = requireAjv2020();
  // Formats are for the document: the code that reads such a text says what is wrong with it.
  const options = {
    ...OWN_SCHEMAS,
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    validateFormats: false,
    verbose: true,
  };
  const first = new Ajv2020(options);
  await takeTurn();
  const all = new Ajv2020({ ...options, allErrors: true });
  return async (schema) => {
    await takeTurn();
    const checks = { first: first.compile(schema) };
    await takeTurn();
    return { ...checks, all: all.compile(schema) };
  };
}

let compiler: ReturnType<typeof loadCompiler> | undefined;
const compiled = new WeakMap<JsonSchema, Checks>();

/** @throws {CallboardError} BODY_SCHEMA with every problem at its JSON pointer, of a large body those of its upper levels */
export async function requireSchema(schema: JsonSchema, value: unknown): Promise<void> {
  const checks = compiled.get(schema) ?? (await (await (compiler ??= loadCompiler()))(schema));
  compiled.set(schema, checks);
  const found = listProblems(checks, value);
  if (found.length === 0) return;
  const errors = found.filter(isTold).map(toProblem);
  throw new CallboardError(
    "BODY_SCHEMA",
    errors.length === 1
      ? `The body does not fit: ${errors[0]?.pointer ?? ""} ${errors[0]?.detail ?? ""}`
      : `The body does not fit in ${errors.length} places`,
    { errors },
  );
}

/** A failed branch says it all; that the branching around it failed too does not help anybody. Alternatives are told as a whole. */
function isTold({ keyword, schemaPath }: ErrorObject): boolean {
  return keyword !== "if" && !schemaPath.includes("/oneOf/");
}

/** The only alternatives of request bodies: members of which one is to be there. */
type Alternatives = readonly { readonly required: readonly string[] }[];

function toProblem({
  instancePath,
  keyword,
  params,
  schema,
  message = "is not valid",
}: ErrorObject): Problem {
  switch (keyword) {
    case "oneOf":
      return {
        pointer: instancePath,
        detail: `must have exactly one of ${(schema as Alternatives).flatMap(({ required }) => required).join(", ")}`,
      };
    case "required":
      return {
        pointer: `${instancePath}/${escapeStep(String(params["missingProperty"]))}`,
        detail: "is missing",
      };
    case "additionalProperties":
      return {
        pointer: `${instancePath}/${escapeStep(String(params["additionalProperty"]))}`,
        detail: "is not a field of this request",
      };
    case "enum":
      return {
        pointer: instancePath,
        detail: `must be one of ${(params["allowedValues"] as unknown[]).map(String).join(", ")}`,
      };
    default:
      return { pointer: instancePath, detail: message };
  }
}
