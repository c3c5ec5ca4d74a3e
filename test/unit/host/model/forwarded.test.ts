/** Forwarded headers: addresses with ports and brackets, lists, and values that are none. */
import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressOfNode, findClient, readProtocol } from "../../../../src/host/model/forwarded.ts";

const PEER = "10.0.0.1";
const isTrusted = (address: string) => address.startsWith("10.");
const client = (header: string) => findClient(PEER, header, isTrusted);

describe("entries of X-Forwarded-For", () => {
  test.each([
    ["203.0.113.9", "203.0.113.9"],
    ["203.0.113.9:51234", "203.0.113.9"],
    [" 203.0.113.9:_port ", "203.0.113.9"],
    ["[2001:db8::9]:4711", "2001:db8::9"],
    ["[2001:DB8:0::9]", "2001:db8::9"],
    ["2001:db8::9", "2001:db8::9"],
    ['"[2001:db8::9]:4711"', "2001:db8::9"],
    ["::ffff:203.0.113.9", "203.0.113.9"],
    ["[::ffff:203.0.113.9]:80", "203.0.113.9"],
  ])("%j has the address %s", (entry, address) => {
    expect(addressOfNode(entry)).toBe(address);
  });
  test.each([
    "",
    "unknown",
    "_hidden",
    "<script>alert(1)</script>",
    "127.evil",
    "[2001:db8::9",
    "1.2.3.4:x",
    '"1.2.3.4',
    '1.2.3.4"',
    'x"1.2.3.4"',
    '"1.2.3.4"x',
    "::g",
  ])("%j has no address", (entry) => {
    expect(addressOfNode(entry)).toBeUndefined();
  });
  test("a port makes no difference", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 65_535 }), fc.ipV4(), fc.ipV6(), (port, v4, v6) => {
        expect(addressOfNode(`${v4}:${port}`)).toBe(addressOfNode(v4));
        expect(addressOfNode(`[${v6}]:${port}`)).toBe(addressOfNode(v6));
      }),
    );
  });
});

describe("address of the client", () => {
  test.each([
    ["", PEER],
    [" , ", PEER],
    ["203.0.113.9", "203.0.113.9"],
    ["198.51.100.1, 203.0.113.9", "203.0.113.9"],
    ["203.0.113.9:51234, 10.0.0.2:80", "203.0.113.9"],
    ["10.0.0.3, 10.0.0.2", "10.0.0.3"],
    ["unknown", PEER],
    ["198.51.100.1, unknown", PEER],
    ["198.51.100.1, <script>, 10.0.0.2", "10.0.0.2"],
  ])("the client of %j is %s", (header, address) => {
    expect(client(header)).toBe(address);
  });
  test("an untrusted peer is the client", () => {
    expect(findClient("192.0.2.1", "203.0.113.9", isTrusted)).toBe("192.0.2.1");
  });
  test.each(["203.0.113.9, ", "203.0.113.9,,10.0.0.2", ",203.0.113.9 ,\t"])(
    "is found beside empty entries in %j",
    (header) => {
      expect(client(header)).toBe("203.0.113.9");
    },
  );
  test("the client is an address for any header", () => {
    const node = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.constantFrom("unknown", "10.0.0.2", ""));
    fc.assert(
      fc.property(fc.array(node), (entries) => {
        expect(isIP(client(entries.join(",")))).toBeGreaterThan(0);
      }),
    );
  });
  test("entries before that of the first trusted proxy make no difference", () => {
    fc.assert(
      fc.property(fc.string(), (invented) => {
        expect(client(`${invented},203.0.113.9:1,10.0.0.2`)).toBe("203.0.113.9");
      }),
    );
  });
});

test.each([
  ["https", "https"],
  ["HTTPS", "https"],
  [" https , http", "https"],
  ["http,https", "http"],
  ['"https"', "https"],
  ["wss", "https"],
  ["ws", "http"],
  ["http", "http"],
  ['x"https"', undefined],
  ['"https"x', undefined],
  [", https", "https"],
  [" ,http", "http"],
  ["", undefined],
  ["on", undefined],
] as const)("X-Forwarded-Proto %j is %s", (header, protocol) => {
  expect(readProtocol(header)).toBe(protocol);
});
