/** The search in the documents. */
import { describe, expect, test } from "vitest";
import { createDocsSearch } from "../../../../../src/host/web/present/docs.ts";
import type { DocPage } from "../../../../../src/host/web/present/docs.ts";

const RETRIES: DocPage = {
  slug: "delivery",
  title: "Deliveries",
  html:
    "<p>Each delivery ends.</p>\n" +
    '<h2 id="retries">Retries <a class="anchor" href="#retries">#</a></h2>\n' +
    "<p>A <code>503</code> is &lt;retried&gt; after 5&nbsp;s.</p>\n" +
    '<h3 id="jitter">Jitter</h3><ul><li>one</li><li>two delays</li></ul>',
  headings: [
    { id: "retries", level: 2, text: "Retries" },
    { id: "jitter", level: 3, text: "Jitter" },
  ],
};
const LIMITS: DocPage = {
  slug: "limits",
  title: "Limits of deliveries",
  html: `<p>${"Retries ".repeat(50)}are limited. ${"word ".repeat(80)}the end</p>`,
  headings: [],
};
const search = createDocsSearch([LIMITS, RETRIES]);
const places = (words: string) => search(words).map(({ slug, id }) => `${slug}#${id}`);

describe("search in the documents", () => {
  test.each([
    ["a word in a heading comes before many in a text", "retries", ["delivery#retries", "limits#"]],
    ["the title of the page counts", "jitter deliveries", ["delivery#jitter"]],
    ["every word must be there", "retries nowhere", []],
    ["letters are compared without their case", "JITTER", ["delivery#jitter"]],
    ["the beginning of a word is enough", "jitt", ["delivery#jitter"]],
    ["text before the first heading is a section", "each delivery", ["delivery#"]],
    ["a word finds its plural", "retry", ["delivery#retries", "limits#"]],
    ["a plural finds the word", "jitters", ["delivery#jitter"]],
    ["a short word stays whole", "as", []],
    ["tags are no text", "code", []],
    ["entities are the characters they stand for", "<retried>", ["delivery#retries"]],
    ["items of a list are words of their own", "onetwo", []],
    ["no words find nothing", "  ", []],
  ])("%s", (_rule, words, expected) => {
    expect(places(words)).toEqual(expected);
  });

  test("an excerpt begins before the word, and says where it is cut", () => {
    const [match] = search("end limited");
    expect(match?.excerpt).toMatch(/^… (?:Retries )+are limited\. word .* word …$/);
    expect(match?.excerpt.length).toBeLessThan(210);
    expect(search("503")).toMatchObject([
      { title: "Deliveries", heading: "Retries", excerpt: "A 503 is <retried> after 5&nbsp;s." },
    ]);
  });

  test("only the first 8 words count, and at most 30 sections are found", () => {
    expect(places("a b c d e f g h jitter")).toEqual(places("a b c d e f g h"));
    const many = createDocsSearch(
      Array.from({ length: 40 }, (_, index) => ({ ...RETRIES, slug: `page-${index}` })),
    );
    expect(many("jitter")).toHaveLength(30);
  });
});
