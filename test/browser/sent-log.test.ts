/** The delivery log while things happen: live, paused, cut off, in many tabs, and asking for deliveries again. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser, Page } from "playwright-core";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { waitFor } from "../support/wait-for.ts";
import { startAddon } from "./support/addon.ts";
import type { TestAddon } from "./support/addon.ts";
import { openBrowser, visit } from "./support/browser.ts";
import type { Visitor } from "./support/browser.ts";

let browser: Browser;
let host: TestHost;
let addon: TestAddon;
let visitor: Visitor;
beforeAll(async () => {
  [browser, host, addon] = await Promise.all([
    openBrowser(),
    startTestHost({ CALLBOARD_RETRY_SCHEDULE: "1h" }),
    startAddon(),
  ]);
  await host.call("POST", "/api/v1/sites/jira/addons", { descriptorUrl: addon.descriptorUrl });
  visitor = await visit(browser, host);
});
afterAll(async () => {
  expect(visitor.complaints).toEqual([]);
  await browser.close();
  await Promise.all([host.stop(), addon.close()]);
});

const fire = async (key = "DEMO-1") => {
  await host.call("POST", "/api/v1/sites/jira/events", {
    event: "jira:issue_created",
    payload: { issue: { id: "1", key } },
  });
};
const listKeys = (page: Page) =>
  page.locator("#rows tr").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-key") ?? ""));
const isLive = (page: Page) => page.locator('[data-live-state][data-state="live"]').waitFor();
/** A Chromium without a window says that every tab is visible. */
const setVisibility = (page: Page, state: "hidden" | "visible") =>
  page.evaluate((value) => {
    Object.defineProperty(document, "visibilityState", { value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);

test("an empty log leads to the first event, and a delivery appears by itself", async () => {
  const { page, goto } = visitor;
  await goto("/admin/deliveries");
  await page.getByText("No deliveries yet").waitFor();
  await isLive(page);
  await fire();
  await page.locator("#rows").getByText("delivered").waitFor();
});

test("while paused new rows wait behind a button that counts them", async () => {
  const { page, goto } = visitor;
  await goto("/admin/deliveries");
  await isLive(page);
  await page.getByRole("button", { name: "Pause" }).click();
  const before = await listKeys(page);
  await fire();
  await fire();
  const pill = page.getByRole("button", { name: "Show 2 new" });
  await pill.waitFor();
  expect(await listKeys(page)).toEqual(before);
  await pill.click();
  await waitFor(async () => {
    expect(await listKeys(page)).toHaveLength(before.length + 2);
  });
  await page.getByRole("button", { name: "Resume" }).click();
});

test("rows do not move under the pointer", async () => {
  const { page, goto } = visitor;
  await goto("/admin/deliveries");
  await isLive(page);
  await page.locator("#rows tr").first().hover();
  const before = await listKeys(page);
  await fire();
  await page.getByRole("button", { name: "Show 1 new" }).waitFor();
  expect(await listKeys(page)).toEqual(before);
  await page.mouse.move(5, 5);
  await fire();
  await waitFor(async () => {
    expect(await listKeys(page)).toHaveLength(before.length + 2);
  });
});

test("a hidden tab lets its stream go, and misses nothing when it is looked at again", async () => {
  const { page, goto } = visitor;
  await goto("/admin/deliveries");
  await isLive(page);
  const before = await listKeys(page);
  await setVisibility(page, "hidden");
  for (let i = 0; i < 3; i += 1) await fire();
  await setVisibility(page, "visible");
  await waitFor(async () => {
    expect(await listKeys(page)).toHaveLength(before.length + 3);
  });
  const after = await listKeys(page);
  expect(new Set(after).size).toBe(after.length);
});

test("ten tabs of live pages all load over HTTP/1.1", async () => {
  const { context } = visitor;
  const tabs: Page[] = [];
  for (let i = 0; i < 10; i += 1) {
    // What a browser does by itself with the tab before.
    const before = tabs.at(-1);
    if (before !== undefined) await setVisibility(before, "hidden");
    const tab = await context.newPage();
    await tab.goto(`${host.url}/admin/deliveries`);
    await isLive(tab);
    tabs.push(tab);
  }
  const [first] = tabs;
  await setVisibility(tabs[9]!, "hidden");
  await fire("LAST-1");
  await setVisibility(first!, "visible");
  await waitFor(async () => {
    expect(await listKeys(first!)).toEqual(await newest());
  });
  for (const tab of tabs) await tab.close();
});

/** What the first page of the list must show. */
async function newest(): Promise<string[]> {
  const list = await host.call("GET", "/api/v1/deliveries?limit=50");
  return (list.body as { items: { id: string }[] }).items.map(({ id }) => id);
}

test("a failed delivery is retried by hand, and every attempt is there with its answer", async () => {
  const { page, goto } = visitor;
  addon.webhook = { status: 503, body: "down <b>" };
  await fire("FAIL-1");
  await goto("/admin/deliveries?state=waiting");
  await page.locator("#rows").getByText("retrying").waitFor();
  await page.locator("#rows tr").first().getByRole("link").first().click();
  await page.getByText("The receiver returned 503.").waitFor();
  await page.getByText("down <b>", { exact: true }).first().waitFor();
  addon.webhook = { status: 200, body: "ok" };
  await page.getByRole("button", { name: "Retry now" }).dblclick();
  await page.getByText("The delivery is due again.").waitFor();
  await page.getByText("Attempt 2").waitFor();
  await page.locator("#standing").getByText("delivered").waitFor();
  expect(await page.getByText(/^Attempt \d$/).count()).toBe(2);
  await page.getByRole("link", { name: "Attempt 1" }).click();
  await page.getByText("The receiver returned 503.").waitFor();
});

test("all that failed is redelivered after its count was confirmed", async () => {
  const { page, goto } = visitor;
  addon.webhook = { status: 400, body: "" };
  await fire("BAD-1");
  await fire("BAD-2");
  await goto("/admin/deliveries?state=failed");
  await page.locator("#rows").getByText("failed: rejected").nth(1).waitFor();
  addon.webhook = { status: 200, body: "" };
  await page.getByRole("link", { name: "Redeliver all that failed…" }).click();
  await page.getByRole("button", { name: "Redeliver 2" }).click();
  await page.getByText("The deliveries are due again").waitFor();
  await waitFor(async () => {
    const failed = await host.call("GET", "/api/v1/deliveries?state=failed");
    expect(failed.body).toMatchObject({ items: [] });
  });
});

test("what is chosen is redelivered", async () => {
  const { page, goto } = visitor;
  await goto("/admin/deliveries");
  const [first, second] = await listKeys(page);
  const before = (await host.call("GET", `/api/v1/deliveries/${first ?? ""}`)).body as {
    redeliveries: number;
  };
  for (const id of [first, second]) await page.locator(`input[value="${id ?? ""}"]`).check();
  await page.getByRole("button", { name: "Redeliver selected" }).click();
  await page.getByText("The deliveries are due again").waitFor();
  await waitFor(async () => {
    const { body } = await host.call("GET", `/api/v1/deliveries/${first ?? ""}`);
    expect(body).toMatchObject({ state: "delivered", redeliveries: before.redeliveries + 1 });
  });
});

test("the address carries the filter: reload, back and a shared link show the same", async () => {
  const { page, goto } = visitor;
  await goto("/admin/deliveries");
  await page.getByLabel("Receiver").selectOption({ label: "Example add-on (jira)" });
  await page.getByLabel("State").selectOption("delivered");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.waitForURL(/state=delivered/);
  const shown = await listKeys(page);
  expect(shown.length).toBeGreaterThan(0);
  await page.reload();
  expect(await listKeys(page)).toEqual(shown);
  await page.getByLabel("Event").fill("no such event");
  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByText("No matching deliveries").waitFor();
  await page.goBack();
  expect(await listKeys(page)).toEqual(shown);
});

test("pages lead to older deliveries and back to the same", async () => {
  const { page, goto } = visitor;
  for (let i = 0; i < 60; i += 1) await fire(`PAGE-${i}`);
  await goto("/admin/deliveries");
  const first = await listKeys(page);
  expect(first).toHaveLength(50);
  await page.getByRole("link", { name: "Older ›" }).click();
  await page.waitForURL(/cursor=/);
  const second = await listKeys(page);
  expect(second.filter((key) => first.includes(key))).toEqual([]);
  await page.getByRole("link", { name: "‹ Newer" }).click();
  expect(await listKeys(page)).toEqual(first);
});

test("the stream comes back by itself after the connection was cut", async () => {
  // A browser of its own: it complains that it is offline, as it should.
  const { context, page, goto } = await visit(browser, host);
  await goto("/admin/deliveries");
  await isLive(page);
  // Cut every connection, as a proxy or a restart would.
  await context.setOffline(true);
  await page.evaluate(() => fetch("/healthz").catch(() => undefined));
  await fire("CUT-1");
  await context.setOffline(false);
  await waitFor(async () => {
    expect((await listKeys(page))[0]).toBe((await newest())[0]);
  });
  await context.close();
});

test("deliveries are exported one JSON document a line", async () => {
  const { page, goto } = visitor;
  await goto("/admin/deliveries");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Export" }).click(),
  ]);
  const { readFileSync } = await import("node:fs");
  const lines = readFileSync(await download.path(), "utf8")
    .trim()
    .split("\n");
  const all = await newest();
  expect((JSON.parse(lines[0] ?? "") as { id: string }).id).toBe(all[0]);
  expect(lines.length).toBeGreaterThan(60);
});
