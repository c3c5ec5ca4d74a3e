import { expect, test } from "vitest";
import { renderGoogleChat } from "../../../../../src/host/model/formats/google-chat.ts";

const MESSAGE = {
  title: "Issue <created> on Demo",
  facts: [{ name: "issue key", value: "DEMO-7 *bold* https://evil.example @here" }],
  link: "https://callboard.example/?a=1&b=2",
};

test("a message has an invisible character behind each sign", () => {
  const { json, counted } = renderGoogleChat(MESSAGE);
  expect(counted).toBe(json);
  expect(JSON.parse(json)).toEqual({
    text: "Issue <\u2060created>\u2060 on Demo <https://callboard.example/?a=1&b=2|Open>\nissue key: DEMO-7 *\u2060bold*\u2060 https:\u2060//evil.\u2060example @\u2060here",
  });
});
