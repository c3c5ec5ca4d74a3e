import fc from "fast-check";
import { expect, test } from "vitest";
import { parseUrl } from "../../src/parse-url.ts";

test.each([
  ["https://example.com/in", true],
  ["mailto:someone@example.com", true],
  ["https://bücher.com/in", true],
  ["https://例え.jp", true],
  ["", false],
  ["/in", false],
  ["https://", false],
  ["https://exa mple.com", false],
])("%j is a URL: %s", (text, isUrl) => expect(parseUrl(text) !== undefined).toBe(isUrl));

test("a URL with an umlaut is one after thousands of calls too", () => {
  for (let call = 0; call < 20_000; call += 1)
    if (parseUrl("https://bücher.com/in") === undefined) throw new Error(`refused at call ${call}`);
});

test("it never throws", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => parseUrl(text)?.href !== ""));
});
