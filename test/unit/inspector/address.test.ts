import { describe, expect, test } from "vitest";
import { knownHosts, requireGuarded } from "../../../src/inspector/address.ts";

describe("the address", () => {
  test.each(["127.0.0.1", "localhost", "::1", "127.1.2.3"])("%s needs no token", (address) => {
    expect(() => requireGuarded(address, undefined)).not.toThrow();
  });

  test.each(["0.0.0.0", "::", "192.168.1.10", "127.0.0.1.evil.example"])("%s does", (address) => {
    expect(() => requireGuarded(address, undefined)).toThrow(
      expect.objectContaining({ code: "CONFIG_INSECURE" }),
    );
    expect(() => requireGuarded(address, "")).toThrow(expect.objectContaining({ code: "CONFIG_INSECURE" }));
    expect(() => requireGuarded(address, "a token")).not.toThrow();
  });

  test("is known by the names of loopback, of the baseUrl, and those allowed", () => {
    const known = knownHosts("https://hooks.example/x", 2991, ["Other.example"]);
    expect([...known]).toEqual([
      "hooks.example",
      "localhost:2991",
      "127.0.0.1:2991",
      "[::1]:2991",
      "other.example",
    ]);
  });
});
