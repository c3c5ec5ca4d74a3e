/** Foreign text for a line of a message, and links. Pure. */
import { isOperational } from "../../../catalogue/index.ts";
import { parseUrl } from "../../../parse-url.ts";

/** An invisible character between two others that must not be read together. */
const WORD_JOINER = "\u2060";
const MAX_LINK_LENGTH = 2_000;

/** Returns the text on one line, without control characters and invisible ones, cut to this many characters. */
export function oneLine(text: string, maxLength: number): string {
  // Twice as many: a character can have two code units.
  const line = text
    .slice(0, maxLength * 2)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
  return line.length <= maxLength ? line : Array.from(line).slice(0, maxLength).join("").toWellFormed();
}

/**
 * Breaks what chat tools make links and mentions of by themselves: URLs, host names, e-mail addresses, @names. The text looks
 * the same.
 */
export function withoutLinks(text: string): string {
  return text
    .toWellFormed()
    .replaceAll("://", `:${WORD_JOINER}//`)
    .replaceAll(/@(?=[\p{L}\p{N}_])/gu, `@${WORD_JOINER}`)
    .replaceAll(HOST_NAME, (name) => (isOperational(name) ? name : name.replaceAll(".", `.${WORD_JOINER}`)));
}

/**
 * Words with dots whose last one begins like a top-level domain. It is looked for at the beginning of a word alone and in as many words
 * as a host name can have, so that a long text takes no longer than it is long.
 */
const HOST_NAME = /(?<![\p{L}\p{N}_-])[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+){0,125}\.\p{L}[\p{L}\p{N}-]+/gu;

/** Puts an invisible character behind each of these. */
export const disarm = (text: string, characters: RegExp): string =>
  text.replaceAll(characters, (character) => `${character}${WORD_JOINER}`);

/** Returns a URL for http or https as browsers write it, without a character that ends a link early; undefined for anything else. */
export function readLink(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > MAX_LINK_LENGTH || !/^https?:/.test(value))
    return undefined;
  return parseUrl(value)?.href.replaceAll("|", "%7C").replaceAll(">", "%3E").replaceAll("<", "%3C");
}
