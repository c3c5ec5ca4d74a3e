import { expect, test } from "vitest";
import {
  joinRepeated,
  readRefusal,
  refusalText,
  shownUrl,
} from "../../../../src/host/model/refused-install.ts";

test.each([
  { code: "HOST_DENIED", url: "http://files:3000/x", sentence: '"files" is a private host name.' },
  { code: "DESCRIPTOR_SCHEMA", url: undefined, sentence: "The descriptor has 2 problems." },
  { code: "ADDON_STATE", url: "", sentence: "" },
])("a formatted refusal is parsed: %j", (refusal) => {
  expect(readRefusal(refusalText(refusal))).toEqual(refusal);
});

test("a sentence of several lines becomes one line", () => {
  const refusal = { code: "X", url: "u", sentence: "one\ntwo\r\n\u2028three" };
  expect(readRefusal(refusalText(refusal))?.sentence).toBe("one two three");
});

test("a sentence has at most 1,000 characters", () => {
  const findSentence = (length: number) =>
    readRefusal(refusalText({ code: "X", url: "u", sentence: ` ${"s".repeat(length)} ` }))?.sentence;
  expect(findSentence(1_000)).toBe("s".repeat(1_000));
  expect(findSentence(1_001)).toBe("s".repeat(1_000));
});

test.each(["", "first", "CODE\nurl", "a\nb\nc\nd"])("%j is not a refusal", (text) => {
  expect(readRefusal(text)).toBeUndefined();
});

test.each([
  ["https://a.example/atlassian-connect.json", "https://a.example/atlassian-connect.json"],
  ["https://user:pass@a.example/x", "https://a.example/x"],
  ["https://us@er:pass@a.example/x", "https://a.example/x"],
  ["https://a.example/x?token=abc#y", "https://a.example/x?…"],
  ["https://a.example/x@y", "https://a.example/x@y"],
  ["  https://a.example/x ", "https://a.example/x"],
  [`https://a.example/${"x".repeat(282)}`, `https://a.example/${"x".repeat(282)}`],
  ["not a url\nat all\u0007\u202e", "not a url at all\\u0007\\u202e"],
  [`https://a.example/${"x".repeat(400)}`, `https://a.example/${"x".repeat(282)}…`],
])("%j is shown as %j", (text, shown) => {
  expect(shownUrl(text)).toBe(shown);
});

test("equal neighbors are joined", () => {
  expect(joinRepeated(["a", "a", "b", "a"], (one, other) => one === other)).toEqual([
    { row: "a", times: 2 },
    { row: "b", times: 1 },
    { row: "a", times: 1 },
  ]);
});
