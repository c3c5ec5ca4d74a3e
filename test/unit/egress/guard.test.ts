import { networkInterfaces } from "node:os";
import { describe, expect, test } from "vitest";
import { readAllowList } from "../../../src/egress/allow-list.ts";
import { createGuard } from "../../../src/egress/guard.ts";
import type { GuardOptions } from "../../../src/egress/guard.ts";
import { EgressFailure } from "../../../src/egress/outcome.ts";
import { describeKind } from "../../../src/egress/url.ts";

interface Given extends Partial<Pick<GuardOptions, "thisMachine">> {
  readonly allow?: readonly string[];
  readonly answers?: readonly string[];
  readonly own?: readonly { readonly host: string; readonly port: number }[];
}

function guardWith({ allow = [], answers = [], own = [], thisMachine }: Given) {
  return createGuard({
    allowList: readAllowList(allow),
    allowHttp: false,
    ownAddresses: () => own,
    resolver: { resolve: () => Promise.resolve(answers) },
    ...(thisMachine === undefined ? {} : { thisMachine }),
  });
}

/** The addresses, or the refusal. */
async function resolved(given: Given, host = "hooks.example", port = 443) {
  try {
    return await guardWith(given).resolve(host, port);
  } catch (error) {
    if (error instanceof EgressFailure) return error.outcome;
    throw error;
  }
}

describe("public addresses", () => {
  test("a name is reached at each of its public addresses, in canonical spelling", async () => {
    expect(await resolved({ answers: ["8.8.8.8", "2606:4700:4700:0::1111", "::ffff:9.9.9.9"] })).toEqual([
      "8.8.8.8",
      "2606:4700:4700::1111",
      "9.9.9.9",
    ]);
  });

  test("a name can have 32 addresses, but not 33", async () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `8.8.8.${index}`);

    expect(await resolved({ answers: many(32) })).toHaveLength(32);
    expect(await resolved({ answers: many(33) })).toStrictEqual({
      kind: "forbidden",
      code: "DNS_DENIED",
      detail: "The host name resolves to more than 32 addresses",
    });
  });
});

describe("other addresses", () => {
  test.each([
    ["127.0.0.1", "127.0.0.1"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
    ["169.254.169.254", "169.254.169.254"],
    ["192.0.2.1", "192.0.2.1"],
    ["0.0.0.0", "0.0.0.0"],
    ["no address", "no address"],
  ])("%s is refused, and only the log gets the address", async (answer, address) => {
    const outcome = await resolved({ answers: [answer] });

    expect(outcome).toMatchObject({ kind: "forbidden", code: "DNS_DENIED", address });
    expect("detail" in outcome && outcome.detail).not.toContain(address);
  });

  test("one refused address refuses the whole name", async () => {
    expect(await resolved({ answers: ["8.8.8.8", "10.0.0.1"] })).toMatchObject({ address: "10.0.0.1" });
  });

  test("the refusal names the setting that can lift it", async () => {
    const readDetail = async (answer: string) => {
      const outcome = await resolved({ answers: [answer] });
      return "detail" in outcome ? outcome.detail : "";
    };

    expect(await readDetail("10.0.0.1")).toMatch(
      /\. The administrator of this server can allow it: CALLBOARD_ALLOW_NETWORKS$/,
    );
    expect(await readDetail("0.0.0.0")).toBe(`The host name resolves to ${describeKind("unusable")}`);
  });

  test("a refused address in a URL has the code of the address", async () => {
    expect(await resolved({ answers: ["10.0.0.1"] }, "10.0.0.1")).toMatchObject({ code: "IP_DENIED" });
  });
});

describe("allow-list", () => {
  test.each([
    ["a network, for its addresses", ["10.0.0.0/8"], "10.1.2.3", true],
    ["a network, for others", ["10.0.0.0/8"], "192.168.0.1", false],
    ["the name, for private addresses", ["hooks.example"], "10.1.2.3", true],
    ["the name, for loopback", ["hooks.example"], "127.0.0.1", true],
    ["the name, for a cloud's metadata", ["hooks.example"], "169.254.169.254", false],
    ["the name, for reserved addresses", ["hooks.example"], "192.0.2.1", false],
    ["another name", ["other.example"], "10.1.2.3", false],
    ["every network, for what is never a host", ["0.0.0.0/0"], "0.0.0.0", false],
  ])("%s: %j and %s", async (_what, allow, answer, isAllowed) => {
    const outcome = await resolved({ allow, answers: [answer] });

    expect(Array.isArray(outcome)).toBe(isAllowed);
  });
});

describe("own addresses", () => {
  const ofThisMachine = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => address)
    .find((address) => !address.startsWith("127.") && !address.includes(":"));

  test.each([
    ["an address", "8.8.8.8", "8.8.8.8", true],
    ["another address", "8.8.8.8", "8.8.4.4", false],
    ["a name", "hooks.example", "hooks.example", true],
    ["localhost, for loopback", "localhost", "127.0.0.1", true],
    ["localhost, for a name below it", "localhost", "addon.localhost", true],
    ["localhost, for another host", "localhost", "8.8.8.8", false],
    ["loopback, for localhost", "127.0.0.1", "localhost", true],
    ["loopback, for another loopback address", "127.0.0.1", "127.0.0.2", false],
    ["a private address, for localhost", "10.0.0.1", "localhost", false],
    ["an address in another spelling", "::ffff:8.8.8.8", "8.8.8.8", true],
    ["every interface, for loopback", "0.0.0.0", "127.0.0.1", true],
    ["every interface, for any loopback address", "0.0.0.0", "127.0.0.2", true],
    ["every interface, for localhost", "::", "localhost", true],
    ["every interface, by that name", "0.0.0.0", "0.0.0.0", true],
    ["every interface, for another machine", "0.0.0.0", "8.8.8.8", false],
    ["a name, for another", "one.example", "other.example", false],
  ])("own listener %s: %s is reached as %s", (_what, own, host, isOwn) => {
    const guard = guardWith({ own: [{ host: own, port: 443 }] });

    expect(guard.isOwn(host, 443)).toBe(isOwn);
    expect(guard.isOwn(host, 444)).toBe(false);
  });

  test.runIf(ofThisMachine !== undefined)(
    "a listener on all interfaces is reached at this machine's addresses",
    () => {
      expect(guardWith({ own: [{ host: "::", port: 443 }] }).isOwn(ofThisMachine ?? "", 443)).toBe(true);
      expect(guardWith({ own: [{ host: "10.0.0.1", port: 443 }] }).isOwn(ofThisMachine ?? "", 443)).toBe(
        false,
      );
    },
  );

  test("a name with a public address of an own listener is refused", async () => {
    const own = [
      { host: "9.9.9.9", port: 80 },
      { host: "8.8.8.8", port: 443 },
    ];

    expect(await resolved({ answers: ["8.8.8.8"], own })).toEqual({
      kind: "forbidden",
      code: "DNS_DENIED",
      detail: "The host name points to Callboard itself",
      address: "8.8.8.8",
    });
    expect(await resolved({ answers: ["8.8.8.8"], own }, "hooks.example", 80)).toEqual(["8.8.8.8"]);
  });
});

describe("this machine's names", () => {
  const thisMachine = {
    hasName: (name: string) => name === "my-laptop",
    hasAddress: () => false,
    resolve: () => Promise.resolve(["9.9.9.9"]),
  } as unknown as NonNullable<GuardOptions["thisMachine"]>;

  test("the machine resolves its own names, name servers resolve others", async () => {
    expect(await resolved({ thisMachine, answers: ["8.8.8.8"] }, "my-laptop")).toEqual(["9.9.9.9"]);
    expect(await resolved({ thisMachine, answers: ["8.8.8.8"] }, "hooks.example")).toEqual(["8.8.8.8"]);
  });
});
