/**
 * Joins the journals of the product, the add-ons and the store, and says which promises were broken. Pure.
 *
 * I1 nothing accepted is lost · I2 everything ends, attempts without gaps · I3 duplicates only where a crash explains them
 * · I4 the delivery log tells the truth · I8 every request was signed and stayed the same. (I5 to I7 are figures of scenarios.)
 */
import type { Accepted } from "./load.ts";
import type { Answer, Arrival } from "./sink.ts";
import type { StoreDump, StoredDelivery } from "./store.ts";

const DELIVERED = 2;

export interface Evidence {
  readonly accepted: readonly Accepted[];
  readonly arrivals: readonly Arrival[];
  readonly answers: readonly Answer[];
  readonly dump: StoreDump;
  /** Deliveries that every event has. */
  readonly fanOut: number;
  /** Requests that may have been repeated: what was under way or not settled at each crash. */
  readonly mayRepeat: number;
  /** Whether every delivery had to get through in the end. */
  readonly allDelivered: boolean;
}

export interface Checked {
  readonly lost: number;
  readonly duplicates: number;
  /** Each a sentence that begins with the invariant's name; at most one for each kind. */
  readonly violations: readonly string[];
}

export const publicId = ({ site_no, id }: StoredDelivery): string => `dlv_${site_no}_${id}`;

function countBy<T>(items: readonly T[], getKey: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(getKey(item), (counts.get(getKey(item)) ?? 0) + 1);
  return counts;
}

/** IDs of accepted events that are not stored. */
export function lostEvents(accepted: readonly Accepted[], { events }: StoreDump): readonly string[] {
  const stored = new Set(events.map(({ client_id: id }) => id));
  return accepted.map(({ mark }) => `mark-${mark}`).filter((id) => !stored.has(id));
}

/** Requests beyond the recorded attempts, per delivery. */
export function listRepeats(
  deliveries: readonly StoredDelivery[],
  arrivals: ReadonlyMap<string, number>,
): readonly { readonly id: string; readonly repeats: number }[] {
  return deliveries
    .map((delivery) => {
      const id = publicId(delivery);
      return { id, repeats: (arrivals.get(id) ?? 0) - delivery.attempts };
    })
    .filter(({ repeats }) => repeats > 0);
}

export function countArrivals(arrivals: readonly Arrival[]): ReadonlyMap<string, number> {
  return countBy(arrivals, ({ deliveryId }) => deliveryId);
}

export function check(evidence: Evidence): Checked {
  const { accepted, arrivals, answers, dump, fanOut, mayRepeat, allDelivered } = evidence;
  const violations: string[] = [];
  const say = (invariant: string, wrong: readonly string[], what: string): void => {
    if (wrong.length > 0) violations.push(`${invariant}: ${wrong.length} ${what}, e.g. ${wrong[0]}`);
  };

  const stored = countBy(dump.events, ({ client_id: id }) => id);
  const ids = new Set(dump.deliveries.map(publicId));
  const lost = lostEvents(accepted, dump);
  say("I1", lost, "accepted events are not in the store");
  say(
    "I1",
    [...stored].filter(([, times]) => times > 1).map(([id]) => id),
    "ids of the product were stored more than once",
  );
  say(
    "I1",
    accepted.flatMap(({ deliveryIds }) => deliveryIds.filter((id) => !ids.has(id))),
    "deliveries that were answered are not in the store",
  );
  const perEvent = countBy(dump.deliveries, ({ id }) => id.slice(0, 28));
  say(
    "I1",
    dump.events.filter(({ id }) => perEvent.get(id.slice(0, 28)) !== fanOut).map(({ id }) => id),
    `events have not exactly ${fanOut} deliveries`,
  );

  say(
    "I2",
    dump.deliveries.filter(({ state }) => state < DELIVERED).map(publicId),
    "deliveries have not ended",
  );
  const numbers = new Map<string, number[]>();
  for (const { delivery_id: id, number } of dump.attempts) {
    const known = numbers.get(id);
    if (known === undefined) numbers.set(id, [number]);
    else known.push(number);
  }
  say(
    "I2",
    dump.deliveries
      .filter(({ id, attempts }) => {
        const made = (numbers.get(id) ?? []).toSorted((a, b) => a - b);
        return made.length !== attempts || made.some((number, index) => number !== index + 1);
      })
      .map(publicId),
    "deliveries have attempts that are not numbered from 1 without gaps",
  );

  const arrived = countArrivals(arrivals);
  const repeats = listRepeats(dump.deliveries, arrived);
  const duplicates = repeats.reduce((sum, each) => sum + each.repeats, 0);
  if (duplicates > mayRepeat) {
    violations.push(
      `I3: ${duplicates} requests were repeated, and only ${mayRepeat} were under way or unsettled at a crash, ` +
        `e.g. ${repeats[0]?.id ?? ""}`,
    );
  }
  const hashes = new Map<string, string>();
  const changed = arrivals.filter(({ deliveryId, bodyHash }) => {
    const first = hashes.get(deliveryId);
    hashes.set(deliveryId, first ?? bodyHash);
    return first !== undefined && first !== bodyHash;
  });
  say(
    "I3",
    changed.map(({ deliveryId }) => deliveryId),
    "repeated requests had another body",
  );

  const good = new Set(
    answers.filter(({ status }) => status >= 200 && status < 300).map((a) => a.deliveryId),
  );
  say(
    "I4",
    dump.deliveries.filter((d) => d.state === DELIVERED && !good.has(publicId(d))).map(publicId),
    "deliveries count as delivered without a good answer",
  );
  say(
    "I4",
    dump.deliveries.filter((d) => d.state > DELIVERED && good.has(publicId(d))).map(publicId),
    "deliveries count as failed despite a good answer",
  );
  if (dump.counted !== dump.attempts.length) {
    violations.push(
      `I4: the figures count ${dump.counted} attempts, the sent log has ${dump.attempts.length}`,
    );
  }
  if (allDelivered) {
    say(
      "I4",
      dump.deliveries
        .filter(({ state }) => state > DELIVERED)
        .map((d) => `${publicId(d)} (${d.because ?? ""})`),
      "deliveries failed although the add-on would have taken them",
    );
  }

  say(
    "I8",
    arrivals.filter((a) => a.wrongToken !== undefined).map((a) => `${a.deliveryId}: ${a.wrongToken ?? ""}`),
    "requests did not verify",
  );
  if (dump.integrity !== "ok") violations.push(`I1: the file is damaged: ${dump.integrity.slice(0, 200)}`);
  return { lost: lost.length, duplicates, violations };
}
