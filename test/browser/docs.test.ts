/** The documentation site in a real browser: every page, light and dark, wide and narrow, with and without scripts. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser } from "playwright-core";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { problemsInLooks } from "./support/axe.ts";
import { openBrowser, watch } from "./support/browser.ts";

let browser: Browser;
let host: TestHost;
beforeAll(async () => {
  execFileSync(process.execPath, ["deploy/docs/build.js", "--strict"], {
    cwd: join(import.meta.dirname, "../.."),
  });
  [browser, host] = await Promise.all([openBrowser(), startTestHost()]);
});
afterAll(async () => {
  await browser.close();
  await host.stop();
});

async function open(options: Parameters<Browser["newContext"]>[0]) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  watch(page, complaints);
  await page.goto(`${host.url}/docs`);
  return { context, page, complaints };
}

const LOOKS = [
  { colorScheme: "light", width: 1280 },
  { colorScheme: "dark", width: 320 },
] as const;

test("every page has no barrier, and breaks no policy", { timeout: 400_000 }, async () => {
  const { context, page, complaints } = await open({ viewport: { width: 1280, height: 900 } });
  const links = await page
    .locator(".side nav a")
    .evaluateAll((all) => all.map((each) => (each as HTMLAnchorElement).href));
  const own = links.filter((link) => link.startsWith(`${host.url}/docs`));
  expect(own.length).toBeGreaterThan(30);
  const problems: string[] = [];
  for (const link of [
    ...own,
    `${host.url}/docs?q=retry`,
    `${host.url}/docs?q=nothing-like-this`,
    `${host.url}/docs/files/deploy`,
    `${host.url}/docs/files/deploy/nginx/callboard.conf`,
  ]) {
    await page.goto(link);
    problems.push(...(await problemsInLooks(page, LOOKS)).map((problem) => `${link}: ${problem}`));
  }
  expect(problems).toEqual([]);
  expect(complaints).toEqual([]);
  await context.close();
});

test("a reader without scripts finds a section by searching, and follows links between pages", async () => {
  const { context, page, complaints } = await open({ javaScriptEnabled: false });
  await page.getByLabel("Search the documentation").fill("backup restore");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("link", { name: "Backup and restore" }).first().click();
  expect(new URL(page.url()).pathname).toBe("/docs/production");
  expect(await page.locator("h1").textContent()).toBe("Production");
  await page.locator("article a[href*='/docs/metrics']").first().click();
  expect(new URL(page.url()).pathname).toBe("/docs/metrics");
  expect(await page.locator(".side a[aria-current]").textContent()).toBe("Metrics, health and logs");
  await page.getByRole("link", { name: "API", exact: true }).first().click();
  expect(new URL(page.url()).pathname).toMatch(/^\/(?:api\/docs|docs\/api)$/);
  expect(complaints).toEqual([]);
  await context.close();
});
