/**
 * Validates a parsed descriptor: its shape, URLs, params and filters. All problems are reported at once, with JSON pointers.
 * Questionable but usable entries are warnings.
 */

import { CallboardError } from "../../errors.ts";
import type { ErrorCode, Problem } from "../../errors.ts";
import type { Catalogue, Product } from "../../catalogue/index.ts";
import { findNearName } from "../../catalogue/near-name.ts";
import { LIFECYCLE_EVENTS } from "../../protocol/descriptor.ts";
import type { Descriptor, LifecycleUrls, WebhookModule } from "../../protocol/descriptor.ts";
import { withoutTrailingSlashes } from "../../trailing-slashes.ts";
import { escapeStep } from "../../json/pointer.ts";
import { besideFilterProblem, readBodyFilter } from "../model/body-filter.ts";
import { withParams } from "../model/params.ts";
import { textProblems, whyNotLine } from "../model/text.ts";
import { filterWarnings } from "./filter-warnings.ts";
import { findForeignSystem } from "./foreign.ts";
import { isObject } from "../../json/object.ts";
import { listWebhookEntries } from "./raw-descriptor.ts";
import type { JsonObject } from "../../json/object.ts";
import {
  hasPlaceholder,
  joinUrl,
  MAX_URL_LENGTH,
  RESERVED_PARAMETER,
  whyNotRelative,
} from "./relative-url.ts";
import { resolveUrl } from "./resolve.ts";
import { MAX_PARAM_NAME_LENGTH, MAX_PARAM_VALUE_LENGTH, MAX_PARAMS } from "./schema.ts";
import { checkShape } from "./shape.ts";
import type { ShapedDescriptor } from "./shape.ts";
import { listWarnings } from "./warnings.ts";
import type { Warning } from "./warnings.ts";

export interface ValidateOptions {
  readonly catalogue: Catalogue;
  /** Product of the site. Without it, event types are compared with those of all products that have add-ons. */
  readonly product?: Product;
  /**
   * Returns the parsed URL.
   * @throws {CallboardError} with the code of the rule that refuses it.
   */
  readonly checkUrl: (url: string) => URL;
  /**
   * Returns the clauses of a filter that no event decides, if that is known.
   * @throws {CallboardError} if the filter is invalid.
   */
  readonly checkFilter: (filter: string) => readonly string[] | undefined;
}

export interface ValidDescriptor {
  readonly descriptor: Descriptor;
  readonly warnings: readonly Warning[];
}

/**
 * Returns the descriptor in its normal form, with warnings.
 * @throws {CallboardError} with every problem. The code is that of the problems if they all have the same, otherwise
 * DESCRIPTOR_SCHEMA.
 */
export function validateDescriptor(value: unknown, options: ValidateOptions): ValidDescriptor {
  if (!isObject(value)) {
    throw refusal([
      { pointer: "", detail: "The descriptor must be a JSON object", code: "DESCRIPTOR_SCHEMA" },
    ]);
  }
  const system = findForeignSystem(value);
  if (system !== undefined) {
    const detail = `This is a descriptor for ${system}, not for Atlassian Connect`;
    throw refusal([{ pointer: "", detail, code: "DESCRIPTOR_FOREIGN" }]);
  }

  const shape = checkShape(value);
  const found = [...(shape.fits ? [] : shape.problems), ...valueProblems(value, options)];
  const problems = [...found, ...unstorableProblems(value, found)];
  if (!shape.fits || problems.length > 0) throw refusal(problems);

  const descriptor = normalForm(shape.shaped);
  const warnings = [
    ...listWarnings(value, descriptor, options.product, options.catalogue),
    ...filterWarnings(descriptor, options.checkFilter),
  ];
  return { descriptor, warnings };
}

function refusal(problems: readonly Problem[]): CallboardError {
  const [first] = problems;
  const codes = new Set(problems.map((problem) => problem.code));
  const code: ErrorCode = codes.size === 1 ? (first?.code ?? "DESCRIPTOR_SCHEMA") : "DESCRIPTOR_SCHEMA";
  const place = first === undefined || first.pointer === "" ? "" : ` (${first.pointer})`;
  const rest = problems.length > 1 ? `; ${problems.length} problems in all` : "";
  return new CallboardError(code, `${first?.detail ?? "The descriptor is not valid"}${place}${rest}`, {
    errors: problems,
  });
}

/** Returns the texts that no database can store, except at places that already have a problem. */
function unstorableProblems(value: JsonObject, found: readonly Problem[]): readonly Problem[] {
  const known = new Set(found.map(({ pointer }) => pointer));
  return textProblems(value)
    .filter(({ pointer }) => !known.has(pointer))
    .map(({ pointer, detail }) => ({
      pointer,
      detail: `A text of the descriptor ${detail}`,
      code: "DESCRIPTOR_SCHEMA",
    }));
}

/** Checks what the schema can't express. Parts of the wrong type are left to the schema. */
function valueProblems(value: JsonObject, options: ValidateOptions): Problem[] {
  const problems: Problem[] = [];
  const baseUrl = value["baseUrl"];
  const baseProblem = typeof baseUrl === "string" ? baseUrlProblem(baseUrl, options.checkUrl) : undefined;
  if (baseProblem !== undefined) problems.push(baseProblem);
  const base = typeof baseUrl === "string" && baseProblem === undefined ? baseUrl : undefined;

  const lifecycle = value["lifecycle"];
  for (const event of LIFECYCLE_EVENTS) {
    const url = isObject(lifecycle) ? lifecycle[event] : undefined;
    problems.push(...urlProblems(url, base, `/lifecycle/${event}`, "DESCRIPTOR_SCHEMA"));
  }

  problems.push(...installedProblems(value), ...scopeProblems(value["scopes"], options.product));

  const checkFilter = withinLength(options.checkFilter);
  for (const [position, webhook] of listWebhookEntries(value).entries()) {
    if (!isObject(webhook)) continue;
    const pointer = `/modules/webhooks/${position}`;
    const { url } = webhook;
    const ofUrl = urlProblems(url, base, `${pointer}/url`, "DESCRIPTOR_WEBHOOK_URL");
    const joined =
      typeof url === "string" && ofUrl.length === 0 ? joinUrl(base ?? NO_BASE_URL, url) : undefined;
    problems.push(
      ...ofUrl,
      ...paramsProblems(webhook["params"], joined, `${pointer}/params`),
      ...filterProblems(webhook["filter"], `${pointer}/filter`, checkFilter),
      ...bodyFilterProblems(webhook, `${pointer}/bodyFilter`),
    );
  }
  return problems;
}

function baseUrlProblem(baseUrl: string, checkUrl: ValidateOptions["checkUrl"]): Problem | undefined {
  const problem = (detail: string, code: ErrorCode = "DESCRIPTOR_BASEURL"): Problem => ({
    pointer: "/baseUrl",
    detail,
    code,
  });
  if (baseUrl === "") return problem("baseUrl is empty");
  if (hasPlaceholder(baseUrl)) {
    return problem(
      "baseUrl contains a template placeholder; the add-on must fill it in before it serves the descriptor",
    );
  }
  const refused = catchRefusal(() => checkUrl(baseUrl));
  if (refused !== undefined) return problem(refused.message, refused.code);
  if (baseUrl.includes("?")) return problem("baseUrl must not have a query");

  const path = /^[^:]+:\/\/[^/]*(.*)$/.exec(baseUrl)?.[1] ?? "";
  const normal = new URL(baseUrl);
  // The token's query string hash covers the path below baseUrl, so both sides must read the same path.
  if (normal.pathname !== (path === "" ? "/" : path)) {
    return problem(`baseUrl must be in its normal form: ${normal.href}`);
  }
  return undefined;
}

/** Stands in for an invalid baseUrl, so that the other URLs are still checked. */
const NO_BASE_URL = "https://addon.invalid";

function urlProblems(
  url: unknown,
  base: string | undefined,
  pointer: string,
  code: ErrorCode,
): readonly Problem[] {
  if (typeof url !== "string" || url === "") return [];
  // Without a valid baseUrl, an absolute URL can't be checked.
  if (base === undefined && /^https?:\/\//i.test(url)) return [];
  const detail = whyNotRelative(url, base ?? NO_BASE_URL);
  return detail === undefined ? [] : [{ pointer, detail, code }];
}

/** `installed` is the only callback with the shared secret, so an add-on that verifies tokens needs it. */
function installedProblems({ authentication, lifecycle }: JsonObject): readonly Problem[] {
  if (!isObject(authentication) || !isObject(lifecycle ?? {})) return [];
  const { type = "jwt" } = authentication;
  const hasCallback = isObject(lifecycle) && lifecycle["installed"] !== undefined;
  if (typeof type !== "string" || type.toLowerCase() !== "jwt" || hasCallback) return [];
  const detail =
    "lifecycle.installed is missing; an add-on with jwt authentication receives its shared secret there";
  return [{ pointer: "/lifecycle/installed", detail, code: "DESCRIPTOR_SCHEMA" }];
}

/** A product with scopes of its own can give no others. */
function scopeProblems(scopes: unknown, product: Product | undefined): readonly Problem[] {
  const listed = product?.scopes;
  if (product === undefined || listed === undefined || !Array.isArray(scopes)) return [];
  return scopes.flatMap((scope: unknown, index): Problem[] => {
    if (typeof scope !== "string" || listed.has(scope)) return [];
    const near = findNearName(scope, listed.keys());
    const hint = near === undefined ? "" : `. Did you mean ${JSON.stringify(near)}?`;
    const detail = `${product.key} has no scope ${JSON.stringify(scope.slice(0, MAX_QUOTED_LENGTH))}${hint}`;
    return [{ pointer: `/scopes/${index}`, detail, code: "DESCRIPTOR_SCOPE" }];
  });
}

const MAX_QUOTED_LENGTH = 100;

/** `joined` is the URL to which the params are added, or undefined if it is invalid. */
function paramsProblems(params: unknown, joined: string | undefined, pointer: string): readonly Problem[] {
  if (!isObject(params)) return [];
  const problem = (at: string, detail: string): Problem => ({
    pointer: at,
    detail,
    code: "DESCRIPTOR_PARAMS",
  });
  const entries = Object.entries(params);
  if (entries.length > MAX_PARAMS) {
    return [problem(pointer, `A webhook has at most ${MAX_PARAMS} params, this one has ${entries.length}`)];
  }
  const problems = entries.flatMap(([name, value]) => {
    const at = `${pointer}/${escapeStep(name)}`;
    const detail = whyNotParam(name, value);
    return detail === undefined ? [] : [problem(at.toWellFormed(), detail)];
  });
  if (problems.length > 0 || joined === undefined) return problems;
  const texts = entries.flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value] as const] : [],
  );
  if (withParams(joined, Object.fromEntries<string>(texts)).length <= MAX_URL_LENGTH) return [];
  return [problem(pointer, `With its params the URL is longer than ${MAX_URL_LENGTH} characters`)];
}

/** Returns the reason why a param can't be sent, as one sentence. A value of the wrong type is left to the schema. */
function whyNotParam(name: string, value: unknown): string | undefined {
  if (name === "" || name.length > MAX_PARAM_NAME_LENGTH) {
    return `The name of a param must have 1 to ${MAX_PARAM_NAME_LENGTH} characters`;
  }
  const badName = whyNotLine(name);
  if (badName !== undefined) return `The name of a param ${badName}`;
  if (RESERVED_PARAMETER.test(name))
    return "A param must not be named jwt: the name is reserved for the token";
  if (typeof value !== "string") return undefined;
  if (value.length > MAX_PARAM_VALUE_LENGTH) {
    return `The value of a param must have at most ${MAX_PARAM_VALUE_LENGTH} characters`;
  }
  const badValue = whyNotLine(value);
  return badValue === undefined ? undefined : `The value of a param ${badValue}`;
}

/** Maximum length of all filters together. Parsing blocks the event loop for about 0.1 ms per character. */
const MAX_FILTERS_LENGTH = 10_000;

/** Returns a check for the filters of one descriptor. Filters beyond the total length are refused unparsed. */
function withinLength(checkFilter: ValidateOptions["checkFilter"]): ValidateOptions["checkFilter"] {
  const checked = new Set<string>();
  let length = 0;
  return (filter) => {
    if (!checked.has(filter)) length += filter.length;
    checked.add(filter);
    if (length > MAX_FILTERS_LENGTH) {
      throw new CallboardError(
        "DESCRIPTOR_FILTER",
        `The filters of the descriptor have more than ${MAX_FILTERS_LENGTH} characters in all`,
      );
    }
    return checkFilter(filter);
  };
}

function filterProblems(
  filter: unknown,
  pointer: string,
  checkFilter: ValidateOptions["checkFilter"],
): Problem[] {
  if (typeof filter !== "string" || filter.trim() === "") return [];
  const refused = catchRefusal(() => checkFilter(filter));
  return refused === undefined ? [] : [{ pointer, detail: refused.message, code: refused.code }];
}

/** A body filter of the wrong type is left to the schema. */
function bodyFilterProblems({ filter, bodyFilter }: JsonObject, pointer: string): readonly Problem[] {
  if (!isObject(bodyFilter)) return [];
  const hasFilter = typeof filter === "string" && filter.trim() !== "";
  const reading = readBodyFilter(bodyFilter, pointer);
  return [
    ...(hasFilter ? [besideFilterProblem(pointer)] : []),
    ...(reading.kind === "refused" ? reading.problems : []),
  ];
}

/** Returns the CallboardError that `check` throws, if any. Other errors pass through. */
function catchRefusal(check: () => unknown): CallboardError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof CallboardError) return error;
    throw error;
  }
}

function normalForm(shaped: ShapedDescriptor): Descriptor {
  const { key, name, version, description, vendor, scopes = [], modules = {} } = shaped;
  const { webhooks = [], ...otherModules } = modules;
  const baseUrl = withoutTrailingSlashes(shaped.baseUrl);
  return {
    key,
    name: name ?? key,
    baseUrl,
    ...(baseUrl === shaped.baseUrl ? {} : { writtenBaseUrl: shaped.baseUrl }),
    authentication: { type: shaped.authentication.type?.toLowerCase() === "none" ? "none" : "jwt" },
    lifecycle: resolveLifecycle(baseUrl, shaped.lifecycle ?? {}),
    ...(version === undefined ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    ...(vendor === undefined ? {} : { vendor }),
    scopes,
    webhooks: webhooks.map(toWebhookModule),
    otherModules: Object.keys(otherModules),
  };
}

function resolveLifecycle(baseUrl: string, lifecycle: Readonly<Record<string, unknown>>): LifecycleUrls {
  const known = LIFECYCLE_EVENTS.flatMap((event) => {
    const url = lifecycle[event];
    return typeof url === "string" ? [[event, resolveUrl(baseUrl, url).slice(baseUrl.length)] as const] : [];
  });
  return Object.fromEntries(known);
}

/** Returns the properties that Callboard uses. The stored descriptor keeps the others. */
function toWebhookModule(webhook: WebhookModule): WebhookModule {
  const { event, url, params, filter, bodyFilter, excludeBody, propertyKeys } = webhook;
  return {
    event,
    url,
    ...(params === undefined ? {} : { params }),
    ...(filter === undefined ? {} : { filter }),
    ...(bodyFilter === undefined ? {} : { bodyFilter }),
    ...(excludeBody === undefined ? {} : { excludeBody }),
    ...(propertyKeys === undefined ? {} : { propertyKeys }),
  };
}
