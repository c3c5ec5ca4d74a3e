import { expect, test } from "vitest";
import { excerptResponse, includesValue } from "../../../../src/host/model/url-trial.ts";

test.each([
  ["alone", "abc123", true],
  ["in JSON", '{"challenge":"abc123"}', true],
  ["not as a whole", "abc12", false],
  ["in other letters", "ABC123", false],
  ["not at all", "", false],
])("a response has the value of the challenge %s", (_how, body, expected) => {
  expect(includesValue(Buffer.from(body), "abc123")).toBe(expected);
});

test("an excerpt is the first 1,000 characters, and says that there is more", () => {
  expect(excerptResponse(Buffer.from("ok"), false)).toEqual({ excerpt: "ok", isCut: false });
  expect(excerptResponse(Buffer.from("ok"), true)).toEqual({ excerpt: "ok", isCut: true });
  expect(excerptResponse(Buffer.from("a".repeat(1_000)), false).isCut).toBe(false);
  expect(excerptResponse(Buffer.from("a".repeat(1_001)), false)).toEqual({
    excerpt: "a".repeat(1_000),
    isCut: true,
  });
});

test("bytes that are no text are replaced", () => {
  const { excerpt } = excerptResponse(Buffer.from([0x61, 0xff, 0x00, 0x62]), false);
  expect(excerpt).toBe("a\uFFFD\uFFFDb");
  const halved = excerptResponse(Buffer.from(`${"a".repeat(999)}😀`), false);
  expect(halved.excerpt.isWellFormed()).toBe(true);
});
