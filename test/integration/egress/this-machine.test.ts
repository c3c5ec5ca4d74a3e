/** The machine's own names and addresses as loopback, and everything else in its network as before. */
import { hostname } from "node:os";
import { describe, expect, onTestFinished, test } from "vitest";
import { CallboardError } from "../../../src/errors.ts";
import { createEgress } from "../../../src/egress/index.ts";
import { createThisMachine } from "../../../src/egress/this-machine.ts";
import type { System } from "../../../src/egress/this-machine.ts";
import { egressWith, STRICT } from "../../support/egress.ts";
import { startReceiver } from "../../support/http-receiver.ts";

interface Told {
  name: string;
  interfaces: readonly string[];
  lookup: System["lookup"];
  at: number;
}

function machine(changes: Partial<Told> = {}) {
  const told: Told = {
    name: "vm",
    interfaces: ["127.0.0.1", "::1", "192.168.7.2", "fe80::1", "fd00::2"],
    lookup: () => Promise.reject(new Error("not known")),
    at: 0,
    ...changes,
  };
  const thisMachine = createThisMachine({
    hostname: () => told.name,
    networkInterfaces: () => ({ any: told.interfaces.map((address) => ({ address })) }),
    lookup: (host) => told.lookup(host),
    now: () => told.at,
  });
  return { told, thisMachine };
}

function verdict(act: () => unknown): string {
  try {
    act();
    return "allow";
  } catch (error) {
    if (error instanceof CallboardError) return error.code;
    throw error;
  }
}

describe.each([
  ["vm", ["vm", "VM", "vm.", "vm.local"]],
  ["DESKTOP-AB12", ["DESKTOP-AB12", "desktop-ab12", "desktop-ab12.local"]],
  ["macbook.local", ["macbook.local", "macbook", "MacBook.local"]],
  ["laptop.lan", ["laptop.lan", "laptop", "laptop.local"]],
])("a machine called %s", (name, own) => {
  const { thisMachine } = machine({ name });
  const egress = createEgress({ ...STRICT, allowNetworks: ["loopback"], thisMachine });

  test.each([...own, "192.168.7.2", "[fd00::2]", "localhost", "127.0.0.1"])("is meant by %s", (host) => {
    expect(verdict(() => egress.check(`http://${host}:3000/`, { httpsOnly: true }))).toBe("allow");
  });
  test.each([
    ["files", "HOST_DENIED"],
    [`other.${name.toLowerCase()}`, name.includes(".") ? "HOST_DENIED" : "allow"],
    [`${own[0]}.internal`, "HOST_DENIED"],
    ["192.168.7.3", "IP_DENIED"],
    ["[fe80::1]", "IP_DENIED"],
    ["169.254.169.254", "IP_DENIED"],
  ])("is not meant by %s", (host, code) => {
    expect(verdict(() => egress.check(`http://${host}:3000/`))).toBe(code);
  });
});

test("outside dev its names are private as ever", () => {
  const egress = createEgress(STRICT);
  expect(verdict(() => egress.check("https://vm/"))).toBe("HOST_DENIED");
  expect(verdict(() => egress.check("https://192.168.7.2/"))).toBe("IP_DENIED");
});

test("a name and an address that the machine gets or loses later count from then on", async () => {
  const { told, thisMachine } = machine();
  const egress = egressWith({ thisMachine });
  const outcome = async (url: string) =>
    (await egress.post({ url, headers: [], body: Buffer.from("{}") })).outcome;
  const fresh = ["http://other:1999/", "http://192.168.8.2:1999/"];
  for (const url of fresh) expect(await outcome(url)).toMatchObject({ kind: "forbidden" });

  told.name = "other";
  told.interfaces = ["192.168.8.2"];
  told.at = 1_000;

  for (const url of fresh) expect(verdict(() => egress.check(url))).toBe("allow");
  expect(await outcome("http://other:1999/")).toMatchObject({ kind: "unreachable" });
  expect(verdict(() => egress.check("http://vm/"))).toBe("HOST_DENIED");
  expect(verdict(() => egress.check("http://192.168.7.2/"))).toBe("IP_DENIED");
});

test.each([
  ["nothing", () => Promise.reject(new Error("ENOTFOUND")), ["127.0.0.1", "::1"]],
  ["an address of its own", () => Promise.resolve(["192.168.7.2"]), ["192.168.7.2", "127.0.0.1", "::1"]],
  ["Debian's loopback", () => Promise.resolve(["127.0.1.1"]), ["127.0.1.1", "127.0.0.1", "::1"]],
  ["somebody else's address", () => Promise.resolve(["192.168.7.9", "fe80::1%eth0"]), ["127.0.0.1", "::1"]],
  ["nothing at all, for ever", () => new Promise<never>(() => undefined), ["127.0.0.1", "::1"]],
] as const)("its name resolves to itself when the system tells %s", async (_what, lookup, addresses) => {
  expect(await machine({ lookup }).thisMachine.resolve("vm")).toEqual(addresses);
});

test("a delivery to this very machine's name arrives", async () => {
  const receiver = await startReceiver((_request, response) => void response.writeHead(204).end());
  onTestFinished(() => receiver.close());
  const egress = createEgress({
    ...STRICT,
    allowNetworks: ["loopback"],
    thisMachine: createThisMachine(),
  });
  onTestFinished(() => egress.close());
  const url = receiver.url.replace(/\/\/[^:/]+/, `//${hostname()}`);

  const { outcome } = await egress.post({ url, headers: [], body: Buffer.from("{}") });

  expect(outcome).toMatchObject({ kind: "accepted", status: 204 });
});

describe("a refusal", () => {
  const catchRefusal = (egress: ReturnType<typeof createEgress>, url: string) => {
    try {
      egress.check(url);
    } catch (error) {
      return (error as CallboardError).message;
    }
    return "allow";
  };

  test("names the host and both cures where loopback is allowed", () => {
    const egress = createEgress({ ...STRICT, allowNetworks: ["loopback"] });
    expect(catchRefusal(egress, "http://files:3000/atlassian-connect.json")).toBe(
      '"files" is a private host name. The administrator of this server can allow it: CALLBOARD_ALLOW_NETWORKS=files. If it is this machine, use ' +
        "http://localhost:3000 instead; atlassian-connect-express does so with AC_LOCAL_BASE_URL=http://localhost:3000.",
    );
  });
  test("names the host alone where it is not", () => {
    expect(catchRefusal(createEgress(STRICT), "https://files.corp/x")).toBe(
      '"files.corp" is a private host name. The administrator of this server can allow it: CALLBOARD_ALLOW_NETWORKS=files.corp.',
    );
  });
  test("names an address", () => {
    expect(catchRefusal(createEgress(STRICT), "https://10.1.2.3/x")).toBe(
      "10.1.2.3 is a private address. The administrator of this server can allow it: CALLBOARD_ALLOW_NETWORKS=10.1.2.3.",
    );
  });
});
