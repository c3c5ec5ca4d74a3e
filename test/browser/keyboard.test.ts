/** Everything with the keyboard alone, and the keys that make it quicker. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser, Page } from "playwright-core";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { openBrowser, visit } from "./support/browser.ts";
import type { Visitor } from "./support/browser.ts";

let browser: Browser;
let host: TestHost;
let receiver: Receiver;
let visitor: Visitor;
beforeAll(async () => {
  [browser, host, receiver] = await Promise.all([openBrowser(), startTestHost(), startReceiver()]);
  visitor = await visit(browser, host);
});
afterAll(async () => {
  await browser.close();
  await Promise.all([host.stop(), receiver.close()]);
  expect(visitor.complaints).toEqual([]);
});

const focused = (page: Page) =>
  page.evaluate(() => {
    const { activeElement } = document;
    const label =
      activeElement instanceof HTMLInputElement ? activeElement.labels?.[0]?.textContent : undefined;
    return (label ?? activeElement?.textContent ?? "").trim();
  });

/** Tab until what has the focus is called so. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let i = 0; i < 120; i += 1) {
    if ((await focused(page)) === name) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${name} cannot be reached with Tab`);
}

test("a webhook is added with the keyboard alone, Enter saving it", async () => {
  const { page, goto } = visitor;
  await goto("/admin/webhooks/backlog");
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("Skip to content");
  await tabTo(page, "Add Webhook");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/new$/);
  await tabTo(page, "Webhook name");
  await page.keyboard.type("By keyboard");
  await tabTo(page, "URL");
  await page.keyboard.type(receiver.url);
  await tabTo(page, "All events of the product, including future ones");
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await page.getByText("The webhook was added.").waitFor();
  expect(receiver.received).toEqual([]);
});

test("/ searches, j and k walk, Enter opens, and none of them while typing", async () => {
  const { page, goto } = visitor;
  for (let i = 0; i < 2; i += 1)
    await host.call("POST", "/api/v1/sites/jira/events", { event: "jira:issue_created", payload: {} });
  await goto("/admin/events");
  await page.locator("#rows tr").nth(1).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  const second = page.locator("#rows tr").nth(1).getByRole("link");
  expect(await second.evaluate((link) => link === document.activeElement)).toBe(true);
  await page.keyboard.press("k");
  await page.keyboard.press("j");
  await page.keyboard.press("/");
  await page.keyboard.type("j/k");
  expect(await page.getByLabel("Event type").inputValue()).toBe("j/k");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/admin\/events\/evt_/);
});
