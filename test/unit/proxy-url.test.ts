import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseProxyUrl } from "../../src/proxy-url.ts";

describe("a proxy URL", () => {
  test.each([
    ["http://proxy.example.com:3128", { protocol: "http", host: "proxy.example.com", port: 3128 }],
    ["http://proxy.example.com", { protocol: "http", port: 80 }],
    ["https://PROXY.example.com/", { protocol: "https", host: "proxy.example.com", port: 443 }],
    ["socks5://10.0.0.7", { protocol: "socks5", host: "10.0.0.7", port: 1080 }],
    ["socks5://Proxy.Example.com:1081", { host: "proxy.example.com", port: 1081 }],
    ["socks5://[2001:db8::7]:1081", { host: "2001:db8::7", shown: "socks5://[2001:db8::7]:1081" }],
    ["http://a:b@proxy:3128", { credentials: { user: "a", password: "b" }, shown: "http://proxy:3128" }],
    ["http://a%40b:p%3A%2F%C3%BC@proxy:1", { credentials: { user: "a@b", password: "p:/ü" } }],
    ["http://token@proxy:1", { credentials: { user: "token", password: "" } }],
  ])("%s is understood", (text, proxy) => {
    expect(parseProxyUrl(text)).toMatchObject({ ok: true, proxy });
  });

  test.each([
    ["proxy.example.com:3128", "must begin with"],
    ["", "not a URL"],
    ["socks4://proxy:1080", "must begin with"],
    ["socks5h://proxy:1080", "use socks5://"],
    ["http://proxy:3128/path", "no path"],
    ["http://proxy:3128?x=1", "no path, query"],
    ["http://proxy:3128#x", "no path, query or fragment"],
    ["http://proxy:0", "1 to 65535"],
    ["http://%FF:secret@proxy:1", "percent-encoded"],
    ["http://a%3Ab:secret@proxy:1", "colon"],
    ["socks5://user@proxy:1", "1 to 255 bytes"],
    [`socks5://user:${"ü".repeat(128)}@proxy:1`, "1 to 255 bytes"],
  ])("%s is refused without being repeated", (text, expected) => {
    const parsed = parseProxyUrl(text);
    expect(parsed).toEqual({ ok: false, problem: expect.stringContaining(expected) });
    expect(JSON.stringify(parsed)).not.toContain("secret");
  });
});

test("no text throws, and no problem or shown URL repeats a password", () => {
  const password = fc.stringMatching(/^[a-z]{8}[0-9]{4}$/);
  const before = fc.constantFrom(
    "http://user:",
    "https://user:",
    "socks5://user:",
    "socks5h://:",
    "user:",
    "//",
  );
  const after = fc.oneof(
    fc.string(),
    fc.constantFrom("@proxy:3128", "@[::1]", "@proxy:99999", "@proxy/a?b#c"),
  );
  fc.assert(
    fc.property(before, password, after, (start, secret, end) => {
      const parsed = parseProxyUrl(start + secret + end);
      const told = parsed.ok ? (end.includes("@") ? parsed.proxy.shown : "") : parsed.problem;
      expect(told).not.toContain(secret);
    }),
  );
});
