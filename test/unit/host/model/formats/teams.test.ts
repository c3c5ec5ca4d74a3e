import { expect, test } from "vitest";
import { renderTeams } from "../../../../../src/host/model/formats/teams.ts";

const MESSAGE = {
  title: "Issue <created> on Demo",
  facts: [{ name: "issue key", value: "DEMO-7 *bold* https://evil.example @here" }],
  link: "https://callboard.example/?a=1&b=2",
};

test("a message is an Adaptive Card of runs, in the envelope that Workflows accepts", () => {
  const { json, counted } = renderTeams({ ...MESSAGE, title: "{{DATE()}}" });
  expect(counted).toBe(json);
  expect(JSON.parse(json)).toEqual({
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          body: [
            {
              type: "RichTextBlock",
              inlines: [{ type: "TextRun", text: "{\u2060{DATE()}}", weight: "Bolder" }],
            },
            {
              type: "RichTextBlock",
              inlines: [
                { type: "TextRun", text: "issue key: ", isSubtle: true },
                { type: "TextRun", text: "DEMO-7 *bold* https:\u2060//evil.\u2060example @\u2060here" },
              ],
            },
          ],
          actions: [{ type: "Action.OpenUrl", title: "Open", url: "https://callboard.example/?a=1&b=2" }],
        },
      },
    ],
  });
  expect(renderTeams({ ...MESSAGE, link: undefined }).json).not.toContain("actions");
});
