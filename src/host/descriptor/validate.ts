/**
 * Whether a parsed descriptor can be installed: its shape, its urls, its params and filters. Every problem is reported
 * at once, each with a JSON pointer; what is odd but usable is a warning.
 */

import { CallboardError } from "../../errors.ts";
import type { ErrorCode, Problem } from "../../errors.ts";
import type { Product } from "../../catalogue/index.ts";
import { LIFECYCLE_EVENTS } from "../../protocol/descriptor.ts";
import type { Descriptor, LifecycleUrls, WebhookModule } from "../../protocol/descriptor.ts";
import { escapeStep } from "../../json/pointer.ts";
import { filterWarnings } from "./filter-warnings.ts";
import { foreignSystemOf } from "./foreign.ts";
import { isObject, webhookEntriesOf } from "./raw-descriptor.ts";
import type { JsonObject } from "./raw-descriptor.ts";
import { hasPlaceholder, whyNotRelative } from "./relative-url.ts";
import { resolveUrl } from "./resolve.ts";
import { MAX_PARAMS } from "./schema.ts";
import { checkShape } from "./shape.ts";
import type { ShapedDescriptor } from "./shape.ts";
import { warningsOf } from "./warnings.ts";
import type { Warning } from "./warnings.ts";

export interface ValidateOptions {
  /** The product of the site; without it event names are compared with every product's. */
  readonly product?: Product;
  /** Whether requests may go to a URL; throws a CallboardError that says why not. */
  readonly checkUrl: (url: string) => URL;
  /** The clauses of a filter that no event decides, where that is known; throws a CallboardError when it does not parse. */
  readonly checkFilter: (filter: string) => readonly string[] | undefined;
}

export interface ValidDescriptor {
  readonly descriptor: Descriptor;
  readonly warnings: readonly Warning[];
}

/**
 * The descriptor in its normal form, with warnings.
 * Throws a CallboardError that lists every problem; its code is theirs when they all have the same one, otherwise
 * DESCRIPTOR_SCHEMA.
 */
export function validateDescriptor(value: unknown, options: ValidateOptions): ValidDescriptor {
  if (!isObject(value)) {
    throw refusal([
      { pointer: "", detail: "The descriptor must be a JSON object", code: "DESCRIPTOR_SCHEMA" },
    ]);
  }
  const system = foreignSystemOf(value);
  if (system !== undefined) {
    const detail = `This is a descriptor for ${system}, not for Atlassian Connect`;
    throw refusal([{ pointer: "", detail, code: "DESCRIPTOR_FOREIGN" }]);
  }

  const shape = checkShape(value);
  const problems = [...(shape.fits ? [] : shape.problems), ...valueProblems(value, options)];
  if (!shape.fits || problems.length > 0) throw refusal(problems);

  const descriptor = normalForm(shape.shaped);
  const warnings = [
    ...warningsOf(value, descriptor, options.product),
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

/** What the schema cannot say; parts of the wrong type are left to it. */
function valueProblems(value: JsonObject, options: ValidateOptions): Problem[] {
  const problems: Problem[] = [];
  const baseUrl = value["baseUrl"];
  const baseProblem = typeof baseUrl === "string" ? baseUrlProblem(baseUrl, options.checkUrl) : undefined;
  if (baseProblem !== undefined) problems.push(baseProblem);
  // The other urls are judged as well when the baseUrl is no good, as if it were a plain one.
  const base = typeof baseUrl === "string" && baseProblem === undefined ? baseUrl : "https://addon.invalid";

  const lifecycle = value["lifecycle"];
  for (const event of LIFECYCLE_EVENTS) {
    const url = isObject(lifecycle) ? lifecycle[event] : undefined;
    problems.push(...urlProblems(url, base, `/lifecycle/${event}`, "DESCRIPTOR_SCHEMA"));
  }

  const checkFilter = withinLength(options.checkFilter);
  for (const [position, webhook] of webhookEntriesOf(value).entries()) {
    if (!isObject(webhook)) continue;
    const pointer = `/modules/webhooks/${position}`;
    problems.push(
      ...urlProblems(webhook["url"], base, `${pointer}/url`, "DESCRIPTOR_WEBHOOK_URL"),
      ...paramsProblems(webhook["params"], `${pointer}/params`),
      ...filterProblems(webhook["filter"], `${pointer}/filter`, checkFilter),
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
      "baseUrl still holds a placeholder of a template; the add-on must fill it in when it serves it",
    );
  }
  const refused = refusalOf(() => checkUrl(baseUrl));
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

function urlProblems(url: unknown, base: string, pointer: string, code: ErrorCode): Problem[] {
  if (typeof url !== "string" || url === "") return [];
  const detail = whyNotRelative(url, base);
  return detail === undefined ? [] : [{ pointer, detail, code }];
}

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

function paramsProblems(params: unknown, pointer: string): Problem[] {
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
  return entries.flatMap(([name, value]) => {
    const at = `${pointer}/${escapeStep(name)}`;
    if (name === "" || name.length > 64) return [problem(at, "The name of a param has 1 to 64 characters")];
    if (CONTROL.test(name)) return [problem(at, "The name of a param has no control characters")];
    if (typeof value === "string" && CONTROL.test(value)) {
      return [problem(at, "The value of a param has no control characters")];
    }
    return [];
  });
}

/** Parsing takes about a tenth of a millisecond per character, and nothing else happens meanwhile. */
const LONGEST_FILTERS = 10_000;

/** The check for all filters of one descriptor: those beyond a length in all are refused unread. */
function withinLength(checkFilter: ValidateOptions["checkFilter"]): ValidateOptions["checkFilter"] {
  const checked = new Set<string>();
  let length = 0;
  return (filter) => {
    if (!checked.has(filter)) length += filter.length;
    checked.add(filter);
    if (length > LONGEST_FILTERS) {
      throw new CallboardError(
        "DESCRIPTOR_FILTER",
        `The filters of the descriptor have more than ${LONGEST_FILTERS} characters in all`,
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
  const refused = refusalOf(() => checkFilter(filter));
  return refused === undefined ? [] : [{ pointer, detail: refused.message, code: refused.code }];
}

/** The CallboardError that `check` throws; anything else it throws is our own fault and goes on. */
function refusalOf(check: () => unknown): CallboardError | undefined {
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
  const baseUrl = shaped.baseUrl.replace(/\/+$/, "");
  return {
    key,
    name: name ?? key,
    baseUrl,
    authentication: { type: shaped.authentication.type?.toLowerCase() === "none" ? "none" : "jwt" },
    lifecycle: lifecycleOf(baseUrl, shaped.lifecycle ?? {}),
    ...(version === undefined ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    ...(vendor === undefined ? {} : { vendor }),
    scopes,
    webhooks: webhooks.map(webhookOf),
    otherModules: Object.keys(otherModules),
  };
}

function lifecycleOf(baseUrl: string, lifecycle: Readonly<Record<string, unknown>>): LifecycleUrls {
  const known = LIFECYCLE_EVENTS.flatMap((event) => {
    const url = lifecycle[event];
    return typeof url === "string" ? [[event, resolveUrl(baseUrl, url).slice(baseUrl.length)] as const] : [];
  });
  return Object.fromEntries(known);
}

/** Only what a webhook means to us; the add-on's other properties stay in the stored descriptor. */
function webhookOf({ event, url, params, filter, excludeBody, propertyKeys }: WebhookModule): WebhookModule {
  return {
    event,
    url,
    ...(params === undefined ? {} : { params }),
    ...(filter === undefined ? {} : { filter }),
    ...(excludeBody === undefined ? {} : { excludeBody }),
    ...(propertyKeys === undefined ? {} : { propertyKeys }),
  };
}
