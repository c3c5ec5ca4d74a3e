/** Checks a value against the descriptor schema and describes the problems. */

import type { ErrorObject } from "ajv";

import type { ErrorCode, Problem } from "../../errors.ts";
import { OWN_SCHEMAS, loadAjv, requireAjv } from "../../json/ajv.ts";
import { takeTurn } from "../../turn.ts";
import { unescapeStep } from "../../json/pointer.ts";
import { listProblems } from "../../json/problems.ts";
import type { Checks } from "../../json/problems.ts";
import { hasPlaceholder } from "./relative-url.ts";
import { DESCRIPTOR_SCHEMA } from "./schema.ts";

/** A descriptor that matches the schema. Its values are not checked yet. */
export interface ShapedDescriptor {
  readonly key: string;
  readonly name?: string;
  readonly description?: string;
  readonly version?: string;
  readonly baseUrl: string;
  readonly authentication: { readonly type?: string };
  readonly lifecycle?: Readonly<Partial<Record<string, unknown>>>;
  readonly vendor?: { readonly name?: string; readonly url?: string };
  readonly scopes?: readonly string[];
  readonly modules?: { readonly webhooks?: readonly ShapedWebhook[] } & Readonly<Record<string, unknown>>;
}

export interface ShapedWebhook {
  readonly event: string;
  readonly url: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly filter?: string;
  readonly bodyFilter?: Readonly<Record<string, unknown>>;
  readonly excludeBody?: boolean;
  readonly propertyKeys?: readonly string[];
}

export type ShapeCheck =
  | { readonly fits: true; readonly shaped: ShapedDescriptor }
  | { readonly fits: false; readonly problems: readonly Problem[] };

/** Checks the shape of a descriptor. For a large one, only the problems of its upper levels are returned. */
export function checkShape(value: unknown): ShapeCheck {
  const checks = { first: firstCheck(), all: allCheck() };
  if (checks.first(value)) return { fits: true, shaped: value };
  return { fits: false, problems: listProblems(checks, value).map(toProblem) };
}

let compiled: Partial<Checks<ShapedDescriptor>> = {};

function firstCheck(): Checks<ShapedDescriptor>["first"] {
  const options = { ...OWN_SCHEMAS, verbose: true };
  const { first = new (requireAjv().Ajv)(options).compile<ShapedDescriptor>(DESCRIPTOR_SCHEMA) } = compiled;
  compiled = { ...compiled, first };
  return first;
}

function allCheck(): Checks<ShapedDescriptor>["all"] {
  const options = { ...OWN_SCHEMAS, allErrors: true, verbose: true };
  const { all = new (requireAjv().Ajv)(options).compile<ShapedDescriptor>(DESCRIPTOR_SCHEMA) } = compiled;
  compiled = { ...compiled, all };
  return all;
}

/** Compiles the schemas for {@link checkShape}, with the event loop running in between. Called by the first install. */
export async function prepareShapeCheck(): Promise<void> {
  if (compiled.first !== undefined && compiled.all !== undefined) return;
  await loadAjv();
  firstCheck();
  await takeTurn();
  allCheck();
  await takeTurn();
}

function toProblem(error: ErrorObject): Problem {
  const missing: unknown = error.params["missingProperty"];
  const pointer = typeof missing === "string" ? `${error.instancePath}/${missing}` : error.instancePath;
  return { pointer, detail: formatProblem(error, toMemberName(pointer)), code: toErrorCode(error, pointer) };
}

function toErrorCode(error: ErrorObject, pointer: string): ErrorCode {
  if (/^\/modules\/webhooks\/\d+\/url$/.test(pointer)) return "DESCRIPTOR_WEBHOOK_URL";
  if (pointer === "/baseUrl" && error.keyword === "required") return "DESCRIPTOR_BASEURL";
  return "DESCRIPTOR_SCHEMA";
}

function formatProblem(error: ErrorObject, name: string): string {
  const limit = String(error.params["limit"]);
  switch (error.keyword) {
    case "required":
      return `${name} is missing`;
    case "type":
      return `${name} must be of type ${String(error.params["type"])}`;
    case "minLength":
      return `${name} is empty`;
    case "maxLength":
      return `${name} is longer than ${limit} characters`;
    case "maxItems":
      return `${name} has more than ${limit} entries`;
    case "pattern":
      return patternSentence(error.instancePath, error.data);
    default:
      return `${name} ${error.message ?? "is not valid"}`;
  }
}

function patternSentence(pointer: string, value: unknown): string {
  if (pointer === "/authentication/type") {
    return `authentication.type must be jwt or none, not ${JSON.stringify(value).slice(0, 60)}`;
  }
  if (typeof value === "string" && hasPlaceholder(value)) {
    return "key contains a template placeholder; the add-on must fill it in before it serves the descriptor";
  }
  return "key must consist of letters, digits, dots, dashes and underscores, and not of dots alone";
}

function toMemberName(pointer: string): string {
  const last = pointer.split("/").at(-1) ?? "";
  return last === "" ? "The descriptor" : unescapeStep(last);
}
