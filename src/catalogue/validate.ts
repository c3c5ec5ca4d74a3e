/**
 * Holds bodies against the schemas of the catalogue. The validator is loaded and compiled on first use: a start-up that
 * never validates never pays for it.
 */

import type * as ajv from "ajv/dist/2020.js";
import type { Problem } from "../errors.ts";
import { CallboardError, MAX_PROBLEMS } from "../errors.ts";
import { OWN_SCHEMAS, loadAjv, requireAjv2020 } from "../json/ajv.ts";
import { takeTurn } from "../turn.ts";
import { readJson, readJsonRounded } from "../json/excerpt.ts";
import type { JsonReading } from "../json/excerpt.ts";
import { listProblems } from "../json/problems.ts";
import type { Checks } from "../json/problems.ts";

let validators: Record<keyof Checks, ajv.Ajv2020> | undefined;
const compiled = new WeakMap<object, Checks>();

function load(): NonNullable<typeof validators> {
  if (validators === undefined) {
    const { Ajv2020 } = requireAjv2020();
    validators = {
      first: new Ajv2020({ ...OWN_SCHEMAS, strict: false }),
      all: new Ajv2020({ ...OWN_SCHEMAS, strict: false, allErrors: true }),
    };
  }
  return validators;
}

function compileChecks(schema: object): Checks {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const { first, all } = load();
  const checks = { first: first.compile(schema), all: all.compile(schema) };
  compiled.set(schema, checks);
  return checks;
}

/** Makes ready for the schema, with others having their turn in between. */
export async function prepareSchema(schema: object): Promise<void> {
  if (compiled.has(schema)) return;
  await loadAjv();
  const { first, all } = load();
  // The validator keeps what it compiled: compileChecks finds both there.
  first.compile(schema);
  await takeTurn();
  all.compile(schema);
  await takeTurn();
  compileChecks(schema);
}

/** Where a body is off its schema, {@link MAX_PROBLEMS} places at most; none when it fits. Compiles once per schema object. */
export function problemsIn(schema: object, { value, cut }: JsonReading): readonly Problem[] {
  return listProblems(compileChecks(schema), value, cut)
    .slice(0, MAX_PROBLEMS)
    .map(({ instancePath, message }) => ({
      pointer: instancePath,
      detail: message ?? "is not as expected",
    }));
}

/** Throws EVENT_SCHEMA with its problems when the JSON text is off the schema; otherwise gives the value of the text. */
export function assertFits(schema: object, bytes: Buffer, what: string): JsonReading {
  const reading = readJson(bytes);
  const errors = problemsIn(schema, reading.hasLongIntegers ? readJsonRounded(bytes) : reading);
  if (errors.length > 0)
    throw new CallboardError("EVENT_SCHEMA", `The payload does not make ${what}`, { errors });
  return reading;
}
