/** Whatever names and values are: no message mentions anybody, links anywhere, or has another structure than a harmless one. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CHAT_TOOLS } from "../../../../../src/host/model/formats/chat.ts";
import { toMessage } from "../../../../../src/host/model/formats/to-message.ts";
import { formatSubject } from "../../../../support/format-subject.ts";
import { anyCharacter, runs } from "../../../../support/properties.ts";

const RUNS = runs(100);

/** What people try, and pieces of it that may come together with others. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "<!channel>",
        "<!here|x>",
        "<@U024BE7LH>",
        "<#C024BE7LR>",
        "<https://evil.example|click>",
        "&lt;!channel&gt;",
        "@everyone",
        "@here",
        "<@123456789012345678>",
        "<@&1>",
        "<#1>",
        "</command:1>",
        "<t:1700000000:R>",
        "<:smile:1>",
        "[click](https://evil.example)",
        "[a]: https://evil.example",
        "**bold**",
        "__u__",
        "~~s~~",
        "||spoiler||",
        "`code`",
        "```",
        "> quote",
        "# head",
        "- item",
        "\\",
        "\\\\",
        "<users/all>",
        "<users/123>",
        "<https://evil.example|ok>",
        "<at>Maja</at>",
        "{{DATE(2026-01-31T12:00:00Z)}}",
        "{{{{",
        "![x](https://evil.example/x.png)",
        "https://evil.example",
        "http:",
        "//evil.example",
        "www.evil.example",
        "evil.example/x",
        "discord.gg/abc",
        "maja@example.com",
        "mailto:maja@example.com",
        "\n",
        "\r\n",
        "\u2028",
        "\u0000",
        "\u202e",
        "\u200b",
        "\u2060",
        "\ud800",
        '"',
        '"}',
        "',",
        "${x}",
        "%s",
      ),
      fc.string({ unit: anyCharacter, maxLength: 8 }),
      fc.string({ maxLength: 8 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

const messages = fc
  .record({ key: hostile, value: hostile, name: hostile, site: hostile, event: hostile })
  .map(({ key, value, name, site, event }) =>
    toMessage(
      formatSubject({
        event: event === "" ? "x" : event,
        site: { key: "demo", name: site, baseUrl: undefined },
        body: { [key === "__proto__" ? "x" : key]: value, item: { name } },
      }),
    ),
  );

/** A URL, a host name or an e-mail address that a tool would make a link of. */
const LINK = /:\/\/|[\p{L}\p{N}]\.\p{L}{2}|[\p{L}\p{N}]@[\p{L}\p{N}]/u;
const MENTION = /@[\p{L}\p{N}_]/u;

function check(
  read: (json: unknown) => readonly string[],
  allowed: (text: string) => boolean,
  key: keyof typeof CHAT_TOOLS,
): void {
  fc.assert(
    fc.property(messages, (message) => {
      const texts = read(JSON.parse(CHAT_TOOLS[key](message).json));
      expect(texts.length).toBeGreaterThan(0);
      for (const text of texts) {
        expect(text).not.toMatch(LINK);
        expect(text).not.toMatch(MENTION);
        expect(allowed(text), text).toBe(true);
      }
    }),
    RUNS,
  );
}

const member = (name: string) => (json: unknown) => [String((json as Record<string, unknown>)[name])];

describe("hostile names and values", () => {
  test("in Slack leave no < or >, and every & is an escape", () => {
    check(member("text"), (text) => !/[<>]|&(?!amp;|lt;|gt;)/.test(text), "slack");
  });

  test("in Discord leave no sign of Markdown or of a mention without its backslash", () => {
    check(
      (json) => {
        expect(json).toMatchObject({ allowed_mentions: { parse: [] }, flags: 4 });
        return member("content")(json);
      },
      // Of each pair of a backslash and a sign nothing is left; the colon behind a name is ours.
      (text) => !/[\\*_~`|>#[\]()<@]/.test(text.replaceAll(/\\[^A-Za-z0-9\s]/g, "")),
      "discord",
    );
  });

  test("in Google Chat leave no tag and no formatting: an invisible character is behind each sign", () => {
    check(member("text"), (text) => !/[<>*_~`](?!\u2060)/.test(text), "google-chat");
  });

  test("in Teams are texts of runs, which have no formatting, and no function", () => {
    const runs = (json: unknown): readonly string[] => {
      const { attachments } = json as {
        attachments: { content: { body: { type: string; inlines: { type: string; text: string }[] }[] } }[];
      };
      const blocks = attachments.flatMap(({ content }) => content.body);
      expect(
        blocks.every(
          ({ type, inlines }) => type === "RichTextBlock" && inlines.every((run) => run.type === "TextRun"),
        ),
      ).toBe(true);
      return blocks.flatMap(({ inlines }) => inlines.map(({ text }) => text));
    };
    check(runs, (text) => !text.includes("{{"), "teams");
  });

  test("never begin a line: there are as many as facts", () => {
    fc.assert(
      fc.property(messages, (message) => {
        const { text } = JSON.parse(CHAT_TOOLS.slack(message).json) as { text: string };
        expect(text.split(/[\n\r\u2028\u2029\u0085\v\f]/)).toHaveLength(1 + message.facts.length);
      }),
      RUNS,
    );
  });
});
