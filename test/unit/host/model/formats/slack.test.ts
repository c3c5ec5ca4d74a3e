import { expect, test } from "vitest";
import { renderSlack } from "../../../../../src/host/model/formats/slack.ts";

const MESSAGE = {
  title: "Issue <created> on Demo",
  facts: [{ name: "issue key", value: "DEMO-7 *bold* https://evil.example @here" }],
  link: "https://callboard.example/?a=1&b=2",
};

test("a message is a text without formatting, with the three characters escaped that Slack requires", () => {
  const { json, counted } = renderSlack(MESSAGE);
  expect(JSON.parse(json)).toEqual({ text: counted, mrkdwn: false });
  expect(counted).toBe(
    "Issue &lt;created&gt; on Demo <https://callboard.example/?a=1&amp;b=2>\nissue key: DEMO-7 *bold* https:\u2060//evil.\u2060example @\u2060here",
  );
});

test("without a link there is no < in it", () => {
  expect(renderSlack({ ...MESSAGE, link: undefined }).counted).not.toContain("<");
});
