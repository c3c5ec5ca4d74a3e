import { expect, test } from "vitest";
import { withoutTrailingSlashes } from "../../src/trailing-slashes.ts";

test.each([
  ["", ""],
  ["/", ""],
  ["https://host.example", "https://host.example"],
  ["https://host.example/", "https://host.example"],
  ["https://host.example/a//b//", "https://host.example/a//b"],
  ["/callboard/?", "/callboard/?"],
])("%j without the slashes at its end is %j", (text, trimmed) => {
  expect(withoutTrailingSlashes(text)).toBe(trimmed);
});

test("slashes are found in the time that the text takes to read, also where they do not end it", () => {
  const text = `${"/".repeat(500_000)}x//`;
  const before = performance.now();
  expect(withoutTrailingSlashes(text)).toBe(text.slice(0, -2));
  // A regular expression needs minutes.
  expect(performance.now() - before).toBeLessThan(5_000);
});
