/** What is odd in a valid descriptor: it will be installed, but its author wants to know. */

import { findEvent, nearestNames, PRODUCTS, productsNaming } from "../../catalogue/index.ts";
import type { Product } from "../../catalogue/index.ts";
import type { Descriptor, DescriptorWarning, WebhookModule } from "../../protocol/descriptor.ts";
import { isObject, webhookEntriesOf } from "./raw-descriptor.ts";
import type { JsonObject } from "./raw-descriptor.ts";
import { joinUrl, parameterNames, splitUrl, URL_VARIABLE } from "./relative-url.ts";
import { resolveWebhooks } from "./resolve.ts";
import { ROOT_PROPERTIES, WEBHOOK_PROPERTIES } from "./schema.ts";

export const WARNING_CODES = [
  "DESCRIPTOR_DUPLICATE_WEBHOOK",
  "EVENT_UNKNOWN",
  "FILTER_UNDECIDED",
  "FILTER_WITHOUT_ISSUES",
  "INSTALLED_MISSING",
  "MODULES_NOT_SERVED",
  "PROPERTY_UNKNOWN",
  "SCOPE_READ_MISSING",
  "URL_FRAGMENT_DROPPED",
  "URL_NO_LEADING_SLASH",
  "URL_PARAMETER_NAME",
  "URL_VARIABLE_IN_PATH",
  "URL_VARIABLE_UNKNOWN",
] as const;
export type WarningCode = (typeof WARNING_CODES)[number];

export interface Warning extends DescriptorWarning {
  readonly code: WarningCode;
}

/** In the order of the descriptor's own parts; `value` is the descriptor as it was written. */
export function warningsOf(
  value: JsonObject,
  descriptor: Descriptor,
  product: Product | undefined,
): Warning[] {
  return [
    ...propertyWarnings(value, ROOT_PROPERTIES, ""),
    ...descriptorWarnings(descriptor),
    ...duplicateWarnings(descriptor),
    ...descriptor.webhooks.flatMap((webhook, position) =>
      webhookWarnings(webhook, `/modules/webhooks/${position}`, descriptor.baseUrl, product),
    ),
    ...webhookEntriesOf(value)
      .filter(isObject)
      .flatMap((webhook, position) =>
        propertyWarnings(webhook, WEBHOOK_PROPERTIES, `/modules/webhooks/${position}`),
      ),
  ];
}

function propertyWarnings(value: JsonObject, known: ReadonlySet<string>, pointer: string): Warning[] {
  const unknown = Object.keys(value).filter((name) => !known.has(name));
  if (unknown.length === 0) return [];
  const detail = `Connect does not know ${listed(unknown)}; kept, and without effect`;
  return [{ code: "PROPERTY_UNKNOWN", pointer, detail }];
}

/** Scopes of Connect that include reading. */
const READING_SCOPES = new Set(["READ", "WRITE", "DELETE", "PROJECT_ADMIN", "SPACE_ADMIN", "ADMIN"]);

function descriptorWarnings(descriptor: Descriptor): Warning[] {
  const warnings: Warning[] = [];
  const { authentication, lifecycle, otherModules, scopes, webhooks } = descriptor;
  if (authentication.type === "jwt" && lifecycle.installed === undefined) {
    warnings.push({
      code: "INSTALLED_MISSING",
      pointer: "/lifecycle",
      detail:
        "Without lifecycle.installed the add-on never receives its shared secret and cannot verify a token",
    });
  }
  if (webhooks.length > 0 && !scopes.some((scope) => READING_SCOPES.has(scope.toUpperCase()))) {
    warnings.push({
      code: "SCOPE_READ_MISSING",
      pointer: "/scopes",
      detail: "Atlassian's products refuse webhooks without the READ scope; it is not needed here",
    });
  }
  if (otherModules.length > 0) {
    const detail = `Only webhooks are served here, not ${listed(otherModules)}`;
    warnings.push({ code: "MODULES_NOT_SERVED", pointer: "/modules", detail });
  }
  return warnings;
}

function duplicateWarnings(descriptor: Descriptor): Warning[] {
  const resolved = new Set(resolveWebhooks(descriptor).map(({ position }) => position));
  return descriptor.webhooks.flatMap(({ event }, position) => {
    if (resolved.has(position)) return [];
    const detail = `${event} stands twice with the same url; it is delivered once`;
    return [
      { code: "DESCRIPTOR_DUPLICATE_WEBHOOK" as const, pointer: `/modules/webhooks/${position}`, detail },
    ];
  });
}

function webhookWarnings(
  { event, url, filter }: WebhookModule,
  pointer: string,
  baseUrl: string,
  product: Product | undefined,
): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: WarningCode, member: "event" | "filter" | "url", detail: string) =>
    warnings.push({ code, pointer: `${pointer}/${member}`, detail });

  const unknown = whyUnknown(event, product);
  if (unknown !== undefined) warn("EVENT_UNKNOWN", "event", unknown);
  if (!url.startsWith("/")) {
    warn(
      "URL_NO_LEADING_SLASH",
      "url",
      `The url has no leading slash; it is called as ${joinUrl(baseUrl, url)}`,
    );
  }
  if (url.includes("#")) warn("URL_FRAGMENT_DROPPED", "url", "A fragment is never sent; it was left out");

  const { path, query } = splitUrl(url);
  if (path.match(URL_VARIABLE) !== null) {
    const detail =
      "Connect libraries disagree on how a variable in the path is signed; put it into the query";
    warn("URL_VARIABLE_IN_PATH", "url", detail);
  }
  const names = parameterNames(query).filter((name) => !/^[\w.~-]*$/.test(name));
  if (names.length > 0) {
    const detail = `Connect libraries disagree on how a parameter named ${listed(names)} is signed`;
    warn("URL_PARAMETER_NAME", "url", detail);
  }
  const known = product === undefined ? undefined : findEvent(product, event);
  const unfilled = variablesIn(url).filter((variable) => known !== undefined && !known.supplies(variable));
  if (unfilled.length > 0) {
    warn("URL_VARIABLE_UNKNOWN", "url", `${event} has no value for ${listed(unfilled)}; it is left empty`);
  }
  if (filter !== undefined && known !== undefined && known.product !== "jira") {
    const detail = `No event of ${known.product} has an issue, so the filter can't be judged: every event is delivered`;
    warn("FILTER_WITHOUT_ISSUES", "filter", detail);
  }
  return warnings;
}

function whyUnknown(event: string, product: Product | undefined): string | undefined {
  if (product !== undefined && findEvent(product, event) !== undefined) return undefined;
  if (productsNaming(event).length > 0) return undefined;
  if (event === "*") return "* is no event name in Connect; name each event, or nothing is delivered";
  const nearest = product === undefined ? nearestOfAny(event) : nearestNames(product, event);
  const hint = nearest.length === 0 ? "" : ` Near names: ${nearest.join(", ")}`;
  return `No product has an event named ${JSON.stringify(event)}; it is kept, and nothing fires it.${hint}`;
}

/** The best name of each product, as long as the product is not known. */
function nearestOfAny(event: string): readonly string[] {
  return [...new Set(PRODUCTS.flatMap((product) => nearestNames(product, event, 1)))];
}

function variablesIn(url: string): readonly string[] {
  return [...url.matchAll(URL_VARIABLE)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => JSON.stringify(name.slice(0, 60)));
  const rest = names.length > 5 ? ` and ${names.length - 5} more` : "";
  return `${shown.join(", ")}${rest}`;
}
