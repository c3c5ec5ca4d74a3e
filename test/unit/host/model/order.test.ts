/** Order by key: which key a body has, and which delivery of a key goes first. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createKeyReader,
  groupByKey,
  keyValue,
  listDistinct,
  listHighest,
  putInOrder,
  readOrderBy,
  toOrder,
} from "../../../../src/host/model/order.ts";
import type { Order } from "../../../../src/host/model/order.ts";
import type { DueDelivery } from "../../../../src/host/model/delivery.ts";
import type { Subscription } from "../../../../src/host/model/subscription.ts";
import { anyCharacter } from "../../../support/properties.ts";

describe("the pointer", () => {
  test.each([
    ["/issue/id", undefined],
    ["/a~1b/c~0d", undefined],
    ["/issues/0/id", undefined],
    [`/${"a/".repeat(19)}a`, undefined],
    ["issue.id", "must be a JSON pointer into the body, such as /issue/id"],
    [7, "must be a text"],
    ["/a~2", "must write ~ as ~0 and / as ~1 in the name of a member"],
    ["/a\nb", "must not have control characters"],
    [`/${"a/".repeat(20)}a`, "must have at most 20 steps"],
    [`/${"a".repeat(500)}`, "must have at most 500 characters"],
  ])("%j: %s", (pointer, detail) => {
    expect(readOrderBy(pointer, "/orderBy")).toEqual(
      detail === undefined
        ? { kind: "orderBy", pointer }
        : { kind: "refused", problems: [{ pointer: "/orderBy", detail, code: "ORDER_BY" }] },
    );
  });
});

test.each([undefined, null, ""])("%j is no pointer", (given) => {
  expect(readOrderBy(given, "/orderBy")).toEqual({ kind: "orderBy", pointer: undefined });
});

const readOrderKey = (order: Order, payload: unknown) =>
  createKeyReader({ body: Buffer.from(JSON.stringify(payload)), payload: () => payload })(order);

describe("the key", () => {
  const order = { scope: "w7", pointer: "/issue/id" };
  test.each([
    ["a text", { issue: { id: "10001" } }, "w7 10001"],
    ["a number, which is the same key as its text", { issue: { id: 10001 } }, "w7 10001"],
    ["a truth value", { issue: { id: false } }, "w7 false"],
    ["an empty text", { issue: { id: "" } }, "w7 "],
    ["null", { issue: { id: null } }, undefined],
    ["an object", { issue: { id: {} } }, undefined],
    ["a list", { issue: { id: ["1"] } }, undefined],
    ["nothing", { issue: {} }, undefined],
    ["no object", "text", undefined],
  ])("%s", (_name, payload, key) => {
    expect(readOrderKey(order, payload)).toBe(key);
  });

  test("a long text, and one that no database stores, are keys by their digest or repaired", () => {
    const keyed = (id: string) => keyValue(readOrderKey(order, { issue: { id } }) ?? "");
    expect(keyed("x".repeat(200))).toBe("x".repeat(200));
    expect(keyed("x".repeat(201))).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(keyed("x".repeat(201))).not.toBe(keyed("x".repeat(202)));
    expect(keyed("a\0b")).toMatch(/^sha256:/);
    expect(keyed("a\ud800")).toBe("a\ufffd");
    expect(keyed("a b")).toBe("a b");
  });

  test("of a large body is that of what was read of it", () => {
    const payload = { issue: Object.create({ id: "1" }) as object, id: "2" };
    const read = createKeyReader({ body: Buffer.alloc(64 * 1024 + 1, " "), payload: () => payload });
    expect(read({ scope: "w7", pointer: "/id" })).toBe("w7 2");
    expect(read(order)).toBe(undefined);
  });

  test("is read once for all receivers with the same pointer", () => {
    const read = createKeyReader({ body: Buffer.from('{"id":1,"key":2}'), payload: () => undefined });
    const keys = ["/id", "/id", "/key", "/id"].map((pointer, no) => read({ scope: `w${no}`, pointer }));
    expect(keys).toEqual(["w0 1", "w1 1", "w2 2", "w3 1"]);
  });

  test("steps lead into lists and through escaped names", () => {
    const read = (pointer: string, payload: unknown) => readOrderKey({ scope: "w7", pointer }, payload);
    expect(read("/issues/1/id", { issues: [{ id: 1 }, { id: 2 }] })).toBe("w7 2");
    expect(read("/a~1b", { "a/b": "c" })).toBe("w7 c");
  });
});

test("keys of an outgoing webhook and of an add-on's endpoint have different scopes", () => {
  const order = (receiver: Subscription["receiver"]) => toOrder({ receiver, endpointNo: 9 }, "/issue/id");
  expect(order({ kind: "webhook", webhookNo: 1 })).toEqual({ scope: "w1", pointer: "/issue/id" });
  expect(order({ kind: "addon", addonKey: "one" })).toEqual({ scope: "e9", pointer: "/issue/id" });
});

const planned = (siteNo: number, key: string | undefined) =>
  ({
    siteNo,
    order: key === undefined ? undefined : { key, sequence: undefined, isBehind: true },
  }) as DueDelivery;

test("deliveries are counted by key and site, those without a key not at all", () => {
  const deliveries = [
    planned(1, "a"),
    planned(1, "b"),
    planned(2, "a"),
    planned(1, undefined),
    planned(1, "a"),
  ];
  expect(groupByKey(deliveries)).toEqual({
    counts: [
      { siteNo: 1, key: "a", count: 2 },
      { siteNo: 1, key: "b", count: 1 },
      { siteNo: 2, key: "a", count: 1 },
    ],
    places: [0, 1, 2, undefined, 0],
  });
});

test("numbers go on where they stood, and one delivery of a key goes at a time", () => {
  const standings = [
    { last: 7, isBusy: false },
    { last: 0, isBusy: true },
    { last: 0, isBusy: false },
  ];
  const deliveries = [
    planned(1, "a"),
    planned(1, "a"),
    planned(1, undefined),
    planned(1, "b"),
    planned(2, "a"),
  ];
  const { places } = groupByKey(deliveries);
  putInOrder(deliveries, places, standings);
  expect(deliveries.map(({ order }) => order)).toEqual([
    { key: "a", sequence: 8, isBehind: false },
    { key: "a", sequence: 9, isBehind: true },
    undefined,
    { key: "b", sequence: 1, isBehind: true },
    { key: "a", sequence: 1, isBehind: false },
  ]);
  expect(() => putInOrder([planned(3, "a")], [3], standings)).toThrow("a key without a standing");
});

test("keys are listed once, those of other sites apart", () => {
  const keys = [
    { siteNo: 1, key: "a" },
    { siteNo: 2, key: "a" },
    { siteNo: 1, key: "a" },
  ];
  expect(listDistinct(keys)).toEqual(keys.slice(0, 2));
});

describe("whatever comes from outside", () => {
  test("a pointer is accepted as it is, or refused with one problem and its code", () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string({ unit: anyCharacter })), (given) => {
        const reading = readOrderBy(given, "/orderBy");
        if (reading.kind === "refused") {
          expect(reading.problems.map(({ code, pointer }) => [code, pointer])).toEqual([
            ["ORDER_BY", "/orderBy"],
          ]);
        } else expect([given, undefined]).toContain(reading.pointer);
      }),
    );
  });

  test("a body has a key that every database stores, the same one each time, or none", () => {
    const names = fc.constantFrom("a", "b", "0", "__proto__", "constructor");
    const pointers = fc.array(names, { minLength: 1, maxLength: 3 }).map((steps) => `/${steps.join("/")}`);
    const bodies = fc.oneof(fc.jsonValue({ stringUnit: anyCharacter }), fc.dictionary(names, fc.jsonValue()));
    fc.assert(
      fc.property(pointers, bodies, (pointer, body) => {
        const key = readOrderKey({ scope: "w1", pointer }, body);
        expect(readOrderKey({ scope: "w1", pointer }, structuredClone(body))).toBe(key);
        if (key === undefined) return;
        expect(key.startsWith("w1 ") && key.isWellFormed() && !key.includes("\0")).toBe(true);
        expect(key.length).toBeLessThanOrEqual(203);
      }),
    );
  });
});

test("of each key the highest number counts", () => {
  const keys = [
    { siteNo: 1, key: "a", sequence: 2 },
    { siteNo: 2, key: "a", sequence: 9 },
    { siteNo: 1, key: "a", sequence: 3 },
    { siteNo: 1, key: "a", sequence: 1 },
  ];
  expect(listHighest(keys)).toEqual([keys[2], keys[1]]);
});
