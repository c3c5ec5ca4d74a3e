import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { oneLine, readLink, withoutLinks } from "../../../../../src/host/model/formats/plain-text.ts";

describe("oneLine", () => {
  test.each([
    ["a\u0000b\u0007c", 10, "a b c"],
    ["  a \r\n b  ", 10, "a b"],
    ["zero\u200bwidth \u202eturned", 20, "zero width turned"],
    ["abcdef", 3, "abc"],
    ["🌊🌊🌊", 2, "🌊🌊"],
  ])("%j of at most %i characters is %j", (text, max, line) => {
    expect(oneLine(text, max)).toBe(line);
  });
});

describe("withoutLinks", () => {
  const visible = (text: string) => withoutLinks(text).replaceAll("\u2060", "|");
  test.each([
    ["https://evil.example/x", "https:|//evil.|example/x"],
    ["www.evil.example", "www.|evil.|example"],
    ["discord.gg/abc", "discord.|gg/abc"],
    ["maja@example.com", "maja@|example.|com"],
    ["@everyone and @ noon", "@|everyone and @ noon"],
    ["2026-01-31T12:00:00.000Z, 1.5 and 10.0.0.1", "2026-01-31T12:00:00.000Z, 1.5 and 10.0.0.1"],
    ["end. New sentence", "end. New sentence"],
    ["endpoint.paused", "endpoint.paused"],
    ["It is endpoint.paused.", "It is endpoint.paused."],
    ["..evil.example..", "..evil.|example.."],
    ["evil.example.1", "evil.|example.1"],
    ["v1.x and a..b", "v1.x and a..b"],
  ])("%j is %j, with | for the invisible character", (text, broken) => {
    expect(visible(text)).toBe(broken);
  });

  test("breaks what the expression for host names finds", () => {
    const host = /[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*\.\p{L}[\p{L}\p{N}-]+/gu;
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab1.-_ é"), maxLength: 30 }), (text) => {
        expect(visible(text)).toBe(text.replaceAll(host, (name) => name.replaceAll(".", ".|")));
      }),
    );
  });

  test.each(["x", "x.", "1.", "-", "..", "é_"])(
    "a long text of %j takes no longer than its length",
    (unit) => {
      const text = unit.repeat(1_000_000);
      const startedMs = performance.now();
      withoutLinks(text);
      expect(performance.now() - startedMs).toBeLessThan(5_000);
    },
  );

  test("half of a surrogate pair is replaced, so that the text can be encoded", () => {
    expect(withoutLinks("a\ud800b")).toBe("a\ufffdb");
  });
});

describe("readLink", () => {
  test.each([
    ["https://a.example/?x=1>|y<!here>&z", "https://a.example/?x=1%3E%7Cy%3C!here%3E&z"],
    ["http://a.example", "http://a.example/"],
    ["https://a.example/#a>b", "https://a.example/#a%3Eb"],
  ])("%j is %j", (given, link) => {
    expect(readLink(given)).toBe(link);
  });

  test.each([
    "javascript:alert(1)",
    "javascript:https:alert(1)",
    "https://",
    7,
    undefined,
    `https://a.example/${"x".repeat(3_000)}`,
  ])("%j is no link", (given) => {
    expect(readLink(given)).toBeUndefined();
  });

  test("has no character that ends a link or begins another, whatever is given", () => {
    const urls = fc
      .oneof(fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.string({ unit: "binary" }))
      .map((text) => `https://a.example/${text}`);
    fc.assert(
      fc.property(urls, (given) => {
        const link = readLink(given);
        if (link !== undefined) expect(link).toMatch(/^https:\/\/[^\s<>|"]+$/);
      }),
    );
  });
});
