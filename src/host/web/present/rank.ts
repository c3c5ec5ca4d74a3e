/** Ranks what a search over everything found. Pure. */

export const FOUND_KINDS = [
  "exact",
  "page",
  "site",
  "addon",
  "webhook",
  "endpoint",
  "event-type",
  "document",
] as const;

/** `exact` is what an ID names. */
export type FoundKind = (typeof FOUND_KINDS)[number];

/** Something that a search can find. */
export interface Candidate {
  readonly kind: FoundKind;
  /** The name that people know it by. */
  readonly text: string;
  /** Keys, IDs and URLs by which it is found as well. */
  readonly also: readonly string[];
  /** Shown beside the name. */
  readonly detail: string;
  /** Path of its page. */
  readonly path: string;
}

export interface FoundGroup {
  readonly kind: FoundKind;
  /** Best first. */
  readonly best: readonly Candidate[];
  /** Number of matches, of which `best` has the first. */
  readonly total: number;
}

/** Maximum length of a search, in characters; the rest is left out. */
export const MAX_FIND_LENGTH = 200;
const MAX_WORDS = 8;

export const splitWords = (search: string): readonly string[] => [
  ...new Set(search.slice(0, MAX_FIND_LENGTH).toLowerCase().split(/\s+/).filter(Boolean).slice(0, MAX_WORDS)),
];

const POINTS = {
  name: { whole: 100, start: 60, word: 40, part: 20 },
  also: { whole: 80, start: 30, word: 15, part: 10 },
} as const;

interface Ranked {
  readonly candidate: Candidate;
  readonly points: number;
}

/**
 * Returns the candidates in which every word of the search stands, in groups: the group with the best match first, and of each
 * group the best `most`. A word counts more in a name than elsewhere, and at the begin of a text or of a word more than within.
 */
export function rankFound(
  search: string,
  candidates: Iterable<Candidate>,
  most: number,
): readonly FoundGroup[] {
  const words = splitWords(search);
  if (words.length === 0) return [];
  const groups = new Map<FoundKind, { readonly best: Ranked[]; total: number }>();
  for (const candidate of candidates) {
    const points = countPoints(candidate, words);
    if (points === 0) continue;
    const group = groups.get(candidate.kind) ?? { best: [], total: 0 };
    groups.set(candidate.kind, group);
    group.total += 1;
    insert(group.best, { candidate, points }, most);
  }
  return [...groups]
    .sort(([kind, one], [otherKind, other]) => compareGroups([kind, one.best], [otherKind, other.best]))
    .map(([kind, { best, total }]) => ({ kind, best: best.map(({ candidate }) => candidate), total }));
}

type Group = readonly [kind: FoundKind, best: readonly Ranked[]];

const compareGroups = ([kind, [one]]: Group, [otherKind, [other]]: Group): number =>
  (other?.points ?? 0) - (one?.points ?? 0) || FOUND_KINDS.indexOf(kind) - FOUND_KINDS.indexOf(otherKind);

/** Keeps the list sorted and no longer than `most`, so that a search that matches everything stays cheap. */
function insert(best: Ranked[], ranked: Ranked, most: number): void {
  const last = best.at(-1);
  if (best.length === most && last !== undefined && compare(last, ranked) <= 0) return;
  const at = best.findIndex((each) => compare(ranked, each) < 0);
  best.splice(at === -1 ? best.length : at, 0, ranked);
  if (best.length > most) best.pop();
}

function compare(one: Ranked, other: Ranked): number {
  const [a, b] = [one.candidate, other.candidate];
  return (
    other.points - one.points ||
    a.text.length - b.text.length ||
    compareTexts(a.text, b.text) ||
    compareTexts(a.path, b.path)
  );
}

const compareTexts = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Returns 0 if a word is missing. */
function countPoints({ text, also }: Candidate, words: readonly string[]): number {
  const name = text.toLowerCase();
  const others = also.map((each) => each.toLowerCase());
  let points = 0;
  for (const word of words) {
    const found = Math.max(
      pointsIn(name, word, POINTS.name),
      ...others.map((each) => pointsIn(each, word, POINTS.also)),
    );
    if (found === 0) return 0;
    points += found;
  }
  return points;
}

function pointsIn(text: string, word: string, points: (typeof POINTS)["name" | "also"]): number {
  const at = text.indexOf(word);
  if (at === -1) return 0;
  if (at === 0) return text.length === word.length ? points.whole : points.start;
  return /[\p{L}\p{N}]/u.test(text.charAt(at - 1)) ? points.part : points.word;
}
