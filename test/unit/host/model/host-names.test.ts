/** Names in the Host header and in CALLBOARD_ALLOWED_HOSTS. */
import { describe, expect, test } from "vitest";
import { parseHostName, matchesHost, parseHostPattern } from "../../../../src/host/model/host-names.ts";

describe("Host header", () => {
  test.each([
    ["hooks.example.com", "hooks.example.com"],
    ["Hooks.Example.COM:8443", "hooks.example.com"],
    ["hooks.example.com.", "hooks.example.com"],
    ["hooks.example.com.:443", "hooks.example.com"],
    ["10.1.2.3:2990", "10.1.2.3"],
    ["[::1]:2990", "::1"],
    ["[0:0:0:0:0:0:0:1]", "::1"],
    ["my_host", "my_host"],
  ])("%j has the name %s", (header, name) => {
    expect(parseHostName(header)).toBe(name);
  });
  test.each([
    "",
    ".",
    "a..b",
    "a@b",
    "a b",
    "a/b",
    "[::1",
    "a:b",
    "-a.example",
    "x".repeat(254),
    "*.example.com",
  ])("%j has no name", (header) => {
    expect(parseHostName(header)).toBeUndefined();
  });
});

describe("entries of CALLBOARD_ALLOWED_HOSTS", () => {
  test.each([
    ["hooks.example.com", "hooks.example.com"],
    ["https://hooks.example.com", "hooks.example.com"],
    ["HTTP://Hooks.Example.com:8443/", "hooks.example.com"],
    ["hooks.example.com:8443", "hooks.example.com"],
    ["hooks.example.com.", "hooks.example.com"],
    ["*.example.com", "*.example.com"],
    ["https://*.Example.com:8443", "*.example.com"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["10.1.2.3:2990", "10.1.2.3"],
    ["2001:db8::9", "2001:db8::9"],
    ["[2001:DB8::9]:80", "2001:db8::9"],
  ])("%j is %s", (entry, pattern) => {
    expect(parseHostPattern(entry)).toBe(pattern);
  });
  test.each(["*", "*.", "*.com", "a.*.example", "https://x/path", "ftp://x", "a b", "*.10.0.0.1", "x:y"])(
    "%j is refused",
    (entry) => {
      expect(parseHostPattern(entry)).toBeUndefined();
    },
  );
  test("a wildcard matches every name below it, but not the name itself", () => {
    const allowed = new Set(["*.example.com", "plain.test"]);
    const names = ["a.example.com", "b.a.example.com", "plain.test"];
    expect(names.filter((name) => !matchesHost(name, allowed))).toEqual([]);
    const others = ["example.com", "aexample.com", "a.example.com.evil.test", "a.plain.test", "127.0.0.1"];
    expect(others.filter((name) => matchesHost(name, allowed))).toEqual([]);
  });
});
