/** Each reservation is handed over or given back as a whole, once. */
import { describe, expect, test } from "vitest";
import { createSlots, freesOthers, listUnleased, withFailures } from "../../../../src/host/events/reserve.ts";
import type { DueDelivery } from "../../../../src/host/model/delivery.ts";
import { formatId } from "../../../../src/host/model/ids.ts";
import { CallboardError } from "../../../../src/errors.ts";
import type { AcceptedEvent, Plan } from "../../../../src/host/model/plan.ts";

const LEASE = { id: "a lease", until: 1 };
const createDelivery = (id: string, change: Partial<DueDelivery> = {}): DueDelivery =>
  ({
    siteNo: 1,
    id: id.repeat(32),
    endpointNo: 1,
    lane: 0,
    test: false,
    lease: undefined,
    ...change,
  }) as DueDelivery;

/** Counts what is taken: an endpoint with an even number is leased, and one from 10 on has a full backlog. */
function createCountedSlots() {
  const taken = { leases: 0, places: 0, committed: [] as string[] };
  const asked = { numbers: 0 };
  const slots = createSlots(
    {
      lease: (endpointNo) => {
        if (endpointNo % 2 === 1) return undefined;
        taken.leases += 1;
        return LEASE;
      },
      number: () => (asked.numbers += 1),
      committed: (deliveries) => taken.committed.push(...deliveries.map(({ id }) => id.slice(0, 1))),
      aborted: (deliveries) => (taken.leases -= deliveries.filter(({ lease }) => lease !== undefined).length),
    },
    {
      beforePlan: () => Promise.resolve(),
      reserve: ({ endpointNo }) => {
        if (endpointNo >= 10) return false;
        taken.places += 1;
        return true;
      },
      committed: () => undefined,
      aborted: (deliveries) =>
        (taken.places -= deliveries.filter(
          ({ failed, test: isTest }) => failed === undefined && !isTest,
        ).length),
    },
  );
  return { slots, taken, asked };
}

const PLANNED = [
  createDelivery("a"),
  createDelivery("b", { endpointNo: 2 }),
  createDelivery("c", { endpointNo: 10 }),
  createDelivery("d", { endpointNo: 12, test: true }),
];

describe("a reservation", () => {
  test("takes a place and a lease for each delivery; a test needs no place", () => {
    const { slots, taken } = createCountedSlots();
    const { deliveries } = slots.reserve(PLANNED);

    expect(deliveries.map(({ lease, failed }) => [lease, failed])).toEqual([
      [undefined, undefined],
      [LEASE, undefined],
      [undefined, "backlog-full"],
      [LEASE, undefined],
    ]);
    expect(taken).toMatchObject({ leases: 2, places: 2 });
    expect(listUnleased(deliveries)).toEqual([deliveries[0]]);
  });

  test("gives back everything when nothing was committed", () => {
    const { slots, taken } = createCountedSlots();
    slots.reserve(PLANNED).end(false);

    expect(taken).toEqual({ leases: 0, places: 0, committed: [] });
  });

  test("leases nothing behind another delivery, and hands over neither that nor what waits for a number", () => {
    const { slots, taken, asked } = createCountedSlots();
    const { deliveries, end } = slots.reserve([
      createDelivery("a", { endpointNo: 2, order: { key: "w1 1", sequence: 1, isBehind: false } }),
      createDelivery("b", { endpointNo: 2, order: { key: "w1 1", sequence: 2, isBehind: true } }),
    ]);
    expect(deliveries.map(({ lease }) => lease)).toEqual([LEASE, undefined]);
    end(true);
    expect([taken, asked]).toEqual([{ leases: 1, places: 2, committed: ["a"] }, { numbers: 0 }]);
  });

  test("frees others of its key only with a delivery that failed under its number", () => {
    const order = { key: "w1 1", sequence: 1, isBehind: false };
    const failed = "backlog-full" as const;
    const frees = (change: Partial<DueDelivery>) => freesOthers(createDelivery("a", change));
    expect(frees({ failed, order })).toBe(true);
    expect(frees({ order })).toBe(false);
    expect(frees({ failed, order: { ...order, sequence: undefined } })).toBe(false);
    expect(frees({ failed })).toBe(false);
  });

  test("asks for numbers once what waits for one is committed", () => {
    const { slots, asked } = createCountedSlots();
    const unnumbered = [
      createDelivery("a", { order: { key: "w1 1", sequence: undefined, isBehind: true } }),
      createDelivery("b", { order: { key: "w1 2", sequence: undefined, isBehind: true } }),
    ];
    slots.reserve(unnumbered).end(false);
    expect(asked).toEqual({ numbers: 0 });
    slots.reserve(unnumbered).end(true);
    expect(asked).toEqual({ numbers: 1 });
  });

  test("is handed over when it was committed, without what has failed", () => {
    const { slots, taken } = createCountedSlots();
    slots.reserve(PLANNED).end(true);

    expect(taken).toEqual({ leases: 2, places: 2, committed: ["a", "b", "d"] });
  });
});

describe("the answers", () => {
  const createAnswers = (...ids: readonly string[]): Plan<never>["answers"] =>
    new Map<never, readonly AcceptedEvent[] | CallboardError>([
      [
        "group" as never,
        [
          {
            id: "evt",
            event: "e",
            duplicate: false,
            notes: [],
            deliveries: ids.map((id) => ({
              id: formatId("dlv", 1, id.repeat(32)),
              receiver: { kind: "webhook" as const, webhookNo: 1 },
              url: "u",
            })),
          },
        ],
      ],
      ["refused" as never, new CallboardError("EVENT_SCHEMA", "refused")],
    ]);

  test("name the deliveries that failed when they were reserved", () => {
    const answers = withFailures(createAnswers("a", "c"), [
      createDelivery("a"),
      createDelivery("c", { failed: "backlog-full" }),
    ]);

    const [accepted, refused] = [...answers.values()];
    expect(accepted).toMatchObject([{ deliveries: [{}, { failed: "backlog-full" }] }]);
    expect((accepted as readonly { deliveries: readonly object[] }[])[0]?.deliveries[0]).not.toHaveProperty(
      "failed",
    );
    expect(refused).toBeInstanceOf(CallboardError);
  });

  test("stay as they are when none failed", () => {
    const answers = createAnswers("a");

    expect(withFailures(answers, [createDelivery("a")])).toBe(answers);
  });
});
