import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { CallboardError } from "../../../../../src/errors.ts";
import {
  createHostCheck,
  createOriginReader,
  createTrust,
  requireOneHost,
  warnOfUndeclared,
} from "../../../../../src/host/web/http/origin.ts";
import type { HostNames } from "../../../../../src/host/web/http/origin.ts";

interface Given {
  readonly peer?: string | undefined;
  readonly local?: string;
  readonly encrypted?: boolean;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

const createRequest = ({ peer, local, encrypted = false, headers = {} }: Given): IncomingMessage =>
  ({
    socket: { remoteAddress: peer, localAddress: local, ...(encrypted ? { encrypted: true } : {}) },
    headers,
  }) as unknown as IncomingMessage;

describe("the client of a request", () => {
  const PROXY = "10.0.0.1";
  const read = (given: Given, trusted: readonly string[] = ["10.0.0.0/8"]) =>
    createOriginReader(trusted)(createRequest(given));
  const through = (forwardedFor: string | readonly string[], peer = PROXY) =>
    read({ peer, headers: { "x-forwarded-for": forwardedFor } }).address;

  test.each([
    ["the last entry: what stands before it is the client's own invention", "1.1.1.1, 2.2.2.2", "2.2.2.2"],
    ["the last entry that is no trusted proxy", "1.1.1.1, 2.2.2.2, 10.0.0.2", "2.2.2.2"],
    ["the first entry, when all after it are trusted", "1.1.1.1, 10.0.0.3, 10.0.0.2", "1.1.1.1"],
    ["the first entry, when it is trusted as well", "10.0.0.4, 10.0.0.3", "10.0.0.4"],
    ["the proxy, without an entry", "", PROXY],
    ["the proxy that wrote what is no address", "1.1.1.1, unknown", PROXY],
    ["an entry without its port", "2.2.2.2:1234", "2.2.2.2"],
    ["an IPv6 entry without brackets and port", '"[2001:db8::1]:80"', "2001:db8::1"],
  ])("is %s", (_what, forwardedFor, address) => {
    expect(through(forwardedFor)).toBe(address);
  });

  test("is read from several headers as from one", () => {
    expect(through(["1.1.1.1", "2.2.2.2"])).toBe("2.2.2.2");
  });

  test("is the peer when that is no trusted proxy, whatever it says", () => {
    expect(through("1.1.1.1", "3.3.3.3")).toBe("3.3.3.3");
    expect(read({ peer: PROXY, headers: { "x-forwarded-for": "1.1.1.1" } }, []).address).toBe(PROXY);
  });

  test("is IPv4 when it comes over an IPv6 socket, and is trusted as such", () => {
    expect(through("2.2.2.2", "::ffff:10.0.0.1")).toBe("2.2.2.2");
    expect(read({ peer: "::ffff:3.3.3.3" }).address).toBe("3.3.3.3");
  });

  test("is nobody after it has gone away", () => {
    expect(read({ peer: undefined })).toEqual({ address: "", isHttps: false, isUndeclared: false });
  });

  test.each([
    ["http", false, undefined, false],
    ["https", true, undefined, true],
    ["http", false, "https", true],
    ["https", true, "http", false],
    ["http", false, "HTTPS, http", true],
    ["https", true, "gopher", true],
  ])("speaks %s to the proxy (%s) and says %s: https %s", (_what, encrypted, proto, isHttps) => {
    const headers = proto === undefined ? {} : { "x-forwarded-proto": proto };

    expect(read({ peer: PROXY, encrypted, headers }).isHttps).toBe(isHttps);
  });

  test("has the protocol of its own connection when it is no trusted proxy", () => {
    const headers = { "x-forwarded-proto": "https" };

    expect(read({ peer: "3.3.3.3", headers }).isHttps).toBe(false);
    expect(read({ peer: "3.3.3.3", encrypted: true, headers: { "x-forwarded-proto": "http" } }).isHttps).toBe(
      true,
    );
  });

  test.each([
    ["x-forwarded-for", true],
    ["forwarded", true],
    ["x-real-ip", true],
    ["x-forwarded-proto", false],
    ["via", false],
  ])("is unknown behind an undeclared proxy that says %s: %s", (header, isUndeclared) => {
    const headers = { [header]: "1.1.1.1" };

    expect(read({ peer: "3.3.3.3", headers }).isUndeclared).toBe(isUndeclared);
    expect(read({ peer: PROXY, headers }).isUndeclared).toBe(false);
  });
});

describe("a trusted proxy", () => {
  test.each([
    ["10.0.0.0/8", "10.255.255.255", true],
    ["10.0.0.0/8", "11.0.0.0", false],
    ["10.0.0.1", "10.0.0.1", true],
    ["10.0.0.1", "10.0.0.2", false],
    ["10.0.0.1/32", "10.0.0.1", true],
    ["0.0.0.0/0", "8.8.8.8", true],
    ["::1", "::1", true],
    ["fd00::/8", "fd12::1", true],
    ["fd00::1/128", "fd00::2", false],
    ["::/0", "2001:db8::1", true],
    ["10.0.0.1", "::ffff:10.0.0.1", true],
    ["10.0.0.1", "", false],
    ["10.0.0.1", "proxy", false],
  ])("of %s is %s: %s", (entry, address, isTrusted) => {
    expect(createTrust([entry])(address)).toBe(isTrusted);
  });

  test.each([
    "",
    "proxy",
    "10.0.0.0/33",
    "fd00::/129",
    "10.0.0.0/-1",
    "10.0.0.0/a",
    "10.0.0.0/",
    "10.0.0.0/1234",
  ])("%j is refused as a setting", (entry) => {
    expect(() => createTrust(["10.0.0.1", entry])).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        errors: [{ pointer: "CALLBOARD_TRUSTED_PROXIES", detail: expect.any(String) }],
      }),
    );
  });
});

describe("the Host header", () => {
  const NAMES: HostNames = { listen: "127.0.0.1", baseUrl: undefined, further: [] };
  const isOwn = (host: string | undefined, names: Partial<HostNames> = {}, local = "127.0.0.1") =>
    createHostCheck({ ...NAMES, ...names })(
      createRequest({ local, headers: host === undefined ? {} : { host } }),
    );

  test.each([
    ["localhost", {}, true],
    ["LOCALHOST:2990", {}, true],
    ["127.0.0.1:2990", {}, true],
    ["[::1]:2990", {}, true],
    ["evil.example", {}, false],
    ["localhost.evil.example", {}, false],
    ["", {}, false],
    ["a b", {}, false],
    ["10.0.0.7", { listen: "10.0.0.7" }, true],
    ["10.0.0.8", { listen: "10.0.0.7" }, false],
    ["call.example", { baseUrl: "https://Call.example/base" }, true],
    ["call.example", { baseUrl: "https://other.example" }, false],
    ["more.example", { further: ["more.example", "*.sub.example"] }, true],
    ["a.sub.example", { further: ["*.sub.example"] }, true],
    ["sub.example", { further: ["*.sub.example"] }, false],
  ])("%s with %j is ours: %s", (host, names, isOurs) => {
    expect(isOwn(host, names)).toBe(isOurs);
  });

  test("must be there", () => {
    expect(isOwn(undefined)).toBe(false);
  });

  test.each([
    ["0.0.0.0", "10.0.0.7", "10.0.0.7", true],
    ["::", "[2001:db8::1]", "2001:db8::1", true],
    ["::", "10.0.0.7", "::ffff:10.0.0.7", true],
    ["0.0.0.0", "10.0.0.8", "10.0.0.7", false],
    ["10.0.0.7", "10.0.0.9", "10.0.0.9", false],
  ])("on %s may be %s when the connection was made to %s: %s", (listen, host, local, isOurs) => {
    expect(isOwn(host, { listen }, local)).toBe(isOurs);
  });

  test("is refused when there is more than one", () => {
    const check = (...rawHeaders: readonly string[]) =>
      requireOneHost({ rawHeaders } as unknown as IncomingMessage);

    expect(() => check("Host", "a", "X-Host", "b", "accept", "host")).not.toThrow();
    expect(() => check()).not.toThrow();
    expect(() => check("Host", "a", "Accept", "b", "HOST", "a")).toThrow(CallboardError);
    expect(() => check("Host", "a", "hOst", "b")).toThrow(expect.objectContaining({ code: "HOST_HEADER" }));
  });
});

test("an undeclared proxy is reported once", () => {
  const told: string[] = [];
  const readOrigin = warnOfUndeclared(createOriginReader([]), (peer) => told.push(peer));
  const forwarded = (peer: string) => createRequest({ peer, headers: { "x-forwarded-for": "1.1.1.1" } });

  expect(readOrigin(createRequest({ peer: "2.2.2.2" })).address).toBe("2.2.2.2");
  expect(readOrigin(forwarded("3.3.3.3"))).toEqual({
    address: "3.3.3.3",
    isHttps: false,
    isUndeclared: true,
  });
  readOrigin(forwarded("4.4.4.4"));

  expect(told).toEqual(["3.3.3.3"]);
});
