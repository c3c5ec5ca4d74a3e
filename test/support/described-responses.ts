/**
 * Holds every response of the API that a test sees against the OpenAPI document: its status and error code are those of the
 * operation, and its body fits the schema exactly, without members that are not described.
 */
import { Ajv2020 } from "ajv/dist/2020.js";
import type { ValidateFunction } from "ajv/dist/2020.js";
import { API_BASE, ROUTES } from "../../src/host/web/api/routes.ts";
import type { Route } from "../../src/host/web/api/route.ts";
import { listErrorCodes } from "../../src/host/web/api/error-codes.ts";
import { PROBLEM } from "../../src/host/web/schema/problem.ts";

export interface SeenResponse {
  readonly method: string;
  /** With the path of a base URL in front, perhaps. */
  readonly path: string;
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const ajv = new Ajv2020({
  strict: true,
  allowUnionTypes: true,
  validateSchema: false,
  formats: { "date-time": TIME, uri: true },
});

const compiled = new Map<object, ValidateFunction>();
const routes = ROUTES.map((route) => ({ route, steps: (API_BASE + route.path).split("/") }));

/** The same schema without further members anywhere. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)] as const);
  const isOpen = "properties" in schema && !("additionalProperties" in schema);
  return Object.fromEntries([...entries, ...(isOpen ? [["additionalProperties", false] as const] : [])]);
}

function misfit(schema: object, value: unknown): string | undefined {
  const check = compiled.get(schema) ?? ajv.compile(closed(schema) as object);
  compiled.set(schema, check);
  return check(value) ? undefined : ajv.errorsText(check.errors, { dataVar: "body" });
}

/** The operation of the method at this path. A literal path has no other operations than its own. */
function findRoute(method: string, path: string): Route | undefined {
  const given = path.split("/");
  const fits = routes.filter(
    ({ steps }) =>
      steps.length === given.length &&
      steps.every((step, at) => step === given[at] || (step.startsWith("{") && given[at] !== "")),
  );
  const count = ({ route }: (typeof fits)[number]) => route.path.split("{").length;
  const fewest = Math.min(...fits.map(count));
  const wanted = method === "HEAD" ? "GET" : method;
  return fits.find((one) => count(one) === fewest && one.route.method === wanted)?.route;
}

const faultOfSuccess = ({ success }: Route, { status, text }: SeenResponse): string | undefined => {
  if (status !== success.status) return `the status is not ${success.status}`;
  if (success.status !== 204 && success.contentType !== undefined) return undefined;
  if (success.status === 204) return text === "" ? undefined : "204 has a body";
  return misfit(success.schema, JSON.parse(text));
};

function faultOfProblem(route: Route | undefined, { type, text }: SeenResponse): string | undefined {
  if (!type.startsWith("application/problem+json")) return `${type} is not the type of a problem document`;
  const problem = JSON.parse(text) as { readonly code: never };
  const fault = misfit(PROBLEM, problem);
  if (fault !== undefined || route === undefined) return fault;
  return listErrorCodes(route).includes(problem.code) ? undefined : "the operation doesn't list this code";
}

/** @throws Error if the document doesn't describe the response */
export function requireDescribed(seen: SeenResponse): void {
  const at = seen.path.indexOf(`${API_BASE}/`);
  if (at < 0 || seen.method === "OPTIONS" || (seen.method === "HEAD" && seen.text === "")) return;
  const path = seen.path.slice(at).replace(/\?.*$/s, "").replace(/\/$/, "");
  const route = findRoute(seen.method, path);
  const fault =
    route === undefined || seen.status >= 400 ? faultOfProblem(route, seen) : faultOfSuccess(route, seen);
  if (fault === undefined) return;
  throw new Error(
    `The OpenAPI document doesn't describe ${seen.method} ${path} → ${seen.status}: ${fault}\n${seen.text.slice(0, 2_000)}`,
  );
}
