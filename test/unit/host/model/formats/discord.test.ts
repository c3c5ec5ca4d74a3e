import { expect, test } from "vitest";
import { renderDiscord } from "../../../../../src/host/model/formats/discord.ts";

const MESSAGE = {
  title: "Issue <created> on Demo",
  facts: [{ name: "issue key", value: "DEMO-7 *bold* https://evil.example @here" }],
  link: "https://callboard.example/?a=1&b=2",
};

test("a message has a backslash in front of each sign, and mentions nobody", () => {
  const { json, counted } = renderDiscord(MESSAGE);
  expect(JSON.parse(json)).toEqual({ content: counted, allowed_mentions: { parse: [] }, flags: 4 });
  expect(counted).toBe(
    "Issue \\<created\\> on Demo <https://callboard.example/?a=1&b=2>\nissue key: DEMO\\-7 \\*bold\\* https\\:\u2060//evil.\u2060example \\@\u2060here",
  );
});
