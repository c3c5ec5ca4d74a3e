import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { oneLine, readLink, withoutLinks } from "../../../../../src/host/model/formats/plain-text.ts";
import { anyCharacter } from "../../../../support/properties.ts";

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
  ])("%j is %j, with | for the invisible character", (text, broken) => {
    expect(visible(text)).toBe(broken);
  });

  test.each([
    ["a long word", "x".repeat(50_000)],
    ["a long line", "-".repeat(50_000)],
    ["many words that are no names", "1.".repeat(25_000)],
    ["many letters that are none", "a.".repeat(25_000)],
  ])("%s takes no longer than it is long", (_what, text) => {
    const before = process.cpuUsage();
    expect(withoutLinks(text)).toBe(text);
    // At most a tenth of a second; 4 s and more where a search begins anew at each character or word.
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_500);
  });

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
      .array(
        fc.oneof(
          fc.constantFrom("/", "?", "#", "&", "=", "%", "<", ">", "|", '"', "@", ":", ";"),
          fc.string({ unit: anyCharacter, maxLength: 8 }),
        ),
      )
      .map((parts) => `https://a.example/${parts.join("")}`);
    fc.assert(
      fc.property(urls, (given) => {
        const link = readLink(given);
        if (link !== undefined) expect(link).toMatch(/^https:\/\/[^\s<>|"]+$/);
      }),
    );
  });
});
