/**
 * A message for a webhook of Discord. Pure.
 *
 * allowed_mentions keeps mentions from reaching anybody, and a backslash in front of punctuation keeps it from being Markdown
 * (https://discord.com/developers/docs/resources/message#allowed-mentions-object). Flag 4 shows no previews of links.
 */
import type { Message, Rendered } from "./message.ts";
import { withoutLinks } from "./plain-text.ts";

const SUPPRESS_EMBEDS = 4;

export function renderDiscord({ title, facts, link }: Message): Rendered {
  const content = [
    `${escape(title)}${link === undefined ? "" : ` <${link}>`}`,
    ...facts.map(({ name, value }) => `${escape(name)}: ${escape(value)}`),
  ].join("\n");
  const json = JSON.stringify({ content, allowed_mentions: { parse: [] }, flags: SUPPRESS_EMBEDS });
  return { json, counted: content };
}

const escape = (text: string): string => withoutLinks(text).replaceAll(/[\\*_~`|>#+\-[\]()<:@]/g, "\\$&");
