/**
 * Order by key: deliveries of one key go one after the other, in the order of acceptance. The key is a value of the body.
 * Deliveries without a key go as they come. Pure.
 */
import { createHash } from "node:crypto";
import type { Problem } from "../../errors.ts";
import { findScalar } from "../../json/find.ts";
import { readMember } from "../../json/member.ts";
import { parsePointer } from "../../json/pointer.ts";
import { isScalar } from "../../json/scalar.ts";
import type { DueDelivery } from "./delivery.ts";
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

/** Returns the order of a subscription's deliveries by the key at `pointer`. */
export function toOrder(
  { receiver, endpointNo }: Pick<Subscription, "receiver" | "endpointNo">,
  pointer: string,
): Order {
  return { scope: receiver.kind === "webhook" ? `w${receiver.webhookNo}` : `e${endpointNo}`, pointer };
}

/** A body as it was accepted. */
export interface KeyedBody {
  readonly body: Buffer;
  /** The parsed body, or of a large one what is read of it. */
  readonly payload: () => unknown;
}

/** A larger body is read in turns, before it is planned. */
const MAX_FOUND_BYTES = 64 * 1024;

/**
 * Creates a reader of the keys of one body, which reads the value of a pointer once for all receivers that have it. A key is undefined
 * if the pointer leads to no text, number or truth value.
 */
export function createKeyReader({ body, payload }: KeyedBody): (order: Order) => string | undefined {
  let last: { readonly pointer: string; readonly value: unknown } | undefined;
  return ({ scope, pointer }) => {
    if (last?.pointer !== pointer) {
      const steps = parsePointer(pointer);
      const value =
        body.length > MAX_FOUND_BYTES ? steps.reduce(readMember, payload()) : findScalar(body, steps);
      last = { pointer, value };
    }
    const { value } = last;
    return isScalar(value) ? formatKey(scope, String(value)) : undefined;
  };
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

/** Values by key, without a text that is made for each look. */
export class KeyMap<T> {
  readonly #bySite = new Map<number, Map<string, T>>();

  get({ siteNo, key }: SiteKey): T | undefined {
    return this.#bySite.get(siteNo)?.get(key);
  }

  set({ siteNo, key }: SiteKey, value: T): void {
    const known = this.#bySite.get(siteNo);
    if (known === undefined) this.#bySite.set(siteNo, new Map([[key, value]]));
    else known.set(key, value);
  }
}

/** A key, and the highest number of some of its deliveries. */
export interface NumberedKey extends SiteKey {
  readonly sequence: number;
}

/** Lists keys with their highest numbers, each key once. */
export function listHighest(keys: Iterable<NumberedKey>): readonly NumberedKey[] {
  const places = new KeyMap<number>();
  const highest: NumberedKey[] = [];
  for (const own of keys) {
    const place = places.get(own);
    if (place === undefined) places.set(own, highest.push(own) - 1);
    else if (own.sequence > (highest[place]?.sequence ?? 0)) highest[place] = own;
  }
  return highest;
}

/** Lists keys, each once. */
export function listDistinct(keys: Iterable<SiteKey>): readonly SiteKey[] {
  const seen = new KeyMap<true>();
  const distinct: SiteKey[] = [];
  for (const own of keys) {
    if (seen.get(own) === true) continue;
    seen.set(own, true);
    distinct.push(own);
  }
  return distinct;
}

/** A key, and how many deliveries of it need a number. */
export interface KeyCount extends SiteKey {
  readonly count: number;
}

/** The keys of deliveries. */
export interface KeyGroups {
  readonly counts: readonly KeyCount[];
  /** For each delivery the place of its key in `counts`; undefined without a key. */
  readonly places: readonly (number | undefined)[];
}

/** Counts the deliveries that need a number, by key. */
export function groupByKey(deliveries: readonly DueDelivery[]): KeyGroups {
  const known = new KeyMap<number>();
  const counts: (SiteKey & { count: number })[] = [];
  const places = deliveries.map(({ siteNo, order }) => {
    if (order === undefined) return undefined;
    const own = { siteNo, key: order.key, count: 1 };
    const place = known.get(own);
    const counted = place === undefined ? undefined : counts[place];
    if (counted !== undefined) {
      counted.count += 1;
      return place;
    }
    known.set(own, counts.length);
    return counts.push(own) - 1;
  });
  return { counts, places };
}

/** What is known of a key in the transaction that holds it. */
export interface KeyStanding {
  /** The number before the first one that may be given. */
  readonly last: number;
  /** Reports whether deliveries of the key have not ended. */
  readonly isBusy: boolean;
}

/**
 * Numbers deliveries in their order. The first of a key that is not busy goes; the others are behind it. Changes the deliveries
 * themselves, whose place is of no use before: to copy them costs more than to number them.
 *
 * @param places for each delivery the place of its key in `standings`
 */
export function putInOrder(
  deliveries: readonly DueDelivery[],
  places: KeyGroups["places"],
  standings: readonly KeyStanding[],
): void {
  const current = standings.map(({ last, isBusy }) => ({ last, isBusy }));
  for (const [index, { order }] of deliveries.entries()) {
    const place = places[index];
    if (order === undefined || place === undefined) continue;
    const at = current[place];
    if (at === undefined) throw new Error("a key without a standing");
    at.last += 1;
    order.sequence = at.last;
    order.isBehind = at.isBusy;
    at.isBusy = true;
  }
}
