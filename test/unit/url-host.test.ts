import { expect, test } from "vitest";
import { getHost, inBrackets } from "../../src/url-host.ts";

test.each([
  ["https://a.example:8443/", "a.example", "a.example"],
  ["http://127.0.0.1/", "127.0.0.1", "127.0.0.1"],
  ["https://[::1]:1/", "::1", "[::1]"],
  ["socks5://[2001:db8::1]:1080", "2001:db8::1", "[2001:db8::1]"],
])("the host of %s is %s, and %s in a URL", (text, host, shown) => {
  expect(getHost(new URL(text))).toBe(host);
  expect(inBrackets(host)).toBe(shown);
});
