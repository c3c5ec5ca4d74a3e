import { expect, test } from "vitest";
import { hasText } from "../../../../src/host/model/has-text.ts";

test.each([
  ["", ["anything"], true],
  ["  ", [], true],
  ["BRIDGE", ["Slack bridge"], true],
  ["bridge ", [undefined, "Slack Bridge"], true],
  ["slackbridge", ["Slack bridge"], false],
  ["x", [undefined], false],
])("%j in %j is %s", (search, texts, expected) => {
  expect(hasText(texts, search)).toBe(expected);
});
