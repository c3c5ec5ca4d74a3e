import { expect, test } from "vitest";
import { findWord } from "../../../../src/host/model/receiver-word.ts";

test.each([
  ["abort-message", "webhook-delivery", "abort-message", "abort-message"],
  ["disable", "webhook-delivery", "disable", "disable"],
  ["a word in capitals, with spaces", "Webhook-Delivery", " DISABLE ", "disable"],
  ["an unknown word", "webhook-delivery", "stop", undefined],
  ["no word", "webhook-delivery", "", undefined],
  ["another header of the same length", "webhook-deliverx", "disable", undefined],
  ["another header", "x-webhook-delivery", "disable", undefined],
])("%s", (_fact, name, value, word) => {
  expect(
    findWord([
      ["content-type", "text/plain"],
      [name, value],
    ]),
  ).toBe(word);
});

test("no response says nothing", () => {
  expect(findWord(undefined)).toBeUndefined();
  expect(findWord([])).toBeUndefined();
});
