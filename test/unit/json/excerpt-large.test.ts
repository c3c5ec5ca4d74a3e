import { describe, expect, test } from "vitest";
import { readJson } from "../../../src/json/excerpt.ts";

describe("large texts", () => {
  test.each([
    ["one number of 6 million digits", `{"a":1,"n":${"7".repeat(6_000_000)}}`],
    [
      "8 MB of escapes beside a long integer",
      `{"a":1,"n":"${"\\n".repeat(4_000_000)}","i":1234567890123456789}`,
    ],
    [
      "2 MB of escapes beside a long integer",
      `{"a":1,"n":"${"\\n".repeat(900_000)}","i":1234567890123456789}`,
    ],
    ["a long number in a small text", `{"a":1,"n":-${"9".repeat(90_000)}}`],
  ])("a text with %s is read without a stack overflow", (_title, text) => {
    expect(readJson(Buffer.from(text)).value).toMatchObject({ a: 1 });
  });
});
