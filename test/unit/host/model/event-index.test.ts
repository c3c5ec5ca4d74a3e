/** An index that follows changes is the one that would be built from what they led to. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { followChanges, getEventIndex, indexByEvent } from "../../../../src/host/model/event-index.ts";
import type { EventIndex } from "../../../../src/host/model/event-index.ts";
import { getProduct } from "../../../support/products.ts";

interface Wish {
  readonly no: number;
  readonly event: string | undefined;
}

const event = fc.constantFrom(
  undefined,
  "*",
  "jira:issue_*",
  "jira:issue_created",
  "jira:issue_updated",
  "an:own_event",
);
const changes = fc.array(
  fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.option(event, { nil: null })), {
    selector: ([no]) => no,
    maxLength: 10,
  }),
  { maxLength: 10 },
);

const toEntries = ({ named, wild }: EventIndex<Wish>) => ({
  named: [...named]
    .map(([name, group]) => [name, [...group.keys()].sort((one, other) => one - other)] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1)),
  wild: [...wild.keys()].sort((one, other) => one - other),
});

test("after any changes it has what an index that is built anew has", () => {
  fc.assert(
    fc.property(changes, (rounds) => {
      let standing = new Map<number, Wish>();
      let index = indexByEvent(getProduct("jira"), standing.values());
      for (const round of rounds) {
        const change = new Map(
          round.map(([no, wished]) => [no, wished === null ? undefined : { no, event: wished }]),
        );
        index = index.after(standing, change);
        standing = new Map(standing);
        for (const [no, wish] of change) {
          if (wish === undefined) standing.delete(no);
          else standing.set(no, wish);
        }
        expect(toEntries(index)).toEqual(toEntries(indexByEvent(getProduct("jira"), standing.values())));
      }
    }),
  );
});

test("an event type is found by the name of the catalogue, whatever the subscription calls it", () => {
  const { named, wild } = indexByEvent(getProduct("backlog"), [
    { no: 1, event: "1" },
    { no: 2, event: undefined },
    { no: 3, event: "issue_*" },
  ]);

  expect([...named].map(([, group]) => [...group.keys()])).toEqual([[1]]);
  expect([...named.keys()]).not.toEqual(["1"]);
  expect([...wild.keys()]).toEqual([2, 3]);
});

test("of a map that sites of several products share, each product has an index of its own", () => {
  const shared = new Map<number, Wish>();
  const backlog = getProduct("backlog");
  expect(getEventIndex(getProduct("jira"), shared).named.size).toBe(0);
  expect(getEventIndex(backlog, shared)).not.toBe(getEventIndex(getProduct("jira"), shared));

  const after = new Map<number, Wish>([[1, { no: 1, event: "1" }]]);
  followChanges(backlog, { before: shared, after, changes: after });
  expect([...getEventIndex(backlog, after).named.keys()]).toEqual(["issue_created"]);
  expect([...getEventIndex(getProduct("jira"), after).named.keys()]).toEqual(["1"]);
});

test("an index is built once, and follows changes if there is one", () => {
  const jira = getProduct("jira");
  const before = new Map<number, Wish>([[1, { no: 1, event: "jira:issue_created" }]]);
  const after = new Map<number, Wish>();
  const changes = new Map([[1, undefined]]);
  followChanges(jira, { before, after, changes });
  const first = getEventIndex(jira, before);
  expect(getEventIndex(jira, before)).toBe(first);
  expect(first.named.size).toBe(1);

  followChanges(jira, { before, after: before, changes });
  expect(getEventIndex(jira, before)).toBe(first);
  followChanges(jira, { before, after, changes: new Map([[2, { no: 2, event: "*" }]]) });
  // It was not built anew, which would have found nothing.
  expect([...getEventIndex(jira, after).wild.keys()]).toEqual([2]);
});
