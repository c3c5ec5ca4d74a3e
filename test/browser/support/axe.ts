/** Barriers that axe finds in a page, and pages that scroll sideways. */
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

interface Found {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** Returns a line for each problem of the page as it is now. */
export async function problemsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate<readonly Found[]>(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) => violations)`,
  );
  const problems = found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  return sideways ? [...problems, "the page scrolls sideways"] : problems;
}
