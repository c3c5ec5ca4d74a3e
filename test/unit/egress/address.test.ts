import { describe, expect, test } from "vitest";
import { addressKind, createBlockList, canonicalAddress } from "../../../src/egress/address.ts";

test.each([
  ["8.8.8.8", "public"],
  ["172.15.255.255", "public"],
  ["172.16.0.0", "private"],
  ["100.64.0.0", "private"],
  ["127.0.0.1", "loopback"],
  ["169.254.169.254", "link-local"],
  ["168.63.129.16", "link-local"],
  ["192.0.0.192", "reserved"],
  ["240.0.0.1", "reserved"],
  ["255.255.255.255", "unusable"],
  ["0.0.0.0", "unusable"],
  ["2606:4700:4700::1111", "public"],
  ["::1", "loopback"],
  ["::ffff:10.0.0.1", "private"],
  ["::ffff:0a00:0001", "private"],
  ["::FFFF:8.8.8.8", "public"],
  ["64:ff9b::7f00:1", "reserved"],
  ["4000::1", "reserved"],
  ["fe80::1", "link-local"],
  ["fec0::1", "reserved"],
  ["fd00:ec2::254", "private"],
  ["ff02::1", "unusable"],
  ["::127.0.0.1", "unusable"],
  ["::ffff:0:127.0.0.1", "unusable"],
  ["2001:0:4136:e378:8000:63bf:3fff:fdd2", "unusable"],
  ["2001:2::1", "reserved"],
  ["5f00::1", "reserved"],
  ["fe80::1%eth0", "unusable"],
  ["localhost", "unusable"],
  ["", "unusable"],
])("%s is %s", (address, kind) => {
  expect(addressKind(address)).toBe(kind);
});

test("equal addresses have the same canonical spelling", () => {
  expect(canonicalAddress("2001:0DB8:0:0::1")).toBe("2001:db8::1");
  expect(canonicalAddress("::FFFF:7f00:1")).toBe("127.0.0.1");
  expect(canonicalAddress("127.1")).toBeUndefined();
});

describe("boundaries of special networks", () => {
  test.each([
    ["0.0.0.0", "0.255.255.255", "unusable", undefined, "1.0.0.0"],
    ["10.0.0.0", "10.255.255.255", "private", "9.255.255.255", "11.0.0.0"],
    ["100.64.0.0", "100.127.255.255", "private", "100.63.255.255", "100.128.0.0"],
    ["127.0.0.0", "127.255.255.255", "loopback", "126.255.255.255", "128.0.0.0"],
    ["168.63.129.16", "168.63.129.16", "link-local", "168.63.129.15", "168.63.129.17"],
    ["169.254.0.0", "169.254.255.255", "link-local", "169.253.255.255", "169.255.0.0"],
    ["172.16.0.0", "172.31.255.255", "private", "172.15.255.255", "172.32.0.0"],
    ["192.0.0.0", "192.0.0.255", "reserved", "191.255.255.255", "192.0.1.0"],
    ["192.0.2.0", "192.0.2.255", "reserved", "192.0.1.255", "192.0.3.0"],
    ["192.31.196.0", "192.31.196.255", "reserved", "192.31.195.255", "192.31.197.0"],
    ["192.52.193.0", "192.52.193.255", "reserved", "192.52.192.255", "192.52.194.0"],
    ["192.88.99.0", "192.88.99.255", "reserved", "192.88.98.255", "192.88.100.0"],
    ["192.168.0.0", "192.168.255.255", "private", "192.167.255.255", "192.169.0.0"],
    ["192.175.48.0", "192.175.48.255", "reserved", "192.175.47.255", "192.175.49.0"],
    ["198.18.0.0", "198.19.255.255", "reserved", "198.17.255.255", "198.20.0.0"],
    ["198.51.100.0", "198.51.100.255", "reserved", "198.51.99.255", "198.51.101.0"],
    ["203.0.113.0", "203.0.113.255", "reserved", "203.0.112.255", "203.0.114.0"],
    ["224.0.0.0", "239.255.255.255", "unusable", "223.255.255.255", undefined],
    ["240.0.0.0", "255.255.255.254", "reserved", undefined, undefined],
    ["255.255.255.255", "255.255.255.255", "unusable", undefined, undefined],
    ["2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", "unusable", "2000:ffff::", undefined],
    ["2001:1::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "reserved", undefined, "2001:200::"],
    ["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "reserved", "2001:db7:ffff::", "2001:db9::"],
    ["2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "unusable", "2001:ffff::", "2003::"],
    [
      "2620:4f:8000::",
      "2620:4f:8000:ffff:ffff:ffff:ffff:ffff",
      "reserved",
      "2620:4f:7fff::",
      "2620:4f:8001::",
    ],
    ["3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "reserved", "3ffe:ffff::", "3fff:1000::"],
  ])("%s to %s is %s", (first, last, kind, before, after) => {
    expect([addressKind(first), addressKind(last)]).toEqual([kind, kind]);
    for (const neighbor of [before, after]) {
      if (neighbor !== undefined) expect(addressKind(neighbor), neighbor).toBe("public");
    }
  });

  test.each([
    ["::", "::ffff", "unusable"],
    ["::1:0:0", "::ffff:0:0:0", "reserved"],
    ["::ffff:0:0:0", "::ffff:0:ffff:ffff", "unusable"],
    ["fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "private"],
    ["fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "link-local"],
    ["ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "unusable"],
    ["2000::", "2000::1", "public"],
    ["3fff:1000::", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "public"],
    ["1fff::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "reserved"],
    ["fbff::", "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "reserved"],
    ["fe00::", "fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "reserved"],
    ["fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "reserved"],
  ])("%s to %s is %s", (first, last, kind) => {
    const middle = first === "::1:0:0" ? "::fffe:0:0:0" : last;
    expect([addressKind(first), addressKind(middle)]).toEqual([kind, kind]);
  });
});

test.each([
  ["8.8.8.8", "8.8.8.8"],
  ["2001:DB8::1", "2001:db8::1"],
  ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["::ffff:c000:201", "192.0.2.1"],
  ["::ffff:192.168.100.200", "192.168.100.200"],
  ["::192.0.2.1", "::192.0.2.1"],
  ["::ffff:0:192.0.2.1", "::ffff:0:c000:201"],
  ["fe80::1%eth0", undefined],
  ["1.2.3", undefined],
  ["1.2.3.04", undefined],
  [" 8.8.8.8", undefined],
  ["[::1]", undefined],
  ["localhost", undefined],
  ["", undefined],
])("the canonical spelling of %j is %s", (text, spelling) => {
  expect(canonicalAddress(text)).toBe(spelling);
});

test("a list of networks contains the IPv4 and IPv6 addresses in them", () => {
  const list = createBlockList(["192.0.2.0/25", "2001:db8::/33"]);
  const isIn = (address: string) => list.check(address, address.includes(":") ? "ipv6" : "ipv4");

  expect(["192.0.2.0", "192.0.2.127", "2001:db8::1"].map(isIn)).toEqual([true, true, true]);
  expect(["192.0.2.128", "192.0.1.255", "2001:db8:8000::1"].map(isIn)).toEqual([false, false, false]);
});
