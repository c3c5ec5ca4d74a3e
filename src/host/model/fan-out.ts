import { getEventIndex } from "./event-index.ts";
import { isReachedByWildcard } from "./event-name.ts";
import { fitsPattern } from "./event-pattern.ts";
import { inactiveText } from "./inactive-reason.ts";
import { compileMatcher } from "./match.ts";
import type { MatchEvent, MatchSubscription, MatchVerdict } from "./match.ts";
import { expandUrl, hasVariables } from "./variables.ts";
import type { FanOutTrace } from "./event.ts";
import type { SiteSnapshot } from "./site-snapshot.ts";
import type { Subscription } from "./subscription.ts";

const MAX_TRACED = 200;

/** A delivery to be made, before it has an id. */
export interface PlannedDelivery {
  readonly subscription: Subscription;
  /** Every subscription that it serves, the first one included. */
  readonly matched: readonly number[];
  /** With its variables replaced. */
  readonly url: string;
}

export interface FanOut {
  readonly planned: readonly PlannedDelivery[];
  readonly trace: FanOutTrace;
  /** Sentence about the entries that exceed the size of the trace. */
  readonly notes: readonly string[];
}

interface Candidate {
  readonly subscription: Subscription;
  readonly match: (event: MatchEvent) => MatchVerdict;
}

/** Candidates by event type, for the event types that were published since the snapshot was made. */
const compiled = new WeakMap<SiteSnapshot, Map<string, readonly Candidate[]>>();
/** A matcher depends on its subscription and, of its webhook, on the project. */
const matchers = new WeakMap<
  Subscription,
  { readonly project: string | undefined } & Pick<Candidate, "match">
>();

/** Why nothing goes to this receiver at all, or undefined. */
function stopped(
  site: SiteSnapshot,
  { receiver, inactiveBecause, active }: Subscription,
): string | undefined {
  if (!active) return inactiveText(inactiveBecause);
  if (receiver.kind === "addon") {
    const state = site.installations.get(receiver.addonKey)?.state ?? "uninstalled";
    return state === "enabled" ? undefined : `the add-on is ${state}`;
  }
  const webhook = site.webhooks.get(receiver.webhookNo);
  if (webhook === undefined) return "the webhook was deleted";
  return webhook.active ? undefined : inactiveText(webhook.inactiveBecause);
}

function getMatcher(subscription: Subscription, project: string | undefined): Candidate["match"] {
  const known = matchers.get(subscription);
  if (known !== undefined && known.project === project) return known.match;
  const { receiver, filter, bodyFilter } = subscription;
  const match = compileMatcher({
    ...(filter === undefined ? {} : { filter }),
    ...(bodyFilter === undefined ? {} : { bodyFilter }),
    ...(project === undefined ? {} : { project }),
    ...dynamicFilters(subscription),
    ...(receiver.kind === "addon" ? { ownAddonKey: receiver.addonKey } : {}),
  });
  matchers.set(subscription, { project, match });
  return match;
}

function toCandidate(site: SiteSnapshot, subscription: Subscription): Candidate {
  const because = stopped(site, subscription);
  if (because !== undefined) return { subscription, match: () => ({ matched: false, because }) };
  const { receiver } = subscription;
  const project = receiver.kind === "webhook" ? site.webhooks.get(receiver.webhookNo)?.project : undefined;
  return { subscription, match: getMatcher(subscription, project) };
}

const NOBODY: readonly Candidate[] = [];
const MAX_NAMES_KEPT = 1_000;

/** Returns the subscriptions that name the event type, then those with a matching wildcard, each ordered by number. */
function listCandidates(site: SiteSnapshot, event: string): readonly Candidate[] {
  const { product } = site;
  const { named, wild } = getEventIndex(product, site.subscriptions);
  const own = named.get(event);
  if (own === undefined && wild.size === 0) return NOBODY;
  let kept = compiled.get(site);
  if (kept === undefined) {
    kept = new Map<string, readonly Candidate[]>();
    compiled.set(site, kept);
  }
  const known = kept.get(event);
  if (known !== undefined) return known;
  const fitting =
    wild.size > 0 && isReachedByWildcard(product, event)
      ? [...wild.values()].filter(
          ({ event: pattern }) => pattern === undefined || fitsPattern(event, pattern),
        )
      : [];
  const found = [...inOrder(own?.values() ?? []), ...inOrder(fitting)].map((subscription) =>
    toCandidate(site, subscription),
  );
  // Callers name events as they like.
  if (kept.size >= MAX_NAMES_KEPT) kept.clear();
  kept.set(event, found);
  return found;
}

const inOrder = (subscriptions: Iterable<Subscription>): readonly Subscription[] =>
  [...subscriptions].sort((one, other) => one.no - other.no);

/**
 * What only dynamic webhooks filter by. The `propertyKeys` of a descriptor name the properties that a product puts into
 * the body, and keep no event out.
 */
function dynamicFilters({
  dynamic,
  propertyKeys,
}: Subscription): Pick<MatchSubscription, "propertyKeys" | "fieldIds"> {
  if (dynamic?.kind !== "webhook") return {};
  return {
    ...(propertyKeys === undefined ? {} : { propertyKeys }),
    ...(dynamic.fieldIds === undefined ? {} : { fieldIds: dynamic.fieldIds }),
  };
}

/** The verdicts on an event, by the number of each subscription that names it. */
export function judgeSubscriptions(site: SiteSnapshot, event: MatchEvent): ReadonlyMap<number, MatchVerdict> {
  const named = listCandidates(site, event.event);
  return new Map(named.map(({ subscription, match }) => [subscription.no, match(event)]));
}

/** Reports whether any subscription names the event type. Only then its body has to be read. */
export function isNamed(site: SiteSnapshot, event: string): boolean {
  return listCandidates(site, event).length > 0;
}

/** Subscriptions of one receiver that resolve to the same URL and body are served by one delivery. */
export function fanOut(site: SiteSnapshot, event: MatchEvent): FanOut {
  const named = listCandidates(site, event.event);
  const planned = new Map<string, { subscription: Subscription; matched: number[]; url: string }>();
  const skipped: { subscriptionNo: number; because: string }[] = [];
  const missing: { subscriptionNo: number; variables: readonly string[] }[] = [];
  const undecided = new Set<string>();
  let unlisted = 0;

  for (const { subscription, match } of named) {
    const verdict = match(event);
    if (!verdict.matched) {
      if (skipped.length < MAX_TRACED)
        skipped.push({ subscriptionNo: subscription.no, because: verdict.because });
      else unlisted += 1;
      continue;
    }
    if (verdict.undecided !== undefined)
      undecided.add(`${describeReceiver(site, subscription)}: ${verdict.undecided}`);
    const { url, lacking } = resolveUrl(subscription, event);
    if (lacking.length > 0 && missing.length < MAX_TRACED) {
      missing.push({ subscriptionNo: subscription.no, variables: lacking });
    }
    const key = `${subscription.endpointNo} ${toBodyVariant(subscription)} ${url}`;
    const known = planned.get(key);
    if (known === undefined) planned.set(key, { subscription, matched: [subscription.no], url });
    else known.matched.push(subscription.no);
  }
  return {
    planned: [...planned.values()],
    trace: { others: site.subscriptions.size - named.length, skipped, missing },
    notes: [
      ...noted([...undecided]),
      ...(unlisted === 0 ? [] : [`${unlisted} more subscriptions name the event and did not match.`]),
    ],
  };
}

const MAX_NOTED = 20;

function noted(undecided: readonly string[]): readonly string[] {
  const more = undecided.length - MAX_NOTED;
  const rest =
    more > 0 ? [`The filters of ${more} more receivers can't be judged from the event either.`] : [];
  return [...undecided.slice(0, MAX_NOTED), ...rest];
}

const describeReceiver = (site: SiteSnapshot, { receiver }: Subscription): string =>
  receiver.kind === "addon"
    ? receiver.addonKey
    : (site.webhooks.get(receiver.webhookNo)?.name ?? "a webhook");

/** Which body it is sent: none, the event's own, or the one that names the dynamic webhooks that it is for. */
function toBodyVariant({ excludeBody, dynamic }: Subscription): "none" | "own" | "named" {
  if (excludeBody) return "none";
  return dynamic?.kind === "webhook" ? "named" : "own";
}

/** The URL of one subscription for one event: what an attempt is sent to. */
export function resolveUrl(
  subscription: Subscription,
  event: Pick<MatchEvent, "product" | "payload">,
): { readonly url: string; readonly lacking: readonly string[] } {
  if (!hasVariables(subscription.url)) return { url: subscription.url, lacking: [] };
  const { url, missing } = expandUrl(subscription.url, event.payload(), event.product.variablePlaces);
  return { url, lacking: missing };
}
