/** Generates events: asks the host to send the sample of each, and watches whether it comes back and verifies. */
import { setTimeout as delay } from "node:timers/promises";
import { findEventType, findNearestNames, searchEventTypes } from "../catalogue/index.ts";
import type { Catalogue } from "../catalogue/index.ts";
import { getMessage } from "../errors.ts";
import type { Capture } from "./capture.ts";
import { isWebhookUrl } from "./descriptor.ts";
import type { HostApi, HostSite, PublishedDelivery } from "./host-api.ts";
import type { Inbox } from "./inbox.ts";

/** Maximum time until a published event arrives. */
const PATIENCE_MS = 15_000;

/** Maximum number of events in flight. */
const AT_ONCE = 8;

export interface Generated {
  readonly site: HostSite;
  readonly event: string;
  readonly outcome: Returned;
}

export type Returned =
  | { readonly kind: "waiting" }
  | { readonly kind: "received"; readonly capture: Capture; readonly afterMs: number }
  | { readonly kind: "not sent"; readonly because: string }
  | { readonly kind: "not received"; readonly deliveryId: string };

/** Reports whether the event arrived without a fault. Unsigned events of products that don't sign are fine. */
export function isGood(outcome: Returned): boolean {
  return outcome.kind === "received" && outcome.capture.verification.state !== "bad";
}

/** Summarizes the results in a sentence. */
export function describeResults(results: readonly Generated[]): string {
  const good = results.filter(({ outcome }) => isGood(outcome)).length;
  const unsigned = results.filter(
    ({ outcome }) => outcome.kind === "received" && outcome.capture.verification.state === "unsigned",
  ).length;
  const but = unsigned === 0 ? "" : `, ${unsigned} of them without a signature that could be verified`;
  return `${good} of ${results.length} came back and verified${but}`;
}

export interface GenerateOptions {
  readonly api: HostApi;
  readonly catalogue: Catalogue;
  readonly inbox: Inbox;
  readonly addonKey: string;
  readonly baseUrl: string;
  readonly now: () => number;
  /** Told of each result as it comes. */
  readonly onResult: (result: Generated) => void;
  readonly patienceMs?: number;
}

/** The event types of a site's product, as the catalogue lists them. */
export function eventNames(product: string, catalogue: Pick<Catalogue, "find">): readonly string[] {
  return catalogue.find(product)?.eventTypes.map(({ event }) => event) ?? [];
}

/** A product with more event types is searched: a page then lists the first that match. */
const MAX_LISTED_AT_ONCE = 100;
const LISTED = 50;

export interface EventChoices {
  /** Names that the page lists. */
  readonly events: readonly string[];
  /** Number of event types that match the search. */
  readonly found: number;
  /** Number of event types of the product. */
  readonly total: number;
}

/** The event types of a site's product that a page lists for a search; "" finds all. */
export function listEventChoices(
  product: string,
  search: string,
  catalogue: Pick<Catalogue, "find">,
): EventChoices {
  const found = catalogue.find(product);
  if (found === undefined) return { events: [], found: 0, total: 0 };
  const total = found.eventTypes.length;
  const matching = search === "" ? found.eventTypes : searchEventTypes(found, search);
  const listed = matching.slice(0, total <= MAX_LISTED_AT_ONCE ? total : LISTED);
  return { events: listed.map(({ event }) => event), found: matching.length, total };
}

export interface UnknownName {
  readonly event: string;
  /** Names that may have been meant, at most three. */
  readonly near: readonly string[];
}

/** Those of the names that no product of the catalogue has. */
export function unknownNames(events: readonly string[], catalogue: Catalogue): readonly UnknownName[] {
  return events
    .filter((event) => catalogue.listNaming(event).length === 0)
    .map((event) => {
      const near = new Set(catalogue.products.flatMap((product) => findNearestNames(product, event, 1)));
      return { event, near: [...near].slice(0, 3) };
    });
}

/** Generates every event given, a few at a time. Never rejects: what goes wrong is a result. */
export async function generate(
  events: readonly { readonly site: HostSite; readonly event: string }[],
  options: GenerateOptions,
): Promise<readonly Generated[]> {
  const waiting = [...events.entries()];
  const results: Generated[] = [];
  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [position, { site, event }] = next;
      const result = { site, event, outcome: await generateOne(site, event, options) };
      results[position] = result;
      options.onResult(result);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

async function generateOne(site: HostSite, event: string, options: GenerateOptions): Promise<Returned> {
  const { api, catalogue, inbox, baseUrl, now } = options;
  const startedAt = now();
  const after = inbox.lastId();
  let deliveries: readonly PublishedDelivery[];
  try {
    const sample = await api.sample(site, event);
    const isOwn = findEventType(catalogue.get(site.product), event)?.ownAddonOnly === true;
    const payload = isOwn ? aboutAddon(sample, options.addonKey) : sample;
    deliveries = await api.publish(site.key, event, payload);
  } catch (error) {
    return { kind: "not sent", because: getMessage(error) };
  }
  const ours = deliveries.find(({ url }) => isOurs(url, baseUrl, event));
  if (ours === undefined) {
    const others = deliveries.length === 0 ? "" : ` (${deliveries.length} other deliveries)`;
    return { kind: "not sent", because: `The Inspector is not subscribed on ${site.key}${others}` };
  }
  const capture = await arrival(inbox, ours.id, after, options.patienceMs ?? PATIENCE_MS);
  return capture === undefined
    ? { kind: "not received", deliveryId: ours.id }
    : { kind: "received", capture, afterMs: capture.receivedAt - startedAt };
}

/** Some events go only to the add-on that they are about: the sample is then made to be about the Inspector. */
function aboutAddon(sample: unknown, addonKey: string): unknown {
  return typeof sample === "object" && sample !== null ? { ...sample, key: addonKey } : sample;
}

function isOurs(url: string, baseUrl: string, event: string): boolean {
  return isWebhookUrl(url, baseUrl, event) || url.startsWith(`${baseUrl}/receive/`);
}

async function arrival(
  inbox: Inbox,
  deliveryId: string,
  after: number,
  patienceMs: number,
): Promise<Capture | undefined> {
  const isIt = (capture: Capture) => capture.id > after && capture.deliveryId === deliveryId;
  const already = inbox.list().find(isIt);
  if (already !== undefined) return already;
  const given = new AbortController();
  let unwatch: () => void = () => undefined;
  const came = new Promise<Capture>((resolve) => {
    unwatch = inbox.watch((change) => {
      if (change.kind === "added" && isIt(change.capture)) resolve(change.capture);
    });
  });
  const late = delay(patienceMs, undefined, { signal: given.signal }).catch(() => undefined);
  const first = await Promise.race([came, late]);
  given.abort();
  unwatch();
  return first;
}
