import { describe, expect, test } from "vitest";
import { cookieName, setCookie } from "../../../../../src/host/web/pages/cookie.ts";

describe("the cookie", () => {
  test("is bound to the host by https, and carries the port without", () => {
    expect(setCookie({ isHttps: true, host: "example.com", basePath: "" }, "s")).toBe(
      "__Host-callboard=s; Path=/; HttpOnly; SameSite=Strict; Secure",
    );
    expect(cookieName({ isHttps: false, host: "127.0.0.1:2990", basePath: "" })).toBe("callboard-2990");
    expect(cookieName({ isHttps: false, host: "[::1]:2991", basePath: "" })).toBe("callboard-2991");
  });

  test("is for the base path alone, if there is one", () => {
    expect(setCookie({ isHttps: true, host: "example.com", basePath: "/hooks/callboard" }, "s")).toBe(
      "__Secure-callboard=s; Path=/hooks/callboard; HttpOnly; SameSite=Strict; Secure",
    );
  });

  test("of a frame is one of its own, for each site around it", () => {
    expect(setCookie({ isHttps: true, host: "example.com", basePath: "" }, "s", "frame")).toBe(
      "__Host-callboard-portal=s; Path=/; HttpOnly; SameSite=None; Secure; Partitioned",
    );
    expect(
      setCookie({ isHttps: false, host: "localhost:2990", basePath: "/hooks" }, undefined, "frame"),
    ).toBe("callboard-portal-2990=; Path=/hooks; HttpOnly; SameSite=None; Secure; Partitioned; Max-Age=0");
  });
});
