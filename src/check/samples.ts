/** The webhooks of a descriptor with the catalogue's samples, and variants of a body. Pure. */
import { findEventType } from "../catalogue/index.ts";
import type { Catalogue, Product } from "../catalogue/index.ts";
import { fitsPattern, isPattern } from "../host/model/event-pattern.ts";
import { expandUrl } from "../host/model/variables.ts";
import type { ResolvedWebhook } from "../protocol/descriptor.ts";
import type { Webhook } from "./tenant.ts";

/** Events of more than one product are sent by a second site. */
export interface Products {
  readonly main: Product;
  readonly second: Product;
}

/** Returns the product that has most of the events, and the one that has most of the others. */
export function chooseProducts(events: readonly string[], catalogue: Catalogue): Products {
  const ranked = (wanted: readonly string[]) =>
    catalogue.addonProducts
      .map((product) => ({ product, count: wanted.filter((event) => findName(product, event)).length }))
      .toSorted((a, b) => b.count - a.count);
  const [first] = ranked(events);
  if (first === undefined) throw new Error("the catalogue has no product with add-ons");
  const main = first.product;
  const [next] = ranked(events.filter((event) => findName(main, event) === undefined));
  return { main, second: next === undefined || next.count === 0 ? main : next.product };
}

/** Returns undefined if the product doesn't have the webhook's event type. */
export function makeWebhook(
  { event, resolvedUrl, excludeBody }: ResolvedWebhook,
  product: Product,
  {
    catalogue,
    addonKey,
    now,
  }: { readonly catalogue: Catalogue; readonly addonKey: string; readonly now: number },
): Webhook | undefined {
  const name = findName(product, event);
  const type = name === undefined ? undefined : findEventType(product, name);
  if (type === undefined) return undefined;
  const sample = type.sample();
  // Such an event goes only to the add-on that it is about.
  const payload = type.ownAddonOnly ? { ...(sample as object), key: addonKey } : sample;
  const body = catalogue.buildBody(product, {
    event: type.event,
    payload: Buffer.from(JSON.stringify(payload)),
    receivedAt: now,
  }).bytes;
  const { url } = expandUrl(resolvedUrl, JSON.parse(body.toString("utf8")), product.variablePlaces);
  return { event: type.event, url, body: excludeBody ? NO_BODY : body, excludesBody: excludeBody };
}

const NO_BODY = Buffer.alloc(0);

function findName(product: Product, event: string): string | undefined {
  if (!isPattern(event)) return findEventType(product, event)?.event;
  return product.eventTypes.find((type) => fitsPattern(type.event, event))?.event;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Adds members that no product sends today, on every level: hosts add members without notice. */
export function withUnknownMembers(body: Buffer): Buffer {
  const walk = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isObject(value)) return value;
    const own = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, walk(member)]));
    return { ...own, callboardCheckUnknown: { since: 2031, list: [null, "ß"] } };
  };
  return changed(body, walk);
}

/** Makes the longest text of a body so long that the body has at least so many bytes. A body without a text gets one. */
export function withLongText(body: Buffer, bytes: number): Buffer {
  const longest = listTexts(parse(body)).reduce(
    (most, text) => (text.length > most.length ? text : most),
    "",
  );
  if (longest === "") {
    return changed(body, (value) =>
      isObject(value) ? { ...value, callboardCheckText: "long ".repeat(bytes / 5) } : value,
    );
  }
  const long = longest.repeat(Math.ceil(bytes / longest.length));
  let isDone = false;
  return changed(body, (value) =>
    mapLeaves(value, (leaf, name) => {
      if (leaf !== longest || isDone || KEPT_TEXTS.test(name)) return leaf;
      isDone = true;
      return long;
    }),
  );
}

/** Members whose texts name something, so that they stay as they are. */
const KEPT_TEXTS = /^(?:webhookEvent|event|eventType|issue_event_type_name|type|self|.*Url|.*[uU]rl)$/;

function listTexts(value: Json, name = ""): readonly string[] {
  if (typeof value === "string") return KEPT_TEXTS.test(name) ? [] : [value];
  if (Array.isArray(value)) return value.flatMap((item) => listTexts(item as Json));
  return isObject(value) ? Object.entries(value).flatMap(([member, item]) => listTexts(item, member)) : [];
}

/** Gives everything that the body names another identity: an add-on has never heard of it before. */
export function withOtherIdentities(body: Buffer): Buffer {
  return changed(body, (value) =>
    mapLeaves(value, (leaf, name) => {
      if (name !== "id" && name !== "key") return leaf;
      if (typeof leaf === "number") return leaf + 7_000_000;
      return typeof leaf === "string" ? leaf.replace(/\d+/, (digits) => `7${digits.padStart(4, "0")}`) : leaf;
    }),
  );
}

/** Changes every text, number, boolean and null, each with the name of its member; items of a list have none. */
function mapLeaves(value: Json, change: (leaf: Json, name: string) => Json, name = ""): Json {
  if (Array.isArray(value)) return value.map((item) => mapLeaves(item as Json, change));
  if (!isObject(value)) return change(value, name);
  return Object.fromEntries(
    Object.entries(value).map(([member, item]) => [member, mapLeaves(item, change, member)]),
  );
}

function changed(body: Buffer, change: (value: Json) => Json): Buffer {
  return body.length === 0 ? body : Buffer.from(JSON.stringify(change(parse(body))));
}

const parse = (body: Buffer): Json =>
  body.length === 0 ? null : (JSON.parse(body.toString("utf8")) as Json);

function isObject(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
