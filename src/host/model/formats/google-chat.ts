/**
 * A text message for an incoming webhook of Google Chat. Pure.
 *
 * Chat has formatting, links and mentions (<users/all>) in text, and no escape for them
 * (https://developers.google.com/workspace/chat/format-messages): an invisible character behind each sign breaks it.
 */
import type { Message, Rendered } from "./message.ts";
import { disarm, withoutLinks } from "./plain-text.ts";

export function renderGoogleChat({ title, facts, link }: Message): Rendered {
  const text = [
    `${escape(title)}${link === undefined ? "" : ` <${link}|Open>`}`,
    ...facts.map(({ name, value }) => `${escape(name)}: ${escape(value)}`),
  ].join("\n");
  const json = JSON.stringify({ text });
  return { json, counted: json };
}

const escape = (text: string): string => disarm(withoutLinks(text), /[<>*_~`]/g);
