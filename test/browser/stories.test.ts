/** What a project administrator does with outgoing webhooks, step by step as the products' own pages describe it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser } from "playwright-core";
import { answerStatus, startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { waitFor } from "../support/wait-for.ts";
import { openBrowser, visit } from "./support/browser.ts";
import type { Visitor } from "./support/browser.ts";

let browser: Browser;
let host: TestHost;
let receiver: Receiver;
beforeAll(async () => {
  [browser, host, receiver] = await Promise.all([openBrowser(), startTestHost(), startReceiver()]);
});
afterAll(async () => {
  await browser.close();
  await Promise.all([host.stop(), receiver.close()]);
});

const withScript = [
  ["with script", true],
  ["without script", false],
] as const;

describe.each(withScript)("Backlog's webhook page, %s", (label, javaScriptEnabled) => {
  let visitor: Visitor;
  const name = `Slack bridge ${label}`;
  beforeAll(async () => {
    visitor = await visit(browser, host, { javaScriptEnabled });
  });
  afterAll(async () => {
    await visitor.context.close();
    expect(visitor.complaints).toEqual([]);
  });

  test("a webhook is tried before it is saved, added, edited, and deleted inside Edit", async () => {
    const { page, goto } = visitor;
    receiver.received.length = 0;
    await goto("/admin/webhooks/backlog");
    await page.getByRole("link", { name: "Add Webhook" }).first().click();
    await page.getByLabel("Webhook name").fill(name);
    await page.getByLabel("URL", { exact: true }).fill(`${receiver.url}/backlog`);
    await page.getByLabel("Issue added").check();
    await page.getByLabel("Comment added", { exact: true }).check();

    await page.getByLabel("Event", { exact: true }).selectOption("Issue updated");
    await page.getByRole("button", { name: "Execute" }).click();
    await page.locator("#result").getByText("204").first().waitFor();
    const [sent] = receiver.received;
    expect(sent?.url).toBe("/backlog");
    expect(JSON.parse(sent?.body.toString() ?? "")).toMatchObject({ type: 2 });
    expect(await page.getByLabel("Webhook name").inputValue()).toBe(name);

    await page.getByRole("button", { name: "Add Webhook" }).click();
    await page.getByText("The webhook was added.").waitFor();
    const row = page.getByRole("row").filter({ hasText: name });
    await row.getByText("2 events").waitFor();

    await row.getByRole("link", { name: `Edit ${name}` }).click();
    await page.getByRole("button", { name: "Execute" }).click();
    await page.locator("#result").getByText("204").first().waitFor();
    await page.getByLabel("Webhook name").fill(`${name} edited`);
    await page.getByRole("button", { name: "Save", exact: true }).last().click();
    await page.getByText("The webhook was saved.").waitFor();

    const log = page
      .locator("#sent")
      .getByRole("row")
      .filter({ hasText: `${name} edited` });
    await log.getByText("test").waitFor();
    await log.getByRole("link", { name: /^Show all/ }).click();
    await page.getByRole("heading", { name: "Body sent" }).waitFor();
    expect(await page.locator("#body").textContent()).toContain('"type"');

    await goto("/admin/webhooks/backlog");
    await page.getByRole("link", { name: `Edit ${name} edited` }).click();
    await page.getByRole("link", { name: "Delete" }).click();
    await page.getByText("Past deliveries are kept.").waitFor();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByText("The webhook was deleted.").waitFor();
    expect(await page.getByRole("row").filter({ hasText: name }).count()).toBe(0);
  });
});

test("Projectrak: only https is taken, and the list tells the last execution and its status", async () => {
  const { page, goto, context, complaints } = await visit(browser, host);
  await goto("/admin/webhooks/projectrak");
  await page.getByRole("link", { name: "Create webhook" }).first().click();
  await page.getByLabel("Webhook name").fill("Budget sync");
  await page.getByLabel("URL", { exact: true }).fill(`${receiver.url}/budget`);
  await page.getByRole("button", { name: "Create webhook" }).click();
  const url = page.getByLabel("URL", { exact: true });
  await page.locator("#url-error").getByText("https://").waitFor();
  expect(await url.getAttribute("aria-invalid")).toBe("true");
  expect(await page.getByLabel("Webhook name").inputValue()).toBe("Budget sync");

  // Nothing speaks TLS there, so the execution fails.
  await url.fill(`${receiver.url.replace("http:", "https:")}/budget`);
  await page.getByRole("button", { name: "Create webhook" }).click();
  const row = page.locator("#webhooks").getByRole("row").filter({ hasText: "Budget sync" });
  await row.getByText("not sent yet").waitFor();
  await row.getByRole("link", { name: "Edit Budget sync" }).click();
  await page.getByRole("button", { name: "Send test" }).click();
  await page.locator("#result").getByText("✕").waitFor();
  await goto("/admin/webhooks/projectrak");
  await row.getByText("ERROR").waitFor();
  expect(await row.locator("time").count()).toBe(1);
  expect(complaints).toEqual([]);
  await context.close();
});

test("Tracker: a URL is pasted, v5 chosen, and activity arrives in its format", async () => {
  const { page, goto, context, complaints } = await visit(browser, host);
  await goto("/admin/webhooks/tracker");
  await page.getByLabel("Webhook URL").fill(`${receiver.url}/tracker`);
  await page.getByLabel("Format").selectOption("v5");
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByText("The webhook was added.").waitFor();
  await page.getByRole("row").filter({ hasText: "/tracker" }).getByText("all", { exact: true }).waitFor();

  receiver.received.length = 0;
  const sample = await host.call("GET", "/api/v1/catalogue/tracker/story_update_activity");
  await host.call("POST", "/api/v1/sites/tracker/events", {
    event: "story_update_activity",
    payload: (sample.body as { sample: object }).sample,
  });
  await waitFor(() => {
    expect(receiver.received.map(({ url }) => url)).toEqual(["/tracker"]);
  });
  // The page follows by itself.
  await page.locator("#webhooks .badge", { hasText: "OK" }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test("a webhook whose receiver fails shows ERROR, and OK again once it answers", async () => {
  const { page, goto, context } = await visit(browser, host);
  const failing = await startReceiver(answerStatus(500));
  const made = await host.call("POST", "/api/v1/sites/backlog/webhooks", { name: "Flaky", url: failing.url });
  const id = (made.body as { id: string }).id;
  await host.call("POST", `/api/v1/sites/backlog/webhooks/${id}/execute`, { event: "1" });
  await goto("/admin/webhooks/backlog");
  const row = page.locator("#webhooks").getByRole("row").filter({ hasText: "Flaky" });
  await row.getByText("ERROR 500").waitFor();
  failing.answer = answerStatus(201);
  await host.call("POST", `/api/v1/sites/backlog/webhooks/${id}/execute`, { event: "1" });
  await row.getByText("OK").waitFor();
  await context.close();
  await failing.close();
});
