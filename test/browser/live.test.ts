/** Pages that follow what happens: how soon, how they bear a flood, and what another process did. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser, Page } from "playwright-core";
import { environmentOfSeveral, startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startPostgres } from "../support/postgres.ts";
import { waitFor } from "../support/wait-for.ts";
import { startAddon } from "./support/addon.ts";
import type { TestAddon } from "./support/addon.ts";
import { openBrowser, visit } from "./support/browser.ts";

/** Event → row visible on an open page. */
const ROW_WITHIN_MS = 1_000;
const EVENTS_A_SECOND = 50;
const FLOOD_MS = 60_000;
const MAX_ROWS = 500;
/** From a key to the frame that shows its letter. */
const TYPING_WITHIN_MS = 100;

let browser: Browser;
let host: TestHost;
let addon: TestAddon;
beforeAll(async () => {
  [browser, host, addon] = await Promise.all([openBrowser(), startTestHost(), startAddon()]);
  await host.call("POST", "/api/v1/sites/jira/addons", { descriptorUrl: addon.descriptorUrl });
});
afterAll(async () => {
  await browser.close();
  await Promise.all([host.stop(), addon.close()]);
});

const isLive = (page: Page) => page.locator('[data-live-state][data-state="live"]').waitFor();

async function fire(at: TestHost, key: string): Promise<string> {
  const { body } = await at.call("POST", "/api/v1/sites/jira/events", {
    event: "jira:issue_created",
    payload: { issue: { id: "1", key } },
  });
  return (body as { id: string }).id;
}

test("an event is a row on an open page within a second", async () => {
  const { page, goto, complaints, context } = await visit(browser, host);
  await fire(host, "FIRST-1");
  await goto("/admin/events");
  await isLive(page);
  const times: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    const startedAt = performance.now();
    const id = await fire(host, `SOON-${i}`);
    await page.locator(`#rows tr[data-key="${id}"]`).waitFor();
    times.push(performance.now() - startedAt);
  }
  // The middle one: what else the machine does at the moment is not the page's.
  expect(times.toSorted((a, b) => a - b)[2]).toBeLessThan(ROW_WITHIN_MS);
  expect(complaints).toEqual([]);
  await context.close();
});

test("times are those of the person who looks, with UTC beside them", async () => {
  const id = await fire(host, "TIME-1");
  const { page, goto, context } = await visit(browser, host, { timezoneId: "Asia/Tokyo", locale: "en-GB" });
  await goto("/admin/events");
  const time = page.locator(`#rows tr[data-key="${id}"] time`);
  const at = new Date((await time.getAttribute("datetime")) ?? "");
  const utc = at.toISOString();
  expect(await time.getAttribute("title")).toBe(`${utc.slice(0, 10)} ${utc.slice(11, 19)} UTC`);
  const tokyo = new Intl.DateTimeFormat("en", { timeStyle: "medium", timeZone: "Asia/Tokyo" });
  expect(await time.textContent()).toContain(tokyo.format(at));
  await context.close();
});

/** Notes for each letter typed how long it took until a frame was drawn after it. */
async function watchTyping(page: Page): Promise<void> {
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { typingTimes: times });
    document.addEventListener("keydown", ({ timeStamp }) => {
      requestAnimationFrame(() => times.push(performance.now() - timeStamp));
    });
  });
}

test(
  "50 events a second for a minute: the list stays short, and typing is answered at once",
  { timeout: FLOOD_MS * 3 },
  async () => {
    const { page, goto, complaints, context } = await visit(browser, host);
    await goto("/admin/deliveries");
    await isLive(page);
    await watchTyping(page);
    const search = page.getByRole("searchbox", { name: "Search" });
    const rowCounts: number[] = [];
    const sent: Promise<string>[] = [];
    const startedAt = performance.now();
    const flood = setInterval(() => {
      const due = Math.floor(((performance.now() - startedAt) / 1_000) * EVENTS_A_SECOND);
      while (sent.length < due) sent.push(fire(host, `FLOOD-${sent.length}`));
    }, 20);
    try {
      while (performance.now() - startedAt < FLOOD_MS) {
        await search.pressSequentially("DEMO-1", { delay: 80 });
        rowCounts.push(await page.locator("#rows tr").count());
        await search.fill("");
      }
    } finally {
      clearInterval(flood);
    }
    await Promise.all(sent);
    expect(sent.length).toBeGreaterThan((EVENTS_A_SECOND * FLOOD_MS * 0.95) / 1_000);
    expect(Math.max(...rowCounts)).toBeLessThanOrEqual(MAX_ROWS);

    const times = await page.evaluate<readonly number[]>("typingTimes");
    expect(times.length).toBeGreaterThan(50);
    const p95 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)];
    expect(p95).toBeLessThan(TYPING_WITHIN_MS);

    // It kept up: what came last is there.
    const last = await fire(host, "LAST-1");
    const newest = await waitFor(async () => {
      const { body } = await host.call("GET", `/api/v1/deliveries?q=${last}`);
      const [delivery] = (body as { items: { id: string }[] }).items;
      if (delivery === undefined) throw new Error("not made yet");
      return delivery.id;
    });
    await page.locator(`#rows tr[data-key="${newest}"]`).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  },
);

test("on PostgreSQL a page of one process shows what another one took and delivered", async () => {
  const postgres = await startPostgres();
  const env = environmentOfSeveral(await postgres.newUrl());
  const shown = await startTestHost({ ...env, CALLBOARD_ROLE: "api" });
  const other = await startTestHost(env);
  try {
    await other.call("POST", "/api/v1/sites/jira/addons", { descriptorUrl: addon.descriptorUrl });
    const { page, goto, complaints, context } = await visit(browser, shown);
    await goto("/admin/events");
    await isLive(page);
    const id = await fire(other, "OTHER-1");
    const row = page.locator(`#rows tr[data-key="${id}"]`);
    await row.getByText("1 delivered").waitFor();
    await goto("/admin/deliveries");
    await page.locator("#rows").getByText("delivered").first().waitFor();
    await goto("/admin");
    await page.locator("#latest").getByText("1 delivered").waitFor();

    // Without its database an open page says that it stands still, and a new one what to do.
    await goto("/admin/events");
    await isLive(page);
    await postgres.halt();
    await page.getByText(/^not updated: error 5\d\d, request id /).waitFor();
    await row.waitFor();
    await page.reload();
    await page.getByRole("link", { name: "Try again" }).waitFor();
    await page.getByText(/^Request ID [0-9a-f-]{36}$/).waitFor();
    await postgres.resume();
    await page.getByRole("link", { name: "Try again" }).click();
    await row.waitFor();
    await isLive(page);
    expect(complaints).toEqual([]);
    await context.close();
  } finally {
    await other.stop();
    await shown.stop();
    await postgres.stop();
  }
});
