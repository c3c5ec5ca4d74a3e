/**
 * Order by key: deliveries of one key go one after the other, in the order of acceptance. The key is a value of the body.
 * Deliveries without a key go as they come. Pure.
 */
import { createHash } from "node:crypto";
import type { Problem } from "../../errors.ts";
import { readMember } from "../../json/member.ts";
import { parsePointer } from "../../json/pointer.ts";
import type { DueDelivery, OrderPlace } from "./delivery.ts";
import { findReceiverSettings } from "./receiver-settings.ts";
import type { SiteSnapshot } from "./site-snapshot.ts";
import type { Subscription } from "./subscription.ts";
import { whyNotLine } from "./text.ts";

/** Where the deliveries of a receiver have their key. */
export interface Order {
  /** Keys of other scopes are other keys: `w` and the number of an outgoing webhook, or `e` and that of an add-on's endpoint. */
  readonly scope: string;
  /** JSON pointer into the body. */
  readonly pointer: string;
}

const MAX_POINTER_LENGTH = 500;
const MAX_STEPS = 20;
/** A longer value is a key by its digest. */
const MAX_VALUE_LENGTH = 200;

export type OrderByReading =
  | { readonly kind: "orderBy"; readonly pointer: string | undefined }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

/** Reads the pointer to a key; null and "" are none. A refusal has its problem, with the code ORDER_BY, at `at`. */
export function readOrderBy(given: unknown, at: string): OrderByReading {
  if (given === undefined || given === null || given === "") return { kind: "orderBy", pointer: undefined };
  const problems = orderByProblems(given, at);
  return typeof given === "string" && problems.length === 0
    ? { kind: "orderBy", pointer: given }
    : { kind: "refused", problems };
}

function orderByProblems(pointer: unknown, at: string): readonly Problem[] {
  const refuse = (detail: string): readonly Problem[] => [{ pointer: at, detail, code: "ORDER_BY" }];
  if (typeof pointer !== "string") return refuse("must be a text");
  if (pointer.length > MAX_POINTER_LENGTH)
    return refuse(`must have at most ${MAX_POINTER_LENGTH} characters`);
  const notLine = whyNotLine(pointer);
  if (notLine !== undefined) return refuse(notLine);
  if (!pointer.startsWith("/")) return refuse("must be a JSON pointer into the body, such as /issue/id");
  if (/~(?![01])/.test(pointer)) return refuse("must write ~ as ~0 and / as ~1 in the name of a member");
  const steps = parsePointer(pointer);
  return steps.length > MAX_STEPS ? refuse(`must have at most ${MAX_STEPS} steps`) : [];
}

/** Returns the order of a subscription's deliveries. Undefined for any order. */
export function findOrder(site: SiteSnapshot, subscription: Subscription): Order | undefined {
  const { orderBy: pointer } = findReceiverSettings(site, subscription);
  if (pointer === undefined) return undefined;
  const { receiver, endpointNo } = subscription;
  return { scope: receiver.kind === "webhook" ? `w${receiver.webhookNo}` : `e${endpointNo}`, pointer };
}

/** Returns the key of a body. Undefined if the pointer leads to no text, number or truth value. */
export function readOrderKey({ scope, pointer }: Order, payload: unknown): string | undefined {
  const value = parsePointer(pointer).reduce(readMember, payload);
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
    case "boolean":
      return formatKey(scope, String(value));
    default:
      return undefined;
  }
}

const DIGEST_PREFIX = "sha256:";

function formatKey(scope: string, value: string): string {
  // An isolated surrogate has no bytes in a database.
  const text = value.toWellFormed();
  const isLong = text.length > MAX_VALUE_LENGTH || text.includes("\0");
  return `${scope} ${isLong ? DIGEST_PREFIX + createHash("sha256").update(text).digest("hex") : text}`;
}

/** Returns the value of a key, as it is shown. */
export const keyValue = (key: string): string => key.slice(key.indexOf(" ") + 1);

/** A key of one site. */
export interface SiteKey {
  readonly siteNo: number;
  readonly key: string;
}

export const formatSiteKey = ({ siteNo, key }: SiteKey): string => `${siteNo} ${key}`;

/** Counts the deliveries that need a number, by key. */
export function countByKey(
  deliveries: readonly DueDelivery[],
): readonly (SiteKey & { readonly count: number })[] {
  const counts = new Map<string, SiteKey & { count: number }>();
  for (const { siteNo, orderKey } of deliveries) {
    if (orderKey === undefined) continue;
    const own = { siteNo, key: orderKey };
    const known = counts.get(formatSiteKey(own));
    if (known === undefined) counts.set(formatSiteKey(own), { ...own, count: 1 });
    else known.count += 1;
  }
  return [...counts.values()];
}

/** What is known of a key in the transaction that holds it. */
export interface KeyStanding extends SiteKey {
  /** The number before the first one that may be given. */
  readonly last: number;
  /** Reports whether deliveries of the key have not ended. */
  readonly isBusy: boolean;
}

/** Numbers deliveries in their order. The first of a key that is not busy goes; the others are behind it. */
export function putInOrder(
  deliveries: readonly DueDelivery[],
  standings: readonly KeyStanding[],
): readonly DueDelivery[] {
  const standing = new Map(
    standings.map((each) => [formatSiteKey(each), { last: each.last, isBusy: each.isBusy }]),
  );
  return deliveries.map((delivery) => {
    if (delivery.orderKey === undefined) return delivery;
    const own = { siteNo: delivery.siteNo, key: delivery.orderKey };
    const at = standing.get(formatSiteKey(own));
    if (at === undefined) throw new Error("a key without a standing");
    at.last += 1;
    const order: OrderPlace = { key: own.key, sequence: at.last, isBehind: at.isBusy };
    at.isBusy = true;
    return { ...delivery, order };
  });
}
