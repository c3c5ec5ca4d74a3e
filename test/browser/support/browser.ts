/** A real Chromium with a fresh profile, and pages of a host that somebody is logged in to. Whatever a page complains about fails the test. */
import { execFileSync } from "node:child_process";
import { chromium } from "playwright-core";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import type { TestHost } from "../../support/host.ts";

/** Where Chromium is; undefined when there is none. */
export function findChromium(): string | undefined {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      return execFileSync("which", [name], { encoding: "utf8" }).trim();
    } catch {
      continue;
    }
  }
  return undefined;
}

export function openBrowser(args: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error("No Chromium found: apt-get install --no-install-recommends chromium");
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...args,
    ],
  });
}

export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What pages complained about: console errors, policy violations, uncaught exceptions. */
  readonly complaints: readonly string[];
  /** Opens a path of the host. */
  readonly goto: (path: string) => Promise<void>;
}

/** A browser of its own for somebody who has logged in with a one-time link, with the rights of `token`. */
export async function visit(
  browser: Browser,
  host: TestHost,
  options: BrowserContextOptions = {},
  token = host.token,
): Promise<Visitor> {
  const context = await browser.newContext(options);
  const complaints: string[] = [];
  context.on("page", (page) => watch(page, complaints));
  const page = await context.newPage();
  const link = await host.call("POST", "/api/v1/login-links", undefined, {
    authorization: `Bearer ${token}`,
  });
  await page.goto((link.body as { url: string }).url);
  return {
    context,
    page,
    complaints,
    goto: async (path) => {
      await page.goto(host.url + path);
    },
  };
}

export function watch(page: Page, complaints: string[]): void {
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    // The browser itself says so of each answer that is an error, which some tests ask for.
    if (message.text().startsWith("Failed to load resource: the server responded with a status of")) return;
    complaints.push(`${page.url()}: ${message.text()}`);
  });
}
