/**
 * Holds the operational events that are stored against the transitions that the database itself noted, and says what was lost
 * or told twice. Pure.
 *
 * I9 one event for each transition, and it arrives.
 */
import { lostEvents, publicId } from "./check.ts";
import type { Checked } from "./check.ts";
import type { Accepted } from "./load.ts";
import type { Arrival } from "./sink.ts";
import type { StoreDump, StoredDelivery } from "./store.ts";

const DELIVERED = 2;
export const DELIVERY_FAILED = "delivery.failed";

/** An event type and the endpoint that it is about. */
export interface Told {
  readonly event: string;
  readonly endpoint: number;
}

export interface ToldEvent extends Told {
  readonly id: string;
  /** Deliveries that failed, of `delivery.failed`. */
  readonly count: number;
}

/** Deliveries of one endpoint that failed for good. */
export interface FailedAt {
  readonly endpoint: number;
  readonly failed: number;
  /** Counted by Callboard, and to be told when their minute is over. */
  readonly untold: number;
}

export interface ToldEvidence {
  readonly accepted: readonly Accepted[];
  readonly dump: StoreDump;
  readonly transitions: readonly Told[];
  readonly events: readonly ToldEvent[];
  readonly failures: readonly FailedAt[];
  /** What came to the add-on that subscribed to all of them. */
  readonly arrivals: readonly Arrival[];
}

interface Difference {
  readonly what: string;
  readonly made: number;
  readonly told: number;
}

export function checkTold(evidence: ToldEvidence): Checked {
  const { accepted, dump, events, failures } = evidence;
  const differences = [
    ...listTransitionDifferences(evidence),
    ...failures.map((each) => compareFailures(each, events)),
  ];
  const lost = differences.filter(({ made, told }) => told < made);
  const doubled = differences.filter(({ made, told }) => told > made);
  const lostAccepted = lostEvents(accepted, dump);
  const missed = notArrived(evidence);
  const open = dump.deliveries.filter(({ state }) => state < DELIVERED).map(publicId);
  return {
    lost: lostAccepted.length + missed.length + sumBy(lost, ({ made, told }) => made - told),
    duplicates: sumBy(doubled, ({ made, told }) => told - made),
    violations: [
      ...sentence("I1", lostAccepted, "accepted events are not in the store"),
      ...sentence("I2", open, "deliveries have not ended"),
      ...sentence("I9", lost.map(described), "kinds of transitions were told too seldom"),
      ...sentence("I9", doubled.map(described), "kinds of transitions were told too often"),
      ...sentence("I9", missed, "operational events did not reach who subscribed, once"),
      ...(dump.integrity === "ok" ? [] : [`I1: the file is damaged: ${dump.integrity.slice(0, 200)}`]),
    ],
  };
}

function listTransitionDifferences({ transitions, events }: ToldEvidence): readonly Difference[] {
  const counts = new Map<string, { made: number; told: number }>();
  const findCount = ({ event, endpoint }: Told) => {
    const what = `${event} of endpoint ${endpoint}`;
    const count = counts.get(what) ?? { made: 0, told: 0 };
    counts.set(what, count);
    return count;
  };
  for (const transition of transitions) findCount(transition).made += 1;
  for (const event of events) if (event.event !== DELIVERY_FAILED) findCount(event).told += 1;
  return [...counts].map(([what, count]) => ({ what, ...count }));
}

function compareFailures({ endpoint, failed, untold }: FailedAt, events: readonly ToldEvent[]): Difference {
  const own = events.filter((each) => each.event === DELIVERY_FAILED && each.endpoint === endpoint);
  const told = sumBy(own, ({ count }) => count) + untold;
  return { what: `failed deliveries of endpoint ${endpoint}`, made: failed, told };
}

/** Events without exactly one delivery, or whose delivery did not come to the one who subscribed. */
function notArrived({ dump, events, arrivals }: ToldEvidence): readonly string[] {
  const arrived = new Set(arrivals.map(({ deliveryId }) => deliveryId));
  const byEvent = new Map<string, StoredDelivery[]>();
  for (const delivery of dump.deliveries) {
    const key = delivery.id.slice(0, 28);
    byEvent.set(key, [...(byEvent.get(key) ?? []), delivery]);
  }
  return events
    .filter(({ id }) => {
      const [own, ...further] = byEvent.get(id.slice(0, 28)) ?? [];
      return (
        own === undefined || further.length > 0 || own.state !== DELIVERED || !arrived.has(publicId(own))
      );
    })
    .map(({ event, id }) => `${event} ${id}`);
}

const described = ({ what, made, told }: Difference): string => `${what}: ${made} made, ${told} told`;

function sentence(invariant: string, wrong: readonly string[], what: string): readonly string[] {
  return wrong.length === 0 ? [] : [`${invariant}: ${wrong.length} ${what}, e.g. ${wrong[0] ?? ""}`];
}

function sumBy<T>(items: readonly T[], getNumber: (item: T) => number): number {
  return items.reduce((sum, item) => sum + getNumber(item), 0);
}
