/** The web app in a real browser, in short. */
import { expect, test } from "vitest";
import { openBrowser, visit } from "./support/browser.ts";
import { startReceiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";

test("a person logs in with the link, executes an event at a URL, and sees an event come in", async () => {
  const [browser, host, receiver] = await Promise.all([openBrowser(), startTestHost(), startReceiver()]);
  try {
    const { page, goto, complaints } = await visit(browser, host);
    await page.getByRole("heading", { name: "Dashboard" }).waitFor();
    await goto("/admin/catalogue/backlog/issue_created");
    await page.getByLabel("To", { exact: true }).selectOption("backlog|url");
    await page.getByLabel("URL (single receiver only)").fill(`${receiver.url}/anywhere`);
    await page.getByRole("button", { name: "Trigger event" }).click();
    await page.locator("#result").getByText("204").first().waitFor();
    expect(receiver.received.map(({ url }) => url)).toEqual(["/anywhere"]);
    await goto("/admin/events");
    await page.locator("#rows").getByText("issue_created").waitFor();
    await page.locator('[data-live-state][data-state="live"]').waitFor();
    await host.call("POST", "/api/v1/sites/jira/events", { event: "jira:issue_created", payload: {} });
    await page.locator("#rows").getByText("jira:issue_created").waitFor();
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
    await Promise.all([host.stop(), receiver.close()]);
  }
}, 60_000);
