/** The documentation site as `npm run docs:build` makes it, and the search in it. Pure. */

interface DocHeading {
  readonly id: string;
  /** 2 for the first level below the title. */
  readonly level: number;
  readonly text: string;
}

export interface DocPage {
  /** Last part of the path, "" for the first page. */
  readonly slug: string;
  readonly title: string;
  /** Its links and images are paths from the root of the server, without the path of a base URL. */
  readonly html: string;
  readonly headings: readonly DocHeading[];
}

/** A file of the repository that a document links to, or a folder with the files in it. */
export interface DocFile {
  readonly path: string;
  readonly text?: string;
  readonly paths?: readonly string[];
}

export interface DocsSite {
  readonly groups: readonly {
    readonly name: string;
    readonly pages: readonly { readonly slug: string; readonly title: string }[];
  }[];
  readonly pages: readonly DocPage[];
  readonly files: readonly DocFile[];
  /** Names of the files of `docs/images` that pages show. */
  readonly images: readonly string[];
}

/** A section that a search found. */
export interface DocMatch {
  readonly slug: string;
  /** Of the page. */
  readonly title: string;
  /** Anchor of the section, "" for what stands before the first heading. */
  readonly id: string;
  readonly heading: string;
  /** Text around the first word that was found. */
  readonly excerpt: string;
}

/** Maximum length of a search, in characters. */
export const MAX_DOCS_SEARCH_LENGTH = 200;
const MAX_WORDS = 8;
const MAX_MATCHES = 30;
const EXCERPT_LENGTH = 200;
const BEFORE_WORD = 60;

const POINTS = { heading: 12, title: 6, text: 1 } as const;
/** A word that stands often in a long section is no better than one that stands there a few times. */
const MAX_COUNTED = 4;

/** A section of a page, with its texts in lowercase beside them. */
interface Entry {
  readonly match: Omit<DocMatch, "excerpt">;
  readonly text: string;
  readonly lowercase: SearchedText;
}

/**
 * Returns a function that finds the sections with all words of a search, best first, at most 30. A word counts most in the heading,
 * then in the title of the page. The text of the pages is prepared once.
 */
export function createDocsSearch(pages: readonly DocPage[]): (search: string) => readonly DocMatch[] {
  const entries = pages.flatMap(listEntries);
  return (search) => {
    const words = splitSearch(search);
    if (words.length === 0) return [];
    return entries
      .map((entry) => ({ entry, points: countPoints(entry.lowercase, words) }))
      .filter(({ points }) => points > 0)
      .sort((one, other) => other.points - one.points)
      .slice(0, MAX_MATCHES)
      .map(({ entry: { match, text, lowercase } }) => ({
        ...match,
        excerpt: excerptAround(text, lowercase.text, words),
      }));
  };
}

const SECTION_START = /(?=<h[23] id=")/;

function listEntries({ slug, title, html, headings }: DocPage): readonly Entry[] {
  return html.split(SECTION_START).map((section) => {
    const [, id = "", contents = section] = /^<h[23] id="([^"]+)">[^]*?<\/h[23]>([^]*)/.exec(section) ?? [];
    const heading = headings.find((each) => each.id === id)?.text ?? "";
    const text = toText(contents);
    return {
      match: { slug, title, id, heading },
      text,
      lowercase: {
        heading: heading.toLowerCase(),
        title: title.toLowerCase(),
        text: text.toLowerCase(),
      },
    };
  });
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

/** Returns the text of the builder's HTML, which has these four entities. */
const toText = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, (tag) => (/^<\/?(?:code|em|strong|a)\b/.test(tag) ? "" : " "))
    .replaceAll(/&(\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity)
    .replaceAll(/\s+/g, " ")
    .trim();

const splitSearch = (search: string): readonly string[] => [
  ...new Set(
    search
      .slice(0, MAX_DOCS_SEARCH_LENGTH)
      .toLowerCase()
      .split(/\s+/)
      .filter(Boolean)
      .slice(0, MAX_WORDS)
      .map(toStem),
  ),
];

/** Returns what a word has in common with its plural: "deliveries" and "delivery" are both "deliver". */
const toStem = (word: string): string => word.replace(/(?<=\w{4})(?:ies|y)$|(?<=\w{3})s$/, "");

type SearchedText = Readonly<Record<keyof typeof POINTS, string>>;

/** Returns 0 if a word is missing. */
function countPoints(texts: SearchedText, words: readonly string[]): number {
  let points = 0;
  for (const word of words) {
    const found =
      (texts.heading.includes(word) ? POINTS.heading : 0) +
      (texts.title.includes(word) ? POINTS.title : 0) +
      countOccurrences(texts.text, word) * POINTS.text;
    if (found === 0) return 0;
    points += found;
  }
  return points;
}

function countOccurrences(text: string, word: string): number {
  let count = 0;
  let at = text.indexOf(word);
  while (at !== -1 && count < MAX_COUNTED) {
    count++;
    at = text.indexOf(word, at + word.length);
  }
  return count;
}

function excerptAround(text: string, lowercase: string, words: readonly string[]): string {
  const places = words.map((word) => lowercase.indexOf(word)).filter((place) => place !== -1);
  const first = places.length === 0 ? 0 : Math.min(...places);
  const start = first <= BEFORE_WORD ? 0 : text.indexOf(" ", first - BEFORE_WORD) + 1;
  const excerpt = text.slice(start, start + EXCERPT_LENGTH);
  const isCut = start + EXCERPT_LENGTH < text.length;
  return (start > 0 ? "… " : "") + (isCut ? `${excerpt.slice(0, excerpt.lastIndexOf(" "))} …` : excerpt);
}
