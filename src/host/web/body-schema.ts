/** Checks values against JSON Schemas; ajv is loaded with the first check and every schema compiled once. */
import type { ErrorObject, ValidateFunction } from "ajv";
import { CallboardError } from "../../errors.ts";
import type { Problem } from "../../errors.ts";
import { escapeStep } from "../../json/pointer.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

async function loadCompiler(): Promise<(schema: JsonSchema) => ValidateFunction> {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  return (schema) => ajv.compile(schema);
}

let compiler: ReturnType<typeof loadCompiler> | undefined;
const compiled = new WeakMap<JsonSchema, ValidateFunction>();

/** @throws CallboardError BODY_SCHEMA with every problem at its JSON pointer */
export async function requireSchema(schema: JsonSchema, value: unknown): Promise<void> {
  const check = compiled.get(schema) ?? (await (compiler ??= loadCompiler()))(schema);
  compiled.set(schema, check);
  if (check(value)) return;
  const errors = (check.errors ?? []).filter(isTold).map(problemOf);
  throw new CallboardError(
    "BODY_SCHEMA",
    errors.length === 1
      ? `The body does not fit: ${errors[0]?.pointer ?? ""} ${errors[0]?.detail ?? ""}`
      : `The body does not fit in ${errors.length} places`,
    { errors },
  );
}

/** A failed branch says it all; that the branching around it failed too does not help anybody. */
function isTold(error: ErrorObject): boolean {
  return error.keyword !== "if";
}

function problemOf({ instancePath, keyword, params, message = "is not valid" }: ErrorObject): Problem {
  switch (keyword) {
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
        detail: `must be one of ${(params["allowedValues"] as string[]).join(", ")}`,
      };
    default:
      return { pointer: instancePath, detail: message };
  }
}
