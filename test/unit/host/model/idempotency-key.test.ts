import { describe, expect, test } from "vitest";
import { KEY_KEPT_MS, printKey, findIdempotencyKey } from "../../../../src/host/model/idempotency-key.ts";

describe("a key", () => {
  test("is absent without the header", () => {
    expect(findIdempotencyKey({})).toBeUndefined();
  });

  test.each(["a", "5f0d8a52-order-4711", '"quoted"', "~".repeat(200)])("%j is one", (key) => {
    expect(findIdempotencyKey({ "idempotency-key": key })).toBe(key);
  });

  test.each(["", "a b", "~".repeat(201), "é", "a\tb", "\u007f", ["a", "b"]])("%j is refused", (key) => {
    expect(() => findIdempotencyKey({ "idempotency-key": key })).toThrow(
      expect.objectContaining({ code: "IDEMPOTENCY_KEY" }) as Error,
    );
  });
});

describe("what is kept of a request", () => {
  const REQUEST = { token: "cb_1", key: "k", contents: ["createSite", {}, { key: "one" }] };
  const print = (change: Partial<typeof REQUEST> = {}) => {
    const { id, request, sealingKey } = printKey({ ...REQUEST, ...change });
    return { id, request, sealingKey: sealingKey.toString("hex") };
  };
  const same = print();

  test("is the same for the same request", () => {
    expect(print({ contents: structuredClone(REQUEST.contents) })).toEqual(same);
  });

  test.each([
    ["token", { token: "cb_2" }],
    ["key", { key: "l" }],
  ])("differs in everything for another %s", (_what, change) => {
    const other = print(change);
    expect(Object.values(other).filter((value) => Object.values(same).includes(value))).toEqual([]);
  });

  test("differs for other contents in their print alone", () => {
    const other = print({ contents: ["createSite", {}, { key: "two" }] });
    expect(other).toEqual({ ...same, request: other.request });
    expect(other.request).not.toBe(same.request);
  });

  test("has neither the key nor the token in it", () => {
    const text = JSON.stringify(print({ token: "cb_token", key: "a-key-of-mine" }));
    expect(text).not.toMatch(/cb_token|a-key-of-mine/);
  });
});

test("prints of a key stay as they are: a server of another version finds what this one has kept", () => {
  const { id, request, sealingKey } = printKey({
    token: "cb_1",
    key: "k",
    contents: ["createSite", {}, { key: "one" }],
  });
  expect([id, request, sealingKey.toString("hex")]).toEqual([
    "ead11384c0698ef6bd94476e173e70d0e4cdf55c998c498985bb73d81b1e2965",
    "d22669334bec6814328abb85b85bcd67bb8a96796ce7469b50cb2ca7d55d6e89",
    "b6ed5d60e8e4765d189945d8fb943ebee892ec1f6817c616c80b51b92473d0c8",
  ]);
  expect(KEY_KEPT_MS).toBe(86_400_000);
});
