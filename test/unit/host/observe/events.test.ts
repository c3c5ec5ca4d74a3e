import { expect, test } from "vitest";
import { defineProduct } from "../../../../src/catalogue/index.ts";
import { observeEvents } from "../../../../src/host/observe/events.ts";
import type { Labels } from "../../../../src/host/observe/figures.ts";
import type { AcceptedEvent, IncomingEvent } from "../../../../src/host/model/plan.ts";

const names = Array.from({ length: 300 }, (_, at) => `old.${at}`);
const harbor = defineProduct({
  product: "harbor",
  name: "Harbor",
  description: "",
  events: {
    new: { group: "", description: "", sample: {} },
    ...Object.fromEntries(
      names.map((name) => [name, { group: "", description: "", sample: {}, status: "deprecated" as const }]),
    ),
  },
});

function observed() {
  const counted: string[] = [];
  const others: string[] = [];
  const { acceptor, acceptWithin } = observeEvents({
    acceptor: {
      accept: (events) =>
        Promise.resolve(
          events.map(
            ({ event, id }) =>
              ({ event, duplicate: id !== undefined, deliveries: [] }) as unknown as AcceptedEvent,
          ),
        ),
      quietMs: () => 0,
      limits: [],
    },
    acceptWithin: (_client, { event }) =>
      Promise.resolve({ event, duplicate: false, deliveries: [] } as unknown as AcceptedEvent),
    figures: {
      count: (name: string, { site, event }: Labels = {}) => {
        if (name === "callboard_events_deprecated_total") counted.push(`${site ?? ""} ${event ?? ""}`);
        else others.push(`${name} ${site ?? ""}`);
      },
    } as unknown as Parameters<typeof observeEvents>[0]["figures"],
    tracing: undefined,
    snapshots: {
      get: (no) => (no === 1 ? { site: { key: "quay" }, product: harbor } : undefined),
    } as Parameters<typeof observeEvents>[0]["snapshots"],
  });
  return { accept: acceptor.accept, acceptWithin, counted, others };
}
const of = (event: string, more: Partial<IncomingEvent> = {}): IncomingEvent => ({
  siteNo: 1,
  event,
  payload: Buffer.alloc(0),
  ...more,
});

test("an event of a deprecated type is counted, a duplicate and another one are not", async () => {
  const { accept, counted } = observed();
  await accept([
    of("old.1"),
    of("new"),
    of("unknown"),
    of("old.1", { id: "again" }),
    of("old.1", { siteNo: 2 }),
  ]);
  expect(counted).toEqual(["quay old.1"]);
});

test("beyond 200 pairs of site and event type, the event type is other; the first ones keep their name", async () => {
  const { accept, counted } = observed();
  await accept(names.map((name) => of(name)));
  await accept([of("old.0")]);
  expect(new Set(counted).size).toBe(201);
  expect(counted.filter((each) => each === "quay other")).toHaveLength(100);
  expect(counted.at(-1)).toBe("quay old.0");
});

test("an event in a transaction of the program counts as one of those alone: it may come to nothing", async () => {
  const { acceptWithin, counted, others } = observed();
  await acceptWithin({ query: () => Promise.resolve([]) }, of("old.1"));
  expect([others, counted]).toEqual([["callboard_events_in_transactions_total quay"], []]);
});
