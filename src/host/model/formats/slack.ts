/**
 * A message for an incoming webhook of Slack. Pure.
 *
 * Slack makes mentions and links of what stands between < and >: "&", "<" and ">" must be escaped
 * (https://docs.slack.dev/messaging/formatting-message-text). Without mrkdwn, asterisks in names are not formatting.
 */
import type { Message, Rendered } from "./message.ts";
import { withoutLinks } from "./plain-text.ts";

export function renderSlack({ title, facts, link }: Message): Rendered {
  const text = [
    `${escape(title)}${link === undefined ? "" : ` <${escapeCharacters(link)}>`}`,
    ...facts.map(({ name, value }) => `${escape(name)}: ${escape(value)}`),
  ].join("\n");
  return { json: JSON.stringify({ text, mrkdwn: false }), counted: text };
}

const escape = (text: string): string => escapeCharacters(withoutLinks(text));

const escapeCharacters = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
