import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CallboardError } from "../../../../src/errors.ts";
import {
  MAX_DELIVERIES_PER_EVENT,
  SITE_ID_COLUMNS,
  createUuids,
  deliveryUuid,
  eventOfDelivery,
  firstUuidAt,
  formatId,
  formatReplayId,
  formatWebhookId,
  toLastDelivery,
  madeAt,
  newEventUuid,
  newUuid,
  parseId,
  parseReplayId,
  parseWebhookId,
  siteIdRows,
} from "../../../../src/host/model/ids.ts";

const MANY = 10_000;
const UUID_V7 = /^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/;

function expectIncreasing(ids: readonly string[]): void {
  expect(ids.filter((id, index) => index > 0 && id <= ids[index - 1]!)).toEqual([]);
}

describe("generated IDs", () => {
  test("IDs strictly increase, also within a millisecond, and contain their time", () => {
    const before = Date.now();
    const ids = Array.from({ length: MANY }, newUuid);
    expectIncreasing(ids);
    for (const id of ids) expect(id).toMatch(UUID_V7);
    for (const id of [ids[0]!, ids.at(-1)!]) {
      expect(madeAt(id)).toBeGreaterThanOrEqual(before);
      expect(madeAt(id)).toBeLessThanOrEqual(Date.now() + 1);
    }
  });

  test("the IDs of deliveries stay below that of the next event", () => {
    const ids = Array.from({ length: MANY / 10 }, newEventUuid).flatMap((event) => [
      event,
      deliveryUuid(event, 0),
      deliveryUuid(event, 0xfffe),
    ]);
    expectIncreasing(ids);
  });

  test("IDs strictly increase for any clock and any random bytes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -10_000_000, max: 10_000_000 }), { minLength: 1, maxLength: 50 }),
        fc.constantFrom(
          () => Buffer.alloc(16, 0xff),
          () => Buffer.alloc(16),
          () => randomBytes(16),
        ),
        (steps, random) => {
          let now = Date.UTC(2026, 0, 1);
          const make = createUuids(() => now, random);
          const ids = steps.flatMap((step) => {
            now += step;
            return Array.from({ length: 20 }, () => `${make().slice(0, 28)}0000`);
          });
          expectIncreasing(ids);
        },
      ),
    );
  });

  test("a full counter continues in the next millisecond", () => {
    const make = createUuids(
      () => 1_000,
      () => Buffer.alloc(16, 0xff),
    );
    // The counter begins in the middle of its room of 2^32, and goes up by 2^16.
    const ids = Array.from({ length: 2 ** 15 + 30 }, make);
    expect([madeAt(ids[0]!), madeAt(ids.at(-1)!)]).toEqual([1_000, 1_001]);
    expect(ids.at(-1)! > ids.at(-20)!).toBe(true);
  });
});

const EVENT = "0190000000007000800000000000" + "0000";

describe("the deliveries of an event", () => {
  test.each([
    [0, "0001"],
    [9, "000a"],
    [0xfffe, "ffff"],
  ])("number %i ends with %s", (index, end) => {
    const delivery = deliveryUuid(EVENT, index);
    expect(delivery).toBe(EVENT.slice(0, 28) + end);
    expect(eventOfDelivery(delivery)).toBe(EVENT);
    expect(delivery <= toLastDelivery(EVENT)).toBe(true);
  });

  test("are a range of IDs", () => {
    expect(toLastDelivery(EVENT)).toBe(`${EVENT.slice(0, 28)}ffff`);
    expect(MAX_DELIVERIES_PER_EVENT).toBe(65_535);
  });
});

test("the ID of a new event ends with 16 zero bits", () => {
  expect(newEventUuid()).toMatch(/^[0-9a-f]{28}0000$/);
});

test.each([
  [0, "00000000000000000000000000000000"],
  [1_000.9, "0000000003e800000000000000000000"],
  [-5, "00000000000000000000000000000000"],
  [0x0190_0000_0000, "01900000000000000000000000000000"],
])("the smallest ID of the time %d is %s", (at, id) => {
  expect(firstUuidAt(at)).toBe(id);
  expect(madeAt(id)).toBe(Math.max(0, Math.floor(at)));
});

test("site numbers and IDs of a batch are rows in the order of their columns", () => {
  expect(Object.entries(SITE_ID_COLUMNS)).toEqual([
    ["site_no", "int"],
    ["id", "text"],
  ]);
  expect(
    siteIdRows([
      { siteNo: 1, id: "a" },
      { siteNo: 2, id: "b" },
    ]),
  ).toBe('[[1,"a"],[2,"b"]]');
});

describe("an ID for people", () => {
  test("names its kind and its site", () => {
    expect(formatId("evt", 7, EVENT)).toBe(`evt_7_${EVENT}`);
    expect(formatWebhookId(7, 12)).toBe("whk_7_12");
    expect(formatReplayId(7, 12)).toBe("rpl_7_12");
  });

  test("is read back", () => {
    expect(parseId("dlv", `dlv_123456789_${EVENT}`)).toEqual({ siteNo: 123_456_789, id: EVENT });
    expect(parseWebhookId("whk_123456789_987654321")).toEqual({ siteNo: 123_456_789, no: 987_654_321 });
    expect(parseReplayId("rpl_123456789_987654321")).toEqual({ siteNo: 123_456_789, no: 987_654_321 });
  });

  test.each([
    ["of another kind", `evt_7_${EVENT}`],
    ["without a site", `dlv__${EVENT}`],
    ["with a site of ten digits", `dlv_1234567890_${EVENT}`],
    ["with a site that is no number", `dlv_a_${EVENT}`],
    ["that is too short", `dlv_7_${EVENT.slice(1)}`],
    ["that is too long", `dlv_7_${EVENT}0`],
    ["in upper case", `dlv_7_${"A".repeat(32)}`],
    ["with something before it", `xdlv_7_${EVENT}`],
    ["of nothing", ""],
  ])("%s is refused", (_what, text) => {
    expect(() => parseId("dlv", text)).toThrow(
      expect.objectContaining({
        code: "DELIVERY_NOT_FOUND",
        message: `${JSON.stringify(text)} is not an id of this kind`,
      }),
    );
  });

  test("is refused with the code of what was looked for, and shortened", () => {
    const long = "x".repeat(100);
    const found = (code: string) =>
      expect.objectContaining({ code, message: expect.stringContaining(`"${long.slice(0, 80)}"`) as string });
    expect(() => parseId("evt", long)).toThrow(found("EVENT_NOT_FOUND"));
    expect(() => parseWebhookId(long)).toThrow(found("WEBHOOK_NOT_FOUND"));
    expect(() => parseReplayId(long)).toThrow(found("REPLAY_NOT_FOUND"));
  });

  test.each(["7_", "_12", "a_12", "7_a", "1234567890_12", "7_1234567890", "7_12x", "7_12_3"])(
    "of a webhook or a replay is not %s",
    (rest) => {
      expect(() => parseWebhookId(`whk_${rest}`)).toThrow("is not the id of a webhook");
      expect(() => parseReplayId(`rpl_${rest}`)).toThrow("is not the ID of a replay");
    },
  );

  test("has nothing before it", () => {
    expect(() => parseWebhookId("xwhk_7_12")).toThrow(CallboardError);
    expect(() => parseReplayId("xrpl_7_12")).toThrow(CallboardError);
  });
});
