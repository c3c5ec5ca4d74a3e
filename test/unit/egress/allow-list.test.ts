import { describe, expect, test } from "vitest";
import { isLocalhost, readAllowList } from "../../../src/egress/allow-list.ts";
import { CallboardError } from "../../../src/errors.ts";

describe("addresses", () => {
  test.each([
    ["10.0.0.0/8", "10.255.255.255", true],
    ["10.0.0.0/8", "11.0.0.0", false],
    ["10.0.0.0/8", "no address", false],
    ["10.1.2.3", "10.1.2.3", true],
    ["10.1.2.3", "10.1.2.4", false],
    ["::ffff:10.1.2.3", "10.1.2.3", true],
    ["10.1.2.3/32", "10.1.2.4", false],
    ["FD00::/8", "fd12::1", true],
    ["fd00::1", "fd00::1", true],
    ["fd00::1", "fd00::2", false],
    ["fd00::1/128", "fd00::2", false],
    ["0.0.0.0/0", "8.8.8.8", true],
    ["0.0.0.0/0", "0.0.0.0", false],
    ["::/0", "::1", true],
    ["::/0", "2002::1", false],
    ["loopback", "127.255.255.255", true],
    ["loopback", "128.0.0.0", false],
    ["loopback", "::1", true],
    ["loopback", "::2", false],
    ["hooks.example", "10.0.0.1", false],
  ])("%s contains %s: %s", (entry, address, isHeld) => {
    expect(readAllowList([entry]).hasAddress(address)).toBe(isHeld);
  });
});

describe("hosts", () => {
  test.each([
    ["hooks.example", "hooks.example", true],
    [" HOOKS.example ", "hooks.example", true],
    ["hooks.example", "a.hooks.example", false],
    ["h_1-a.b", "h_1-a.b", true],
    ["a", "a", true],
    ["loopback", "localhost", true],
    ["loopback", "addon.localhost", true],
    ["loopback", "hooks.example", false],
    ["localhost", "localhost", true],
    ["localhost", "addon.localhost", false],
    ["10.0.0.1", "10.0.0.1", false],
  ])("%j names %s: %s", (entry, host, isNamed) => {
    expect(readAllowList([entry]).hasHost(host)).toBe(isNamed);
  });

  test.each([
    ["localhost", true],
    ["a.localhost", true],
    ["notlocalhost", false],
    ["localhost.example", false],
  ])("%s is this machine: %s", (host, isLocal) => {
    expect(isLocalhost(host)).toBe(isLocal);
  });
});

test.each([
  "10.0.0.0/33",
  "fd00::/129",
  "10.0.0.0/",
  "10.0.0.0/8/8",
  "10.0.0.0/1234",
  "10.0.0.0/-1",
  "10.0.0.0/a",
  "::ffff:10.0.0.0/104",
  "10.0.0",
  "a.1",
  "1",
  "a b",
  "",
  "-a",
  "a-",
  "a.-b",
  "a.b-",
  "a..b",
  ".a",
  "a.",
  "localhost:80",
  "fe80::1%eth0",
  "*.example",
])("%j is neither a network nor a host", (entry) => {
  expect(() => readAllowList([entry])).toThrow(CallboardError);
});

test("all invalid entries are reported at once, with their positions", () => {
  const problems = (): unknown => {
    try {
      return readAllowList(["ok.example", "A B", "loopback", "10.0.0.0/33"]);
    } catch (error) {
      return error;
    }
  };

  expect(problems()).toMatchObject({
    code: "CONFIG_INVALID",
    message:
      'CALLBOARD_ALLOW_NETWORKS: "a b" is not a network, an address or a host name; "10.0.0.0/33" is not a network, an address or a host name',
    errors: [{ pointer: "/1" }, { pointer: "/3" }],
  });
});

describe("this machine", () => {
  const machine = {
    hasName: (name: string) => name === "my-laptop",
    hasAddress: (address: string) => address === "192.168.7.7",
  } as unknown as NonNullable<Parameters<typeof readAllowList>[1]>;

  test("names and addresses of this machine are allowed if it is given", () => {
    const list = readAllowList([], machine);

    expect([list.hasAddress("192.168.7.7"), list.hasAddress("192.168.7.8")]).toEqual([true, false]);
    expect([list.isThisMachine("my-laptop"), list.isThisMachine("yours")]).toEqual([true, false]);
  });

  test("names and addresses of this machine are not allowed without it", () => {
    const list = readAllowList([]);

    expect([list.hasAddress("192.168.7.7"), list.isThisMachine("my-laptop")]).toEqual([false, false]);
  });
});
