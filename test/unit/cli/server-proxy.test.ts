import { describe, expect, test } from "vitest";
import { findServerProxy } from "../../../src/cli/server-proxy.ts";

const PROXY = "http://proxy.example.com:3128";
const find = (url: string, env: Readonly<Record<string, string>>) => {
  const found = findServerProxy(new URL(url), env);
  return found.kind === "proxy" ? found.proxy.shown : found.kind;
};

describe("the proxy of a server", () => {
  test.each([
    ["https", { HTTPS_PROXY: PROXY }, PROXY],
    ["https", { https_proxy: PROXY, HTTPS_PROXY: "http://other.example:1" }, PROXY],
    ["https", { ALL_PROXY: PROXY }, PROXY],
    ["https", { HTTPS_PROXY: " ", all_proxy: PROXY }, PROXY],
    ["https", { HTTP_PROXY: PROXY }, "none"],
    ["http", { HTTP_PROXY: PROXY }, PROXY],
    ["http", { HTTPS_PROXY: PROXY }, "none"],
    ["https", { HTTPS_PROXY: "proxy.example.com:3128" }, PROXY],
    ["https", { HTTPS_PROXY: "socks5h://proxy.example.com" }, "socks5://proxy.example.com:1080"],
    ["https", {}, "none"],
  ] as const)("%s with %j is %s", (scheme, env, shown) => {
    expect(find(`${scheme}://board.example.com`, env)).toBe(shown);
  });

  test("has the user name and the password of its URL, which are not shown", () => {
    const found = findServerProxy(new URL("https://board.example.com"), {
      HTTPS_PROXY: "http://me:p%40ss@proxy.example.com:3128",
    });
    expect(found).toMatchObject({ proxy: { credentials: { user: "me", password: "p@ss" }, shown: PROXY } });
  });

  test.each(["ftp://proxy.example.com", "http://proxy.example.com/path", "http://"])(
    "%s is refused with the name of its variable, without its value",
    (text) => {
      const found = findServerProxy(new URL("https://board.example.com"), { https_proxy: text });
      expect(found).toMatchObject({ kind: "invalid", setting: "https_proxy" });
      expect(JSON.stringify(found)).not.toContain("proxy.example.com/path");
    },
  );

  test.each(["http://localhost:2990", "http://127.0.0.1:2990", "http://[::1]:2990", "http://a.localhost"])(
    "%s is reached directly",
    (url) => expect(find(url, { HTTP_PROXY: PROXY, ALL_PROXY: PROXY })).toBe("none"),
  );
});

describe("NO_PROXY", () => {
  const isDirect = (url: string, list: string) => find(url, { ALL_PROXY: PROXY, NO_PROXY: list }) === "none";

  test.each([
    ["https://board.example.com", "board.example.com"],
    ["https://board.example.com", "other.example, EXAMPLE.com"],
    ["https://board.example.com", ".example.com"],
    ["https://board.example.com", "*.example.com"],
    ["https://board.example.com", "*"],
    ["https://board.example.com", "board.example.com:443"],
    ["https://board.example.com:8443", "a.example board.example.com:8443"],
    ["http://10.1.2.3", "10.1.2.3"],
    ["http://10.1.2.3:2990", "10.0.0.0/8"],
    ["http://10.1.2.3:2990", "10.0.0.0/8:2990"],
    ["http://[fd00::1]", "fd00::/8"],
    ["http://[fd00::1]:2990", "[fd00::1]:2990"],
  ])("leaves %s out with %j", (url, list) => {
    expect(isDirect(url, list)).toBe(true);
  });

  test.each([
    ["https://board.example.com", ""],
    ["https://board.example.com", "ample.com"],
    ["https://board.example.com", "board.example.com:8443"],
    ["https://board.example.com", "a.board.example.com"],
    ["http://10.1.2.3", "10.2.0.0/16"],
    ["http://10.1.2.3", "10.0.0.0/99, 10.1/8, fd00::/8"],
    ["http://board.example.com", "10.0.0.0/8"],
  ])("does not leave %s out with %j", (url, list) => {
    expect(isDirect(url, list)).toBe(false);
  });

  test("can be lowercase", () => {
    expect(find("https://board.example.com", { https_proxy: PROXY, no_proxy: "example.com" })).toBe("none");
  });
});
