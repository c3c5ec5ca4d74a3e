/**
 * Holds the events that are stored and sent against the changes that a program committed together with them. Pure.
 *
 * I10 one event for each committed change, and none for another.
 */
import { publicId } from "./check.ts";
import type { Checked } from "./check.ts";
import type { Arrival } from "./sink.ts";
import type { StoreDump } from "./store.ts";

const DELIVERED = 2;

export interface ChangesEvidence {
  /** Marks of the changes that are committed. */
  readonly changes: readonly number[];
  /** The stored events of the program, with the marks in their bodies. */
  readonly events: readonly { readonly id: string; readonly mark: number }[];
  /** Rows of the outbox that are left. */
  readonly unread: number;
  readonly dump: StoreDump;
  readonly arrivals: readonly Arrival[];
  readonly fanOut: number;
}

export interface CheckedChanges extends Checked {
  readonly invented: number;
}

export function checkChanges(evidence: ChangesEvidence): CheckedChanges {
  const { events, unread, dump, arrivals, fanOut } = evidence;
  const changes = new Set(evidence.changes);
  const byMark = new Map<number, number>();
  for (const { mark } of events) byMark.set(mark, (byMark.get(mark) ?? 0) + 1);
  const deliveries = new Map<string, number>();
  for (const { id } of dump.deliveries)
    deliveries.set(id.slice(0, 28), (deliveries.get(id.slice(0, 28)) ?? 0) + 1);
  const delivered = new Set(
    dump.deliveries.filter(({ state }) => state === DELIVERED).map((delivery) => publicId(delivery)),
  );
  const arrived = new Set(arrivals.map(({ deliveryId }) => deliveryId));

  const lost = [...changes].filter((mark) => !byMark.has(mark));
  const doubled = [...byMark].filter(([, times]) => times > 1).map(([mark]) => mark);
  const stored = [...byMark.keys()].filter((mark) => !changes.has(mark));
  const sent = arrivals.map(({ mark }) => mark).filter((mark) => !changes.has(mark));
  const invented = new Set([...stored, ...sent]);
  return {
    lost: lost.length,
    invented: invented.size,
    duplicates: arrivals.length - arrived.size,
    violations: [
      ...sentence("I1", lost, "committed changes have no event"),
      ...sentence("I10", doubled, "changes have more than one event"),
      ...sentence("I10", [...invented], "events are of changes that were not committed"),
      ...(unread === 0 ? [] : [`I2: ${unread} rows of the outbox were not read`]),
      ...sentence(
        "I1",
        events.filter(({ id }) => deliveries.get(id.slice(0, 28)) !== fanOut).map(({ mark }) => mark),
        `events have not exactly ${fanOut} deliveries`,
      ),
      ...sentence(
        "I2",
        dump.deliveries
          .map((delivery) => publicId(delivery))
          .filter((id) => !delivered.has(id) || !arrived.has(id)),
        "deliveries were not delivered",
      ),
    ],
  };
}

function sentence(invariant: string, wrong: readonly (number | string)[], what: string): readonly string[] {
  return wrong.length === 0 ? [] : [`${invariant}: ${wrong.length} ${what}, e.g. ${wrong[0] ?? ""}`];
}
