/**
 * An Adaptive Card in the envelope that the Workflows app of Microsoft Teams accepts. Pure.
 *
 * A RichTextBlock has no Markdown and no mentions, as a TextBlock and a FactSet do: values are text whatever they have
 * (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format,
 * https://adaptivecards.io/explorer/TextRun.html). Only {{DATE()}} and {{TIME()}} are functions everywhere.
 */
import type { Message, Rendered } from "./message.ts";
import { disarm, withoutLinks } from "./plain-text.ts";

export function renderTeams({ title, facts, link }: Message): Rendered {
  const json = JSON.stringify({
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
            block({ text: title, weight: "Bolder" }),
            ...facts.map(({ name, value }) => block({ text: `${name}: `, isSubtle: true }, { text: value })),
          ],
          ...(link === undefined ? {} : { actions: [{ type: "Action.OpenUrl", title: "Open", url: link }] }),
        },
      },
    ],
  });
  return { json, counted: json };
}

interface Run {
  readonly text: string;
  readonly weight?: "Bolder";
  readonly isSubtle?: true;
}

const block = (...runs: readonly Run[]) => ({
  type: "RichTextBlock",
  inlines: runs.map(({ text, ...style }) => ({
    type: "TextRun",
    text: disarm(withoutLinks(text), /\{(?=\{)/g),
    ...style,
  })),
});
