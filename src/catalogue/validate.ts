/**
 * Holds bodies against the schemas of the catalogue. The validator is loaded and compiled on first use: a start-up that
 * never validates never pays for it.
 */

import { createRequire } from "node:module";
import type * as ajv from "ajv/dist/2020.js";
import type { Problem } from "../errors.ts";
import { CallboardError } from "../errors.ts";

const load = createRequire(import.meta.url);
let validator: ajv.Ajv2020 | undefined;
const compiled = new WeakMap<object, ajv.ValidateFunction>();

function checkOf(schema: object): ajv.ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  if (validator === undefined) {
    const { Ajv2020 } = load("ajv/dist/2020.js") as typeof ajv;
    validator = new Ajv2020({ allErrors: true, strictRequired: false });
  }
  const check = validator.compile(schema);
  compiled.set(schema, check);
  return check;
}

/** Where a body is off its schema; none when it fits. Compiles once per schema object. */
export function problemsIn(schema: object, body: unknown): readonly Problem[] {
  const check = checkOf(schema);
  if (check(body)) return [];
  return (check.errors ?? []).map(({ instancePath, message }) => ({
    pointer: instancePath,
    detail: message ?? "is not as expected",
  }));
}

/** Throws EVENT_SCHEMA with every problem when the JSON text is off the schema. */
export function assertFits(schema: object, bytes: Buffer, what: string): void {
  const errors = problemsIn(schema, JSON.parse(bytes.toString()));
  if (errors.length > 0)
    throw new CallboardError("EVENT_SCHEMA", `The payload does not make ${what}`, { errors });
}
