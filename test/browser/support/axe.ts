/** Barriers that axe finds in a page, and pages that scroll sideways. */
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { Frame, Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Those whose result depends on colors. */
const RULES_OF_COLOR = ["color-contrast", "link-in-text-block"];

const STYLESHEET = readFileSync(new URL("../../../views/assets/callboard.css", import.meta.url), "utf8");

interface Found {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

async function runAxe(page: Page | Frame, runOnly: object): Promise<readonly string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  const found = await page.evaluate<readonly Found[]>(
    `axe.run(document, ${JSON.stringify({ runOnly, resultTypes: ["violations"] })}).then(({ violations }) => violations)`,
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
}

async function findSideways(page: Page | Frame): Promise<readonly string[]> {
  const isSideways = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  return isSideways ? ["the page scrolls sideways"] : [];
}

/** Returns a line for each problem of the page as it is now. */
export async function listProblems(page: Page | Frame): Promise<readonly string[]> {
  return [...(await runAxe(page, { type: "tag", values: RULES })), ...(await findSideways(page))];
}

/** Asserts that a dark page differs from a light one in the values of custom properties alone. */
export function expectDarkToBeColors(): void {
  const blocks = [...STYLESHEET.matchAll(/@media \(prefers-color-scheme: dark\) \{\n(.*?)\n\}/gs)];
  expect(blocks).toHaveLength(1);
  const lines = (blocks[0]?.[1] ?? "").split("\n").map((line) => line.trim());
  expect(lines.filter((line) => !/^(?::root \{|--[\w-]+: [^;]+;|\})$/.test(line))).toEqual([]);
  expect(STYLESHEET.match(/prefers-color-scheme|light-dark\(/g)).toHaveLength(1);
}

export interface Look {
  readonly colorScheme: "light" | "dark";
  /** In pixels. */
  readonly width: number;
}

/**
 * Returns a line for each problem of the page as it is now, in each of these looks. It is not loaded again: a look is the stylesheet's
 * affair. Where the width stays the same, only the rules about colors are run again, since nothing else differs
 * (`expectDarkToBeColors`).
 *
 * @param looks the page has the first one again afterwards
 */
export async function problemsInLooks(page: Page, looks: readonly Look[]): Promise<readonly string[]> {
  const problems: string[] = [];
  let lastWidth: number | undefined;
  for (const look of looks) {
    await take(page, look);
    const found =
      look.width === lastWidth
        ? await runAxe(page, { type: "rule", values: RULES_OF_COLOR })
        : await listProblems(page);
    problems.push(...found.map((problem) => `${look.colorScheme}, ${look.width} pixels wide: ${problem}`));
    lastWidth = look.width;
  }
  const [first] = looks;
  if (first !== undefined) await take(page, first);
  return problems;
}

async function take(page: Page, { colorScheme, width }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height: 900 });
}
