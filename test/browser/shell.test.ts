/** What every page has around it: search, site switch, breadcrumbs, keyboard help, and the first steps. With and without JavaScript. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser } from "playwright-core";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { waitFor } from "../support/wait-for.ts";
import { listProblems } from "./support/axe.ts";
import { openBrowser, visit } from "./support/browser.ts";
import type { Visitor } from "./support/browser.ts";

let browser: Browser;
let empty: TestHost;
let host: TestHost;
let receiver: Receiver;
let delivery = "";
beforeAll(async () => {
  [browser, empty, host, receiver] = await Promise.all([
    openBrowser(),
    startTestHost(),
    startTestHost(),
    startReceiver((_request, response) => void response.writeHead(410).end()),
  ]);
  const created = { name: "Burndown", url: receiver.url, events: ["jira:issue_created"] };
  await host.call("POST", "/api/v1/sites/jira/webhooks", created);
  for (let no = 1; no <= 8; no += 1)
    await host.call("POST", "/api/v1/sites", {
      key: `quay-${no}`,
      product: "jira",
      name: `Quay number ${no}`,
    });
  const event = { event: "jira:issue_created", payload: {} };
  const accepted = await host.call("POST", "/api/v1/sites/jira/events", event);
  delivery = accepted.body.deliveries[0].id as string;
  await waitFor(async () => {
    expect((await host.call("GET", `/api/v1/deliveries/${delivery}`)).body.state).toBe("failed");
  });
});
afterAll(async () => {
  await browser.close();
  await Promise.all([empty.stop(), host.stop(), receiver.close()]);
});

const isFocused = (element: Element) => element === document.activeElement;

describe.each([
  ["light", 1280, true],
  ["dark", 375, true],
  ["light", 1280, false],
] as const)("%s, %i pixels, with JavaScript: %s", (colorScheme, width, javaScriptEnabled) => {
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = await visit(browser, host, {
      colorScheme,
      javaScriptEnabled,
      viewport: { width, height: 800 },
    });
  });
  afterAll(async () => {
    await visitor.context.close();
    expect(visitor.complaints).toEqual([]);
  });
  const look = async () => {
    if (javaScriptEnabled) expect(await listProblems(visitor.page), visitor.page.url()).toEqual([]);
  };

  test("the switch keeps the list on another site, and the breadcrumbs lead back", async () => {
    const { page, goto } = visitor;
    await goto("/admin/deliveries?state=failed");
    await page.locator(".switch summary").click();
    await look();
    await page.locator(".switch").getByRole("link", { name: "jira", exact: true }).click();
    await page.waitForURL(/\/admin\/deliveries\?site=jira&state=failed$/);
    await page.locator(`#rows a[data-row][href*="${delivery}"]`).click();
    await page
      .getByRole("heading", { level: 1, name: "Delivery to Burndown failed: the receiver is gone" })
      .waitFor();
    expect(await page.title()).toBe("Delivery to Burndown failed: the receiver is gone · Callboard");
    await look();
    await page.getByRole("navigation", { name: "Breadcrumbs" }).getByRole("link", { name: "jira" }).click();
    await page.waitForURL(/\/admin\/deliveries\?site=jira$/);
    await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Events" }).click();
    await page.waitForURL(/\/admin\/events\?site=jira$/);
  });

  test("a site is found among many", async () => {
    const { page, goto } = visitor;
    await goto("/admin/endpoints");
    await page.locator(".switch summary").click();
    await page.getByLabel("Find a site").fill("number 7");
    if (javaScriptEnabled) {
      await page.locator(".switch").getByRole("link", { name: "quay-1" }).waitFor({ state: "hidden" });
      await page.locator(".switch").getByRole("link", { name: "quay-7" }).click();
      await page.waitForURL(/\/admin\/endpoints\?site=quay-7$/);
    } else {
      await page.keyboard.press("Enter");
      await page.getByRole("link", { name: "Quay number 7" }).click();
      await page.waitForURL(/\/admin\?site=quay-7$/);
    }
  });

  test("search finds a webhook by name and a delivery by ID", async () => {
    const { page, goto } = visitor;
    await goto("/admin");
    await page.getByRole("link", { name: "Search" }).click();
    if (javaScriptEnabled) {
      const dialog = page.getByRole("dialog", { name: "Search everything" });
      await page.keyboard.type("burnd");
      await dialog.getByRole("link", { name: "Burndown" }).first().waitFor();
      await look();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/admin\/webhooks\/jira\/1$/);
      await page.keyboard.press("Control+k");
      await page.keyboard.type(delivery);
      await dialog.getByRole("link", { name: "Delivery to Burndown" }).waitFor();
      await page.keyboard.press("Enter");
    } else {
      await page.getByRole("searchbox", { name: "Search everything" }).fill("burnd");
      await page.getByRole("button", { name: "Search" }).click();
      await page.getByRole("link", { name: "Burndown" }).first().click();
      await page.waitForURL(/\/admin\/webhooks\/jira\/1$/);
      await goto(`/admin/search?q=${delivery}`);
      await page.getByRole("link", { name: "Delivery to Burndown" }).click();
    }
    await page.waitForURL(new RegExp(delivery));
    await goto("/admin/search?q=issue");
    await page.getByRole("heading", { name: "Event types" }).waitFor();
    await look();
    await goto("/admin/search?q=nowhere-at-all");
    await page.getByText("Nothing found for").waitFor();
    await look();
  });

  test.each([
    ["a webhook", "/admin/webhooks/jira/1"],
    ["an event type", "/admin/catalogue/jira/jira%3Aissue_created?site=jira&to=url"],
  ])("the result of a test of %s is in view and has the focus", async (_what, path) => {
    const { page, goto } = visitor;
    await goto(path);
    if (path.endsWith("to=url")) await page.getByLabel("URL (single receiver only)").fill(receiver.url);
    await page.getByRole("button", { name: /^(Send test|Trigger event)$/ }).click();
    const result = page.locator("#result");
    await result.waitFor();
    expect(page.url()).toMatch(/#result$/);
    await waitFor(async () => {
      const box = await result.boundingBox();
      expect(box?.y).toBeGreaterThanOrEqual(0);
      expect(box?.y).toBeLessThan(800);
    });
    expect(await page.locator("#result:focus").count()).toBe(1);
    await look();
  });

  test("the first steps are on the dashboard of an empty server, and copied", async () => {
    const { page, context, complaints } = await visit(browser, empty, {
      colorScheme,
      javaScriptEnabled,
      viewport: { width, height: 800 },
    });
    await page.getByRole("heading", { name: "Connect an ACE app" }).waitFor();
    if (javaScriptEnabled) expect(await listProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Create a token and fill it in" }).click();
    await page.locator("#start-hosts", { hasText: "admin:cb_" }).waitFor();
    if (javaScriptEnabled) expect(await listProblems(page)).toEqual([]);
    await page.goto(`${empty.url}/admin/start`);
    await page.getByRole("button", { name: "Install the running Inspector" }).click();
    await page.getByText("The add-on was not installed").waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});

test("? opens the help, keys are inert while typing and behind a dialog, and can be switched off for good", async () => {
  const { page, goto, context, complaints } = await visit(browser, host);
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await goto("/admin/deliveries");
  await page.keyboard.press("?");
  await help.waitFor();
  expect(await listProblems(page)).toEqual([]);
  await page.keyboard.press("/");
  expect(await page.getByLabel("Search", { exact: true }).evaluate(isFocused)).toBe(false);
  await page.keyboard.press("Escape");
  await help.waitFor({ state: "hidden" });
  await page.keyboard.press("/");
  await page.keyboard.type("?/jk");
  expect(await page.getByLabel("Search", { exact: true }).inputValue()).toBe("?/jk");
  expect(await help.isVisible()).toBe(false);
  await goto("/admin/settings/limits");
  await page.keyboard.press("/");
  await page.getByRole("dialog", { name: "Search everything" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
  await help.getByLabel("Shortcuts of a single key").uncheck();
  await help.getByRole("button", { name: "Close" }).click();
  await page.reload();
  await page.keyboard.press("?");
  expect(await help.isVisible()).toBe(false);
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: "Search everything" }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test("the skip link comes first and leads to the page", async () => {
  const { page, goto, context } = await visit(browser, host);
  await goto("/admin/deliveries");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await page.locator("#main").evaluate(isFocused)).toBe(true);
  await context.close();
});
