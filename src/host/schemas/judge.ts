/**
 * Compiles schemas and holds bodies against them. A hostile schema takes as long as it likes (`^(a+)+$` takes hours for 50
 * characters), so a host runs this on a thread that it can end.
 */
import type { Ajv2020, ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import { MAX_PROBLEMS } from "../../errors.ts";
import type { Problem } from "../../errors.ts";
import { requireAjv2020 } from "../../json/ajv.ts";
import { readJsonRounded } from "../../json/excerpt.ts";
import { listProblems } from "../../json/problems.ts";
import type { Checks } from "../../json/problems.ts";

export type Judged =
  | { readonly kind: "fits" }
  | { readonly kind: "off"; readonly problems: readonly Problem[] }
  /** The schema doesn't compile. */
  | { readonly kind: "unusable" };

export interface SchemaJudge {
  /** Keeps a schema, as JSON text, under a number. */
  readonly add: (no: number, schema: string) => void;
  readonly remove: (no: number) => void;
  /** Compiles the schema, unless it is compiled already. */
  readonly prepare: (no: number) => "compiled" | "ready";
  /** @param body JSON text that a scan has accepted; empty for an empty object */
  readonly judge: (no: number, body: Uint8Array) => Judged;
}

const FITS: Judged = { kind: "fits" };
const EMPTY_OBJECT = Buffer.from("{}");
/** Keys of a body and patterns of a schema can have any length. */
const MAX_POINTER_LENGTH = 1_000;
const MAX_DETAIL_LENGTH = 300;
const MAX_NAME_LENGTH = 100;

export function createSchemaJudge(): SchemaJudge {
  const texts = new Map<number, string>();
  const compiled = new Map<number, Checks | undefined>();
  const [first, all] = [createAjv({}), createAjv({ allErrors: true })];

  function getChecks(no: number): Checks | undefined {
    if (compiled.has(no)) return compiled.get(no);
    const checks = compile(JSON.parse(texts.get(no) ?? "{}") as object);
    compiled.set(no, checks);
    return checks;
  }

  function compile(schema: object): Checks | undefined {
    try {
      const check = compileWith(first, schema);
      let every: Checks["all"] | undefined;
      return {
        first: check,
        // Most bodies are right.
        get all() {
          return (every ??= compileWith(all, schema));
        },
      };
    } catch {
      return undefined;
    }
  }

  return {
    add: (no, schema) => {
      texts.set(no, schema);
      compiled.delete(no);
    },
    remove: (no) => {
      texts.delete(no);
      compiled.delete(no);
    },
    prepare: (no) => {
      if (compiled.has(no)) return "ready";
      getChecks(no);
      return "compiled";
    },
    judge: (no, body) => {
      const checks = getChecks(no);
      if (checks === undefined) return { kind: "unusable" };
      const text = body.length === 0 ? EMPTY_OBJECT : Buffer.from(body.buffer, body.byteOffset, body.length);
      const { value, cut } = readJsonRounded(text);
      const errors = listProblems(checks, value, cut);
      return errors.length === 0 ? FITS : { kind: "off", problems: toProblems(errors) };
    },
  };
}

function compileWith(ajv: Ajv2020, schema: object): ValidateFunction {
  try {
    return ajv.compile(schema);
  } finally {
    // The function is kept elsewhere; ajv would keep schemas that were removed long ago.
    ajv.removeSchema(schema);
  }
}

function createAjv(options: { readonly allErrors?: true }): Ajv2020 {
  const { Ajv2020: Ajv } = requireAjv2020();
  return new Ajv({
    ...options,
    // Real schemas have keywords and formats that ajv doesn't know, and leave out types. As when the product was created.
    strict: false,
    validateFormats: false,
    validateSchema: false,
    logger: false,
  });
}

/** Each problem once: alternatives of a schema often have the same. */
function toProblems(errors: readonly ErrorObject[]): readonly Problem[] {
  const problems = new Map<string, Problem>();
  for (const { instancePath, message = "is not as expected", params } of errors) {
    const pointer = cut(instancePath, MAX_POINTER_LENGTH);
    const named = extraNameIn(params as Readonly<Record<string, unknown>>);
    const extra = named === undefined ? "" : `: ${JSON.stringify(cut(named, MAX_NAME_LENGTH))}`;
    const detail = cut(message, MAX_DETAIL_LENGTH) + extra;
    problems.set(`${pointer}\n${detail}`, { pointer, detail });
    if (problems.size === MAX_PROBLEMS) break;
  }
  return [...problems.values()];
}

/** The member that a body must not have. */
function extraNameIn(params: Readonly<Record<string, unknown>>): string | undefined {
  const name = params["additionalProperty"] ?? params["unevaluatedProperty"];
  return typeof name === "string" ? name : undefined;
}

const cut = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest)}…` : text;
