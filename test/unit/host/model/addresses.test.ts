/** Addresses: one spelling each, loopback in any spelling, and the name that limits count by. */
import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isLoopbackAddress,
  isWildcardAddress,
  toLimitKey,
  toLocalUrl,
  parseAddress,
} from "../../../../src/host/model/addresses.ts";

describe("addresses", () => {
  test.each([
    ["203.0.113.9", "203.0.113.9"],
    ["2001:DB8:0:0:0:0:0:9", "2001:db8::9"],
    ["[2001:db8::9]", "2001:db8::9"],
    ["fe80::1%eth0", "fe80::1"],
    ["::ffff:203.0.113.9", "203.0.113.9"],
    ["::ffff:7f00:1", "127.0.0.1"],
    ["::", "::"],
    ["::1", "::1"],
    ["2001:db8::ffff:1:2", "2001:db8::ffff:1:2"],
    ["::ffff:1:2:3", "::ffff:1:2:3"],
    ["fe80::1%a.b~c-d_1", "fe80::1"],
  ])("%s is %s", (text, address) => {
    expect(parseAddress(text)).toBe(address);
  });
  test.each([
    "",
    "unknown",
    "127.evil",
    "127.1",
    "010.0.0.1",
    "1.2.3.4.5",
    "256.1.1.1",
    "203.0.113.9:80",
    "[203.0.113.9]",
    "2001:db8::9::1",
    "<script>",
    "::1 ",
    ":",
  ])("%j is not an address", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
  test("parsing agrees with Node, and is idempotent", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const address = parseAddress(text) ?? "";
        expect(isIP(address)).toBeGreaterThan(0);
        expect(parseAddress(address)).toBe(address);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        const address = parseAddress(text);
        if (address !== undefined) expect(isIP(address)).toBeGreaterThan(0);
      }),
    );
  });
});

test("loopback is decided by the address, not by its first characters", () => {
  const all = ["127.0.0.1", "127.255.0.9", "::1", "[::1]", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"];
  expect(all.filter((text) => !isLoopbackAddress(text))).toEqual([]);
  const none = ["127.evil", "127.0.0.1.example.org", "128.0.0.1", "::2", "localhost", ""];
  expect(none.filter(isLoopbackAddress)).toEqual([]);
});

test("the wildcard is recognized in every spelling", () => {
  expect(["0.0.0.0", "::", "[::]", "0:0:0:0:0:0:0:0", "10.0.0.1", "*"].map(isWildcardAddress)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});

describe("keys of limits", () => {
  test("an IPv4 address counts alone, an IPv6 address with its /64", () => {
    expect(toLimitKey("203.0.113.9")).toBe("203.0.113.9");
    expect(toLimitKey("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2::/64");
    expect(toLimitKey("2001:db8::9")).toBe("2001:db8:0:0::/64");
    expect(toLimitKey("::1")).toBe("0:0:0:0::/64");
  });
  test.each([
    ["::", "0:0:0:0::/64"],
    ["1::", "1:0:0:0::/64"],
    ["1:2:3::", "1:2:3:0::/64"],
    ["1:2:3:4::", "1:2:3:4::/64"],
    ["1:2::3:4:5", "1:2:0:0::/64"],
    ["1::2:3:4:5:6:7", "1:0:2:3::/64"],
    ["::2:3:4:5:6:7", "0:0:2:3::/64"],
    ["no address", "no address"],
    ["", ""],
  ])("limits count %j as %j", (address, key) => {
    expect(toLimitKey(address)).toBe(key);
  });

  test("two IPv6 addresses count as one client exactly if their first 64 bits agree", () => {
    const half = fc.array(fc.integer({ min: 0, max: 0xff_ff }), { minLength: 4, maxLength: 4 });
    const written = (groups: readonly number[]) => groups.map((group) => group.toString(16)).join(":");
    fc.assert(
      fc.property(half, half, half, half, (network, one, otherNetwork, other) => {
        const key = toLimitKey(`${written(network)}:${written(one)}`);
        expect(toLimitKey(`${written(network)}:${written(other)}`)).toBe(key);
        if (written(network) === written(otherNetwork)) return;
        expect(toLimitKey(`${written(otherNetwork)}:${written(other)}`)).not.toBe(key);
      }),
      {
        examples: [
          [
            [0, 0, 0, 1],
            [0, 0, 0, 1],
            [0, 0, 1, 0],
            [1, 0, 0, 0],
          ],
        ],
      },
    );
  });
});

test.each([
  "x[::1]",
  "[::1]x",
  "[::1",
  "::1]",
  "::1%",
  "::1%a b",
  "::1%eth0 x",
  "12345",
  ":",
  "1.2.3.4:80",
  "::1/64",
  "x::1",
  "::1x",
  "::1 ",
  "1::2::3",
])("%j is not an address", (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

test.each([
  ["127.0.0.1", true],
  ["127.12.34.56", true],
  ["127.123.234.255", true],
  ["::ffff:127.0.0.1", true],
  ["::1", true],
  ["::2", false],
  ["128.127.0.1", false],
  ["10.127.0.0", false],
  ["localhost", false],
])("%s is loopback: %s", (text, isOne) => {
  expect(isLoopbackAddress(text)).toBe(isOne);
});

test.each([
  ["127.0.0.1", "http://127.0.0.1:2990"],
  ["0.0.0.0", "http://127.0.0.1:2990"],
  ["::", "http://[::1]:2990"],
  ["[::]", "http://[::1]:2990"],
  ["2001:db8::1", "http://[2001:db8::1]:2990"],
  ["callboard.example", "http://callboard.example:2990"],
])("a server that listens on %s is reached on its machine at %s", (address, url) => {
  expect(toLocalUrl(address, 2990)).toBe(url);
});
