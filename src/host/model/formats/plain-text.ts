/** Foreign text for a line of a message, and links. Pure. */
import { isOperational } from "../../../catalogue/index.ts";

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
    .replaceAll(DOTTED, (run) => (run.includes(".") ? breakHostNames(run) : run));
}

/** One class alone: an expression for a whole host name takes the square of the time on a long word. */
const DOTTED = /[\p{L}\p{N}_.-]+/gu;
/** Begins like a top-level domain. */
const TOP_LEVEL = /^\p{L}[\p{L}\p{N}-]/u;

/** Breaks the dots within words up to the last one that begins like a top-level domain. */
function breakHostNames(run: string): string {
  const words = run.split(".");
  if (isOperational(words.filter((word) => word !== "").join("."))) return run;
  let broken = "";
  let isInName = false;
  for (let at = words.length - 1; at > 0; at--) {
    const word = words[at] ?? "";
    isInName = word !== "" && (isInName || TOP_LEVEL.test(word));
    broken = (isInName && words[at - 1] !== "" ? `.${WORD_JOINER}` : ".") + word + broken;
  }
  return (words[0] ?? "") + broken;
}

/** Puts an invisible character behind each of these. */
export const disarm = (text: string, characters: RegExp): string =>
  text.replaceAll(characters, (character) => `${character}${WORD_JOINER}`);

/** Returns a URL for http or https as browsers write it, without a character that ends a link early; undefined for anything else. */
export function readLink(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > MAX_LINK_LENGTH || !/^https?:/.test(value))
    return undefined;
  if (!URL.canParse(value)) return undefined;
  return new URL(value).href.replaceAll("|", "%7C").replaceAll(">", "%3E").replaceAll("<", "%3C");
}
