/** Lists with many rows: dense, searched, filtered and paged, with and without JavaScript; charts; forms that were refused. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser, Page } from "playwright-core";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { waitFor } from "../support/wait-for.ts";
import { startAddon } from "./support/addon.ts";
import type { TestAddon } from "./support/addon.ts";
import { problemsInLooks } from "./support/axe.ts";
import { openBrowser, visit } from "./support/browser.ts";

const MAX_ROW = 44;
const WEBHOOKS = 120;
const LONG = "a-name-that-is-longer-than-any-column-of-any-list-and-goes-on-and-on-and-on-to-the-very-end";

let browser: Browser;
let host: TestHost;
let addon: TestAddon;
let echo: Receiver;
beforeAll(async () => {
  [browser, host, addon, echo] = await Promise.all([
    openBrowser(),
    startTestHost(),
    startAddon({ name: LONG }),
    startReceiver(),
  ]);
  await host.call("POST", "/api/v1/sites/jira/addons", { descriptorUrl: addon.descriptorUrl });
  for (let index = 0; index < WEBHOOKS; index += 1) {
    await host.call("POST", "/api/v1/sites/jira/webhooks", {
      name: `${index % 10 === 0 ? LONG : "Bridge"} ${index}`,
      url: `${echo.url}/${index % 10 === 0 ? LONG : "hook"}/${index}`,
      events: [index < 3 ? "jira:issue_created" : "jira:issue_deleted"],
      project: index % 2 === 0 ? "EVEN" : "ODD",
    });
  }
  const sample = await host.call("GET", "/api/v1/catalogue/jira/jira:issue_created");
  const { sample: payload } = sample.body as { readonly sample: object };
  const accepted = await host.call("POST", "/api/v1/sites/jira/events", {
    event: "jira:issue_created",
    payload,
    project: "EVEN",
  });
  expect(accepted.status).toBe(202);
  await waitFor(async () => {
    const { body } = await host.call("GET", "/api/v1/deliveries?state=delivered");
    expect((body as { readonly items: readonly unknown[] }).items.length).toBeGreaterThan(0);
  });
}, 120_000);
afterAll(async () => {
  await browser.close();
  await Promise.all([host.stop(), addon.close(), echo.close()]);
});

const WIDE = { viewport: { width: 1280, height: 900 } };
const LISTS = [
  "/admin/webhooks/jira",
  "/admin/addons",
  "/admin/endpoints",
  "/admin/deliveries",
  "/admin/events",
  "/admin/audit",
  "/admin/catalogue?product=jira",
  "/admin/catalogue/jira/jira%3Aissue_deleted",
  "/admin/settings",
  "/admin/settings/products",
  "/admin/settings/tokens",
  "/admin/settings/keys",
  "/admin/settings/limits",
];

const listHeights = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("table.dense tbody tr")].map((row) => row.getBoundingClientRect().height),
  );

test("every list has rows of at most 44 pixels at 1280, and none is cut off", async () => {
  const { page, goto, complaints, context } = await visit(browser, host, WIDE);
  for (const path of LISTS) {
    await goto(path);
    const heights = await listHeights(page);
    expect(heights.length, path).toBeGreaterThan(0);
    expect(Math.max(...heights), path).toBeLessThanOrEqual(MAX_ROW);
    const cut = await page.evaluate(
      () =>
        [...document.querySelectorAll(".table-box")].filter((box) => box.scrollWidth > box.clientWidth + 1)
          .length,
    );
    expect(cut, path).toBe(0);
  }
  expect(complaints).toEqual([]);
  await context.close();
});

test("the head of a list stays in view", async () => {
  const { page, goto, context } = await visit(browser, host, WIDE);
  await goto("/admin/webhooks/jira");
  await page.evaluate(() => scrollTo(0, 900));
  const box = await page.getByRole("columnheader", { name: "URL" }).boundingBox();
  expect(box?.y).toBeGreaterThanOrEqual(0);
  expect(box?.y).toBeLessThan(60);
  await context.close();
});

describe.each([true, false])("JavaScript: %s", (javaScriptEnabled) => {
  test("webhooks are searched, narrowed and paged; each filter is a chip that goes away with a click", async () => {
    const { page, goto, context } = await visit(browser, host, { ...WIDE, javaScriptEnabled });
    await goto("/admin/webhooks/jira");
    await page.getByText(`${WEBHOOKS} webhooks, 50 on this page`).waitFor();
    await page.getByRole("link", { name: "Next" }).click();
    await page.getByRole("link", { name: "Next" }).click();
    await page.getByText(`${WEBHOOKS} webhooks, 20 on this page`).waitFor();
    await page.getByRole("link", { name: "First page" }).click();
    await page.getByRole("searchbox", { name: "Search" }).last().fill("bridge 1");
    await page.getByLabel("Project").selectOption("ODD");
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    const chips = page.getByRole("list", { name: "Active filters" });
    await chips.getByRole("link", { name: "Project: ODD" }).waitFor();
    expect(new URL(page.url()).search).toBe("?q=bridge+1&project=ODD");
    await chips.getByRole("link", { name: "Search: bridge 1" }).click();
    await page.getByText("60 webhooks, 50 on this page").waitFor();
    await goto("/admin/webhooks/jira?q=nothing+is+called+that");
    await page.getByRole("heading", { name: "No webhook matches" }).waitFor();
    await page.getByRole("link", { name: "Clear filters" }).click();
    await page.getByText(`${WEBHOOKS} webhooks, 50 on this page`).waitFor();
    await context.close();
  });

  test("deliveries of one of many receivers are found by a part of its name", async () => {
    const { page, goto, context } = await visit(browser, host, { ...WIDE, javaScriptEnabled });
    await goto("/admin/deliveries");
    await page.getByLabel("Receiver").fill("Bridge 1");
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    await page.getByText("receivers match").waitFor();
    await page.getByRole("link", { name: "Bridge 1 (jira)", exact: true }).click();
    await page.getByRole("link", { name: /^Receiver: Bridge 1 \(jira\)/ }).waitFor();
    await context.close();
  });

  test("a refused form says at its top what is wrong, in words, and has the focus there", async () => {
    const { page, goto, context } = await visit(browser, host, { ...WIDE, javaScriptEnabled });
    await goto("/admin/webhooks/jira/new");
    await page.getByLabel("Webhook name").fill("Kept");
    await page.getByLabel("URL", { exact: true }).fill("ftp://example.com/");
    await page.locator("button[name=do][value=save]").click();
    const summary = page.getByRole("alert");
    await summary.getByRole("link", { name: /^(URL|The URL)/ }).waitFor();
    expect(await summary.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    expect(await page.getByLabel("Webhook name").inputValue()).toBe("Kept");
    expect(await page.getByLabel("URL", { exact: true }).getAttribute("aria-invalid")).toBe("true");
    await context.close();
  });
});

const LOOKS = [
  { colorScheme: "light", width: 1280 },
  { colorScheme: "dark", width: 1280 },
  { colorScheme: "light", width: 375 },
  { colorScheme: "dark", width: 375 },
] as const;

test("filtered lists, charts and limits have no barrier", { timeout: 200_000 }, async () => {
  const visitor = await visit(browser, host, WIDE);
  for (const path of [
    "/admin?range=7d",
    "/admin/webhooks/jira?q=bridge&project=ODD",
    "/admin/webhooks/jira?q=nowhere",
    "/admin/webhooks/jira/1?range=1h",
    "/admin/addons?q=name",
    "/admin/addons?q=nowhere",
    "/admin/addons/jira/com.example.addon?range=30d",
    "/admin/endpoints?state=healthy&q=127",
    "/admin/endpoints/jira/2?range=30d",
    "/admin/deliveries?receiver=bridge",
    "/admin/deliveries?state=delivered&range=24h",
    "/admin/replays/jira/new",
    "/admin/settings?q=jira",
    "/admin/settings/tokens?q=nowhere",
    "/admin/settings/limits",
  ]) {
    await visitor.goto(path);
    expect(await problemsInLooks(visitor.page, LOOKS), path).toEqual([]);
  }
  expect(visitor.complaints).toEqual([]);
  await visitor.context.close();
});

test("a chart has axes, a choice of time and its figures as a table; an empty range says so", async () => {
  const { page, goto, context } = await visit(browser, host, WIDE);
  await goto("/admin/webhooks/jira/1");
  const chart = page.locator("#attempts");
  await chart
    .getByRole("img", { name: /^Attempts in the last 24 hours: 1, of which 100% returned 2xx/ })
    .waitFor();
  await chart.getByText("Figures as a table").click();
  expect(await chart.getByRole("row").count()).toBe(2);
  await chart.getByRole("link", { name: "1 hour" }).click();
  await chart
    .getByRole("link", { name: "1 hour", exact: true })
    .and(page.locator("[aria-current]"))
    .waitFor();
  await goto("/admin/webhooks/jira/9?range=30d");
  await page.getByText("No attempts in the last 30 days.").waitFor();
  await context.close();
});

test("pages are sent compressed", async () => {
  const { page, context } = await visit(browser, host, WIDE);
  const response = await page.goto(`${host.url}/admin/webhooks/jira`);
  expect(["br", "gzip"]).toContain((await response?.allHeaders())?.["content-encoding"]);
  await context.close();
});
