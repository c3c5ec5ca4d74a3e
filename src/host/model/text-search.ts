/**
 * JQL's text search `~`, as far as possible without Jira's index: whole words, phrases, and `*` at the end of a word. Jira
 * reduces words to their stems, so words with the same beginning are undecided. Pure.
 */
import { and, toTruth } from "./truth.ts";
import type { Truth } from "./truth.ts";

export type TextSearch = (text: string) => Truth;

/** Maximum length of text and query. Longer searches would block the event loop. */
const MAX_TEXT_LENGTH = 10_000;
const MAX_WORDS = 20;

const WORD = /[\p{L}\p{M}\p{N}_]+/gu;
const splitWords = (text: string): readonly string[] => text.toLowerCase().match(WORD) ?? [];

/** Scripts without spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** Words that Jira's search ignores. */
const STOP_WORDS = new Set(
  "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with".split(
    " ",
  ),
);

/** Search syntax: fuzzy, boosted, required, excluded, grouped or alternative words. */
const SYNTAX = /[?~^+!(){}[\]:\\/&|<>=]|\*(?=\S)|(?:^|\s)[-*]|(?:^|\s)(?:AND|OR|NOT)(?=\s|$)/;

interface Part {
  readonly words: readonly string[];
  readonly isPhrase: boolean;
  readonly isPrefix: boolean;
}

/** Returns undefined for a search with unsupported syntax. */
export function readTextSearch(query: string): TextSearch | undefined {
  const parts: Part[] = [];
  const rest = query.replaceAll(/"([^"]*)"/g, (_whole, phrase: string) => {
    parts.push({ words: splitWords(phrase), isPhrase: true, isPrefix: false });
    return " ";
  });
  if (rest.includes('"') || SYNTAX.test(rest)) return undefined;
  for (const each of rest.split(/\s+/)) {
    if (each !== "") parts.push({ words: splitWords(each), isPhrase: false, isPrefix: each.endsWith("*") });
  }
  if (parts.flatMap(({ words }) => words).length > MAX_WORDS) return undefined;
  if (!parts.some(({ words }) => words.some((word) => !STOP_WORDS.has(word)))) return undefined;
  return (text) => {
    if (text.length > MAX_TEXT_LENGTH) return "undecided";
    const words = splitWords(text);
    return and(parts.map((part) => hasPart(words, part)));
  };
}

function hasPart(words: readonly string[], { words: wanted, isPhrase, isPrefix }: Part): Truth {
  const each = and(wanted.map((word) => hasWord(words, word, isPrefix)));
  if (!isPhrase || each !== "true" || wanted.length < 2) return each;
  const isThere = words.some((_word, start) => wanted.every((word, at) => words[start + at] === word));
  // The index omits stop words of a phrase, and only Jira knows which.
  return isThere ? "true" : wanted.some((word) => STOP_WORDS.has(word)) ? "undecided" : "false";
}

function hasWord(words: readonly string[], wanted: string, isPrefix: boolean): Truth {
  if (UNSPACED.test(wanted)) return toTruth(words.some((word) => word.includes(wanted)));
  if (isPrefix) return toTruth(words.some((word) => word.startsWith(wanted)));
  if (STOP_WORDS.has(wanted) || words.includes(wanted)) return "true";
  return words.some((word) => isAkin(word, wanted)) ? "undecided" : "false";
}

/** Reports whether two words could have the same stem, such as `studies` and `study`, or `run` and `running`. */
function isAkin(one: string, other: string): boolean {
  if (one[0] !== other[0] || STOP_WORDS.has(one) || /\d/.test(one + other)) return false;
  const shorter = Math.min(one.length, other.length);
  let common = 0;
  while (common < shorter && one[common] === other[common]) common += 1;
  return common >= 2 && (common === shorter || common >= Math.max(3, shorter - 2));
}
