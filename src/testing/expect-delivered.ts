/** Waits for deliveries, and says why they did not come. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Api } from "./api.ts";
import { listDeliveries } from "./deliveries.ts";
import type { DeliveryFilter, TestDelivery, TestDeliveryState } from "./deliveries.ts";

export interface Expected extends DeliveryFilter {
  /** `delivered` when left out. */
  readonly state?: TestDeliveryState;
  /** At least so many; 1 when left out. */
  readonly count?: number;
}

/** The deliveries that a test waited for did not come. */
export class NotDeliveredError extends Error {
  override readonly name = "NotDeliveredError";
  readonly code = "NOT_DELIVERED";
  /** All deliveries of the site when the wait ended, oldest first. */
  readonly deliveries: readonly TestDelivery[];

  constructor(message: string, deliveries: readonly TestDelivery[]) {
    super(message);
    this.deliveries = deliveries;
  }
}

interface Waiting {
  readonly api: Pick<Api, "request">;
  readonly site: string;
  readonly expected: Expected;
  readonly withinMs: number;
  /** The host's time. */
  readonly now: () => number;
}

const LOOK_EVERY_MS = 5;

/** @throws {NotDeliveredError} after `withinMs` of real time, with what was delivered instead and why */
export async function expectDelivered(waiting: Waiting): Promise<readonly TestDelivery[]> {
  const { api, expected, withinMs } = waiting;
  const { state = "delivered", count = 1, site = waiting.site, ...filter } = expected;
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await listDeliveries(api, site, filter);
    const matching = found.filter((delivery) => delivery.state === state);
    if (matching.length >= count) return matching;
    if (performance.now() >= deadline) throw await explain({ ...waiting, site }, found, matching.length);
    await sleep(LOOK_EVERY_MS);
  }
}

async function explain(
  { api, site, expected, withinMs, now }: Waiting,
  found: readonly TestDelivery[],
  matching: number,
): Promise<NotDeliveredError> {
  const { state = "delivered", count = 1, event, addon, webhook } = expected;
  const all = await listDeliveries(api, site);
  const ofFilter = [event, addon, webhook].filter((part) => part !== undefined).join(", ");
  const wanted = ofFilter === "" ? "any event" : ofFilter;
  const others = all.filter(({ id }) => !found.some((delivery) => delivery.id === id));
  const lines = [
    `${matching} of ${count} expected deliveries (${wanted}) ${matching === 1 ? "was" : "were"} ${state} within ${withinMs} ms.`,
    ...section(
      "Deliveries that match",
      found.map((delivery) => describe(delivery, now())),
    ),
    ...(found.length > 0 ? [] : await explainEvents(api, site, expected)),
    ...section(
      "Other deliveries",
      others.map((delivery) => describe(delivery, now())),
    ),
  ];
  return new NotDeliveredError(lines.join("\n"), all);
}

const MAX_LINES = 10;

function section(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const left = lines.length - MAX_LINES;
  const shown = lines.slice(-MAX_LINES).map((line) => `  ${line}`);
  return [`${title}:`, ...(left > 0 ? [`  … and ${left} older`] : []), ...shown];
}

function describe(delivery: TestDelivery, now: number): string {
  const { event, addonKey, webhookId, url, state, reason, attempts } = delivery;
  const tries = attempts.map(({ outcome, response }) =>
    response === undefined ? outcome : String(response.status),
  );
  return [
    `${event} → ${addonKey ?? webhookId ?? url}: ${state}`,
    ...(reason === undefined ? [] : [reason]),
    tries.length === 0 ? "no attempt" : `attempts: ${tries.join(", ")}`,
    ...describeNext(delivery, now),
  ].join(", ");
}

function describeNext({ nextAttemptAt, attempts }: TestDelivery, now: number): readonly string[] {
  if (nextAttemptAt === undefined || attempts.length === 0) return [];
  const leftMs = Date.parse(nextAttemptAt) - now;
  if (leftMs <= 0) return [];
  return [
    `next attempt in ${Math.ceil(leftMs / 1_000)} s; set the clock forward with host.advance("${Math.ceil(leftMs / 1_000)}s")`,
  ];
}

interface ListedEvents {
  readonly items: readonly { readonly id: string; readonly event: string }[];
}

interface Why {
  readonly items: readonly { readonly name: string; readonly reason: string }[];
}

/** No delivery matches: the event was not published, or its subscriptions don't match. */
async function explainEvents(
  api: Pick<Api, "request">,
  site: string,
  { event }: Expected,
): Promise<readonly string[]> {
  const { items } = (await api.request("GET", `/sites/${site}/events?limit=50`)) as ListedEvents;
  const newest = items.find((published) => event === undefined || published.event === event);
  if (newest === undefined) {
    const names = [...new Set(items.map((published) => published.event))];
    return [
      event === undefined ? "No event was published." : `No ${event} was published.`,
      ...(names.length === 0 ? [] : [`Published events: ${names.join(", ")}`]),
    ];
  }
  const why = (await api.request("GET", `/sites/${site}/events/${newest.id}/why?limit=50`)) as Why;
  if (why.items.length === 0)
    return [`${newest.event} was published, but the site has no add-on and no outgoing webhook.`];
  return section(
    `Why the receivers of the site did not get the newest ${newest.event}`,
    why.items.map(({ name, reason }) => `${name}: ${reason}`),
  );
}
