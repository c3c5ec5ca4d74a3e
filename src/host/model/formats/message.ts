/**
 * A message for people, as chat tools render it: a title, facts, and a link. Pure. Names and values come from products, add-ons and
 * users: each tool escapes them by its own rules. The message has them as they are, without line breaks.
 */

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface Message {
  readonly title: string;
  readonly facts: readonly Fact[];
  /** URL for http or https that can't end early between < and >. */
  readonly link: string | undefined;
}

/** A message as a tool has it. */
export interface Rendered {
  /** JSON text. */
  readonly json: string;
  /** The part of it that the tool's limit is about: its text, or the whole. */
  readonly counted: string;
}

const ELLIPSIS = "…";

/** Returns the number of characters of titles and values. */
export const countCharacters = ({ title, facts }: Message): number =>
  facts.reduce((sum, { name, value }) => sum + name.length + value.length, title.length);

/** Keeps at most this many characters of a message, from its beginning. The link stays. */
export function shorten(message: Message, length: number): Message {
  const title = cutAt(message.title, length);
  let left = length - message.title.length;
  const facts: Fact[] = [];
  for (const { name, value } of message.facts) {
    left -= name.length;
    if (left <= 0) break;
    facts.push({ name, value: cutAt(value, left) });
    left -= value.length;
    if (left <= 0) break;
  }
  return { ...message, title, facts };
}

/** Cuts between two characters, never within a surrogate pair. */
function cutAt(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = length > 0 && /[\ud800-\udbff]/.test(text.charAt(length - 1)) ? length - 1 : length;
  return `${text.slice(0, Math.max(0, end))}${ELLIPSIS}`;
}
