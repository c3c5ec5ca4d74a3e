/** Batches: which deliveries go together, in which order, and that the same members have the same bytes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addBehind,
  digestBody,
  formBatches,
  isAlone,
  joinItems,
  listMembers,
  sortBatch,
  toCarrier,
} from "../../../../src/host/model/batch.ts";
import type { BatchItem } from "../../../../src/host/model/batch.ts";
import { MAX_BATCH_BYTES } from "../../../../src/host/model/batch-settings.ts";
import type { DueDelivery } from "../../../../src/host/model/delivery.ts";
import { deliveryUuid, firstUuidAt } from "../../../../src/host/model/ids.ts";

const NOW = 1_000_000;
const LATER = NOW + 5_000;

/** A delivery of the nth event. */
function item(nth: number, change: Partial<DueDelivery> = {}, bytes = `{"n":${nth}}`): BatchItem {
  const delivery: DueDelivery = {
    siteNo: 1,
    id: deliveryUuid(firstUuidAt(1_000 + nth), 0),
    endpointNo: 1,
    subscriptionNo: 1,
    matched: [1],
    lane: 0,
    dueAt: LATER,
    test: false,
    lease: undefined,
    attempts: 0,
    scheduleFrom: 0,
    redelivery: 0,
    event: "jira:issue_created",
    actor: "ada",
    body: Buffer.from("{}"),
    ...change,
  };
  return { delivery, bytes: Buffer.from(bytes) };
}

const items = (...numbers: number[]): readonly BatchItem[] => numbers.map((nth) => item(nth));
const read = (batch: readonly BatchItem[]): readonly number[] =>
  batch.map(({ bytes }) => (JSON.parse(bytes.toString()) as { n: number }).n);
const inKey = (key: string, sequence: number) => ({ order: { key, sequence, isBehind: false } });

describe("forming", () => {
  const form = (given: readonly BatchItem[], max = 3) => {
    const { batches, left } = formBatches(given, { max, withinMs: 5_000 }, NOW);
    return { batches: batches.map(read), left: read(left) };
  };

  test.each<[string, readonly BatchItem[], readonly (readonly number[])[], readonly number[]]>([
    ["nothing", [], [], []],
    ["too few wait for more", items(1, 2), [], [1, 2]],
    ["as many as fit", items(1, 2, 3), [[1, 2, 3]], []],
    ["the rest waits", items(1, 2, 3, 4), [[1, 2, 3]], [4]],
    ["one that is due takes the others along", [item(1, { dueAt: NOW }), item(2)], [[1, 2]], []],
    ["a later one that is due does as well", [item(1), item(2, { dueAt: NOW })], [[1, 2]], []],
    [
      "those that were attempted before are apart",
      [item(1, { dueAt: NOW }), item(2, { dueAt: NOW, attempts: 1 })],
      [[1], [2]],
      [],
    ],
    [
      "those that are never retried are apart",
      [item(1, { dueAt: NOW }), item(2, { dueAt: NOW, terms: { retry: false } })],
      [[1], [2]],
      [],
    ],
    [
      "a retry is not sent before it is due",
      [item(1, { attempts: 1 }), item(2, { attempts: 1 }), item(3, { attempts: 1 })],
      [],
      [1, 2, 3],
    ],
  ])("%s", (_what, given, batches, left) => {
    expect(form(given)).toEqual({ batches, left });
  });

  test("a batch is closed before its body would be too large, and a large one is in a batch of its own", () => {
    const half = (nth: number) =>
      item(nth, {}, JSON.stringify({ n: nth, x: "y".repeat(MAX_BATCH_BYTES / 2 - 12) }));
    const huge = item(3, { dueAt: NOW }, JSON.stringify({ n: 3, x: "y".repeat(MAX_BATCH_BYTES) }));
    expect(form([half(1), half(2), huge], 100)).toEqual({ batches: [[1], [2], [3]], left: [] });
  });

  test("no batch is above its limits, nothing is lost, and nothing is twice", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: MAX_BATCH_BYTES / 4 }), { maxLength: 30 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 8 }), (lengths, max) => {
        const given = lengths.map((length, nth) =>
          item(nth, {}, JSON.stringify({ n: nth, x: "y".repeat(length) })),
        );
        const { batches, left } = formBatches(given, { max, withinMs: 1 }, NOW);
        expect(batches.every((batch) => batch.length <= max)).toBe(true);
        expect(batches.every((batch) => joinItems(batch).length <= MAX_BATCH_BYTES)).toBe(true);
        expect([...batches.flat(), ...left]).toEqual(given);
      }),
      { numRuns: 40 },
    );
  });
});

describe("behind", () => {
  const fill = (batch: readonly BatchItem[], behind: readonly BatchItem[]) =>
    read(addBehind(batch, behind, { max: 4, withinMs: 1 }, NOW));
  const head = [item(1, inKey("a", 1))];

  test.each<[string, readonly BatchItem[], readonly number[]]>([
    ["as many as there is room for", [2, 3, 4, 5].map((nth) => item(nth, inKey("a", nth))), [1, 2, 3, 4]],
    [
      "none overtakes one that stays",
      [item(2, { ...inKey("a", 2), attempts: 1 }), item(3, inKey("a", 3)), item(4, inKey("b", 2))],
      [1, 4],
    ],
    ["an expired one stays", [item(2, { ...inKey("a", 2), terms: { expiresAt: NOW } })], [1]],
    ["nothing without a batch to be behind", [], [1]],
  ])("%s", (_what, behind, expected) => {
    expect(fill(head, behind)).toEqual(expected);
  });

  test("no batch, nothing behind it", () => {
    expect(fill([], head)).toEqual([]);
  });
});

test.each<[string, Partial<DueDelivery>, boolean]>([
  ["any", {}, false],
  ["a test", { test: true }, true],
  ["a redelivery", { redelivery: 1 }, true],
  ["an expired one", { terms: { expiresAt: NOW } }, true],
  ["one that expires later", { terms: { expiresAt: NOW + 1 } }, false],
  ["a planned one", { terms: { deliverAfter: NOW + 1 } }, true],
  ["one whose time has come", { terms: { deliverAfter: NOW } }, false],
])("%s is sent alone: %j %s", (_what, change, expected) => {
  expect(isAlone(item(1, change).delivery, NOW)).toBe(expected);
});

test("members are in the order of acceptance, those of a key in that of their numbers, however they were found", () => {
  const members = [item(1, inKey("a", 2)), item(2), item(3, inKey("a", 1)), item(4, inKey("b", 1))];
  fc.assert(
    fc.property(fc.shuffledSubarray(members, { minLength: 4 }), (shuffled) => {
      expect(read(sortBatch(shuffled))).toEqual([3, 2, 1, 4]);
    }),
  );
});

test("the body is an array of the items, and its digest changes with any byte", () => {
  expect(joinItems(items(1, 2)).toString()).toBe('[{"n":1},{"n":2}]');
  expect(joinItems(items(1)).toString()).toBe('[{"n":1}]');
  expect(digestBody(Buffer.from("[]"))).toBe(
    "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945",
  );
});

test("the carrier has the body, and no event's own marks; the members have no body", () => {
  const one = item(1, inKey("a", 1));
  const two = item(2);
  const carrier = toCarrier("b".repeat(32), [one, two], Buffer.from("[]"));
  expect(carrier).toMatchObject({
    id: one.delivery.id,
    body: Buffer.from("[]"),
    batch: { id: "b".repeat(32) },
  });
  expect([carrier.actor, carrier.traceParent, carrier.order]).toEqual([undefined, undefined, undefined]);
  expect(listMembers(carrier).map(({ id, body, actor }) => [id, body.length, actor])).toEqual([
    [one.delivery.id, 0, "ada"],
    [two.delivery.id, 0, "ada"],
  ]);
  expect(listMembers(one.delivery)).toEqual([one.delivery]);
  expect(() => toCarrier("b", [], Buffer.from("[]"))).toThrow("a batch has members");
});
