/** Finds questionable entries of a valid descriptor. They don't prevent an install. */

import { findEventType, findNearestNames, findSameName } from "../../catalogue/index.ts";
import type { Catalogue, EventType, Product } from "../../catalogue/index.ts";
import { escapeStep } from "../../json/pointer.ts";
import type { Descriptor, DescriptorWarning, WebhookModule } from "../../protocol/descriptor.ts";
import { describeDeprecation, findDeprecation } from "../model/deprecation.ts";
import { eventsFitting, whyUnknownEvent } from "../model/event-name.ts";
import { isPattern } from "../model/event-pattern.ts";
import { sortParams, variablesIn } from "../model/params.ts";
import { isObject } from "../../json/object.ts";
import { listWebhookEntries } from "./raw-descriptor.ts";
import type { JsonObject } from "../../json/object.ts";
import { joinUrl, parameterNames, relativeTo, splitUrl, URL_VARIABLE } from "./relative-url.ts";
import { resolveWebhooks } from "./resolve.ts";
import { ROOT_PROPERTIES, SCOPES, WEBHOOK_PROPERTIES } from "./schema.ts";

export const WARNING_CODES = [
  "BASEURL_ORIGIN",
  "BODY_FILTER_NOT_CONNECT",
  "DESCRIPTOR_DUPLICATE_WEBHOOK",
  "EVENT_DEPRECATED",
  "EVENT_UNKNOWN",
  "FILTER_UNDECIDED",
  "FILTER_WITHOUT_ISSUES",
  "MODULES_NOT_SERVED",
  "PARAM_IN_URL",
  "PARAM_IS_PROPERTY",
  "PARAM_NOT_SENT",
  "PRODUCT_WITHOUT_EVENTS",
  "PROPERTY_UNKNOWN",
  "SCOPE_READ_MISSING",
  "SCOPE_UNKNOWN",
  "URL_ABSOLUTE",
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

/** Returns the warnings in the order of the descriptor. `value` is the descriptor as written. */
export function listWarnings(
  value: JsonObject,
  descriptor: Descriptor,
  product: Product | undefined,
  catalogue: Catalogue,
): Warning[] {
  const whyUnknown = createWhyUnknown(product, catalogue);
  const products = product === undefined ? catalogue.addonProducts : [product];
  return [
    ...propertyWarnings(value, ROOT_PROPERTIES, ""),
    ...descriptorWarnings(descriptor, product),
    ...productWarnings(descriptor, product, catalogue),
    ...duplicateWarnings(descriptor),
    ...descriptor.webhooks.flatMap((webhook, position) =>
      webhookWarnings(webhook, {
        pointer: `/modules/webhooks/${position}`,
        baseUrl: descriptor.baseUrl,
        product,
        whyUnknown,
      }),
    ),
    ...descriptor.webhooks.flatMap(({ event }, position) => deprecationWarnings(event, position, products)),
    ...listWebhookEntries(value)
      .filter(isObject)
      .flatMap((webhook, position) =>
        propertyWarnings(webhook, WEBHOOK_PROPERTIES, `/modules/webhooks/${position}`),
      ),
  ];
}

function propertyWarnings(value: JsonObject, known: ReadonlySet<string>, pointer: string): Warning[] {
  const unknown = Object.keys(value).filter((name) => !known.has(name));
  if (unknown.length === 0) return [];
  const detail = `Connect has no property named ${listed(unknown)}; kept without effect`;
  return [{ code: "PROPERTY_UNKNOWN", pointer, detail }];
}

/** Warns of callbacks and webhooks to another origin than that of the descriptor. */
export function originWarnings(descriptorUrl: string, { baseUrl }: Pick<Descriptor, "baseUrl">): Warning[] {
  const from = new URL(descriptorUrl).origin;
  const to = new URL(baseUrl).origin;
  if (from === to) return [];
  const detail = `The descriptor is at ${from}, but its baseUrl is at ${to}: callbacks and webhooks go to ${to}`;
  return [{ code: "BASEURL_ORIGIN", pointer: "/baseUrl", detail }];
}

/** Connect scopes that include reading. */
const READING_SCOPES = new Set(["READ", "WRITE", "DELETE", "PROJECT_ADMIN", "SPACE_ADMIN", "ADMIN"]);

function descriptorWarnings(descriptor: Descriptor, product: Product | undefined): Warning[] {
  const warnings: Warning[] = [];
  const { otherModules, scopes, webhooks } = descriptor;
  const areOfConnect = product?.scopes === undefined;
  const unknown = areOfConnect ? scopes.filter((scope) => !SCOPES.has(scope.toUpperCase())) : [];
  if (unknown.length > 0) {
    const detail = `Connect has no scope named ${listed(unknown)}; kept without effect`;
    warnings.push({ code: "SCOPE_UNKNOWN", pointer: "/scopes", detail });
  }
  if (
    areOfConnect &&
    webhooks.length > 0 &&
    !scopes.some((scope) => READING_SCOPES.has(scope.toUpperCase()))
  ) {
    warnings.push({
      code: "SCOPE_READ_MISSING",
      pointer: "/scopes",
      detail: "Atlassian's products refuse webhooks without the READ scope; Callboard does not require it",
    });
  }
  if (otherModules.length > 0) {
    const detail = `Callboard serves webhooks only, not ${listed(otherModules)}`;
    warnings.push({ code: "MODULES_NOT_SERVED", pointer: "/modules", detail });
  }
  return warnings;
}

/** An add-on of which no event type can happen on the site, most often installed on a site of the wrong product. */
function productWarnings(
  { webhooks }: Descriptor,
  product: Product | undefined,
  { addonProducts }: Catalogue,
): Warning[] {
  if (product === undefined || webhooks.length === 0) return [];
  if (webhooks.some(({ event }) => names(product, event))) return [];
  const others = addonProducts
    .filter((other) => other !== product && webhooks.some(({ event }) => names(other, event)))
    .map(({ key }) => key);
  const hint = others.length === 0 ? "" : `; the add-on seems to be for ${others.join(" and ")}`;
  const detail = `No webhook names an event type of ${product.key}, the product of the site${hint}`;
  return [{ code: "PRODUCT_WITHOUT_EVENTS", pointer: "/modules/webhooks", detail }];
}

function duplicateWarnings(descriptor: Descriptor): Warning[] {
  const resolved = new Set(resolveWebhooks(descriptor).map(({ position }) => position));
  return descriptor.webhooks.flatMap(({ event }, position) => {
    if (resolved.has(position)) return [];
    const detail = `${event} has an equal webhook before this one; it is delivered once`;
    return [
      { code: "DESCRIPTOR_DUPLICATE_WEBHOOK" as const, pointer: `/modules/webhooks/${position}`, detail },
    ];
  });
}

/** Without a site, an event type is deprecated if every product that has it says so. */
function deprecationWarnings(event: string, position: number, products: readonly Product[]): Warning[] {
  const having = products.filter((each) => findEventType(each, event) !== undefined);
  const found = having.map((each) => findDeprecation(each, event));
  const [first] = found;
  if (first === undefined || found.includes(undefined)) return [];
  const pointer = `/modules/webhooks/${position}/event`;
  return [{ code: "EVENT_DEPRECATED", pointer, detail: describeDeprecation(first) }];
}

interface WebhookWarningsOptions {
  readonly pointer: string;
  readonly baseUrl: string;
  readonly product: Product | undefined;
  readonly whyUnknown: (event: string) => string | undefined;
}

function webhookWarnings(
  { event, url, filter, bodyFilter, params = {} }: WebhookModule,
  { pointer, baseUrl, product, whyUnknown }: WebhookWarningsOptions,
): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: WarningCode, member: "bodyFilter" | "event" | "filter" | "url", detail: string) =>
    warnings.push({ code, pointer: `${pointer}/${member}`, detail });

  const unknown = whyUnknown(event);
  if (unknown !== undefined) warn("EVENT_UNKNOWN", "event", unknown);
  const relative = relativeTo(baseUrl, url);
  if (relative !== url) {
    const detail = `The url is absolute, which Atlassian's products refuse; write it relative to baseUrl: ${relative}`;
    warn("URL_ABSOLUTE", "url", detail);
  } else if (!url.startsWith("/")) {
    const detail = `The url has no leading slash; it is called as ${joinUrl(baseUrl, url)}`;
    warn("URL_NO_LEADING_SLASH", "url", detail);
  }
  if (url.includes("#")) warn("URL_FRAGMENT_DROPPED", "url", "A fragment is never sent; it was removed");

  const { path, query } = splitUrl(relative);
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
  const known = product === undefined ? undefined : findEventType(product, event);
  const unfilled = variablesIn(url, URL_VARIABLE).filter(
    (variable) => known !== undefined && !known.supplies(variable),
  );
  if (unfilled.length > 0) {
    warn("URL_VARIABLE_UNKNOWN", "url", `${event} has no value for ${listed(unfilled)}; it is left empty`);
  }
  warnings.push(...paramWarnings(params, query, known, `${pointer}/params`));
  if (bodyFilter !== undefined) {
    const detail =
      "Atlassian's products don't have body filters and send every event; there, the add-on must expect the others too";
    warn("BODY_FILTER_NOT_CONNECT", "bodyFilter", detail);
  }
  if (filter !== undefined && known !== undefined && product?.hasIssues !== true) {
    const detail = `No event of ${known.product} has an issue, so the filter can't be judged: every event is delivered`;
    warn("FILTER_WITHOUT_ISSUES", "filter", detail);
  }
  return warnings;
}

/** Properties of a webhook that authors put into its params by mistake. */
const PROPERTIES_BESIDE_EVENT: ReadonlySet<string> = new Set([
  "filter",
  "bodyFilter",
  "excludeBody",
  "propertyKeys",
]);

function paramWarnings(
  params: Readonly<Record<string, string>>,
  query: string | undefined,
  known: EventType | undefined,
  pointer: string,
): Warning[] {
  const { sent, unsafe, inUrl } = sortParams(params, query);
  const warning = (code: WarningCode, name: string, detail: string): Warning => ({
    code,
    pointer: `${pointer}/${escapeStep(name)}`,
    detail,
  });
  return [
    ...unsafe.map((name) =>
      warning(
        "PARAM_NOT_SENT",
        name,
        `Connect libraries disagree on how a parameter named ${listed([name])} is signed, so it is not sent; use letters, digits and . _ ~ -`,
      ),
    ),
    ...inUrl.map((name) =>
      warning(
        "PARAM_IN_URL",
        name,
        `The url has a parameter named ${listed([name])} already; the url's value is sent`,
      ),
    ),
    ...sent.flatMap(([name, value]) => {
      const unfilled = variablesIn(value).filter(
        (variable) => known !== undefined && !known.supplies(variable),
      );
      return [
        ...(PROPERTIES_BESIDE_EVENT.has(name)
          ? [
              warning(
                "PARAM_IS_PROPERTY",
                name,
                `${name} is sent as a query parameter; the webhook property of this name belongs beside event`,
              ),
            ]
          : []),
        ...(unfilled.length === 0
          ? []
          : [
              warning(
                "URL_VARIABLE_UNKNOWN",
                name,
                `${known?.event ?? ""} has no value for ${listed(unfilled)}; it is left empty`,
              ),
            ]),
      ];
    }),
  ];
}

/** Reports whether a product has the event type, or one that matches its wildcards. */
function names(product: Product, event: string): boolean {
  return findEventType(product, event) !== undefined || eventsFitting(product, event).length > 0;
}

/** Maximum number of names to search similar ones for. Each takes 0.1 ms, and a descriptor can have 500. */
const MAX_SEARCHED = 50;

/** For the names of one descriptor: those beyond {@link MAX_SEARCHED} are not compared with the names that may be meant. */
function createWhyUnknown(
  product: Product | undefined,
  catalogue: Catalogue,
): (event: string) => string | undefined {
  const products = product === undefined ? catalogue.addonProducts : [product];
  let searched = 0;
  return (event) => {
    if (products.some((each) => names(each, event))) return undefined;
    searched += 1;
    if (searched <= MAX_SEARCHED) return whyUnknown(event, product, catalogue);
    return `${JSON.stringify(event.slice(0, 200))} is not an event type of ${listKeys(products)}`;
  };
}

/** Without a site, an event type of any product that has add-ons is known. */
function whyUnknown(event: string, product: Product | undefined, catalogue: Catalogue): string | undefined {
  if (product !== undefined) return whyUnknownEvent(catalogue, product, event);
  const { addonProducts } = catalogue;
  if (addonProducts.some((each) => whyUnknownEvent(catalogue, each, event) === undefined)) return undefined;
  const quoted = JSON.stringify(event.slice(0, 200));
  const products = listKeys(addonProducts);
  if (isPattern(event)) return `${quoted} matches no event type of ${products}`;
  // A name that only lacks its prefix is meant, whatever other products have.
  const same = addonProducts.flatMap((each) => findSameName(each, event) ?? []);
  const others = same.length === 0 ? catalogue.listNaming(event) : [];
  if (others.length > 0) return `${quoted} is an event type of ${others.join(" and ")}, not of ${products}`;
  const near = same.length > 0 ? same : addonProducts.flatMap((each) => findNearestNames(each, event, 1));
  const question = near.length === 0 ? "" : `; did you mean ${[...new Set(near)].join(" or ")}?`;
  return `${quoted} is not an event type of ${products}${question}`;
}

const listKeys = (products: readonly Product[]) => products.map(({ key }) => key).join(" or ");

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => JSON.stringify(name.slice(0, 60)));
  const rest = names.length > 5 ? ` and ${names.length - 5} more` : "";
  return `${shown.join(", ")}${rest}`;
}
