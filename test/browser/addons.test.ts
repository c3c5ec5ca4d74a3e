/** Installing add-ons in the browser: everything that can come of it, and everything that can be done with one. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser } from "playwright-core";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { startAddon } from "./support/addon.ts";
import type { TestAddon } from "./support/addon.ts";
import { openBrowser, visit } from "./support/browser.ts";
import type { Visitor } from "./support/browser.ts";

let browser: Browser;
let host: TestHost;
let addon: TestAddon;
let visitor: Visitor;
beforeAll(async () => {
  [browser, host, addon] = await Promise.all([openBrowser(), startTestHost(), startAddon()]);
  visitor = await visit(browser, host);
});
afterAll(async () => {
  await browser.close();
  await Promise.all([host.stop(), addon.close()]);
  expect(visitor.complaints).toEqual([]);
});

async function install(url: string, button = "Install"): Promise<void> {
  await visitor.goto("/admin/addons");
  await visitor.page.getByLabel("URL of the descriptor").fill(url);
  await visitor.page.getByLabel("Site").selectOption("jira");
  await visitor.page.getByRole("button", { name: button, exact: true }).click();
}

test("an add-on that cannot be reached is refused with a cause and a remedy", async () => {
  await install("http://127.0.0.1:4/atlassian-connect.json");
  const alert = visitor.page.getByRole("alert");
  await alert.getByText("What to try:").waitFor();
  expect(await visitor.page.getByLabel("URL of the descriptor").inputValue()).toContain("127.0.0.1:4");
  const refused = visitor.page.getByRole("region", { name: "Refused installs" });
  await refused.getByText("DESCRIPTOR_FETCH").waitFor();
});

test("a forbidden address is refused, and it is said how it would be allowed", async () => {
  await install("https://169.254.169.254/atlassian-connect.json");
  await visitor.page.getByRole("alert").getByText("CALLBOARD_ALLOW_NETWORKS").first().waitFor();
});

test("every problem of a descriptor is listed with where it is", async () => {
  const good = addon.descriptor;
  addon.descriptor = {
    ...good,
    key: "not a key",
    modules: { webhooks: [{ event: "x", url: "http://evil/" }] },
  };
  await install(addon.descriptorUrl);
  const alert = visitor.page.getByRole("alert");
  await alert.getByText("/key", { exact: true }).waitFor();
  await alert.getByText("/modules/webhooks/0/url", { exact: true }).waitFor();
  addon.descriptor = good;
});

test("an add-on that refuses the installed callback is not installed, and its own answer is shown", async () => {
  addon.installed = { status: 401, body: "no such <tenant>" };
  await install(addon.descriptorUrl);
  const alert = visitor.page.getByRole("alert");
  await alert.getByText("no such <tenant>").waitFor();
  await alert.getByText("401").first().waitFor();
  addon.installed = { status: 204, body: "" };
  expect((await host.call("GET", "/api/v1/sites/jira/addons")).body).toMatchObject({ items: [] });
});

test("validate only installs nothing and shows what an install would do", async () => {
  await install(addon.descriptorUrl, "Validate only");
  await visitor.page.getByText("it is not installed there").waitFor();
  await visitor.page.getByText("added").waitFor();
  expect((await host.call("GET", "/api/v1/sites/jira/addons")).body).toMatchObject({ items: [] });
});

test("installed, executed, disabled, enabled, upgraded with the diff, its secret shown once, uninstalled", async () => {
  const { page } = visitor;
  await install(addon.descriptorUrl);
  await page.getByText("The add-on is installed.").waitFor();
  await page.getByRole("heading", { name: "Example add-on" }).waitFor();

  await page.getByRole("link", { name: "Send test jira:issue_created" }).click();
  await page.getByRole("button", { name: "Trigger event" }).click();
  await page.getByText("The event was accepted.").waitFor();
  await page.locator("#deliveries").getByText("delivered").waitFor();
  expect(addon.received.at(-1)?.url).toBe("/issue-created");

  await visitor.goto("/admin/addons/jira/com.example.addon?tab=lifecycle");
  await page.getByText("Token: RS256").first().waitFor();
  await page.getByRole("button", { name: "Disable" }).click();
  await page.locator(".badge", { hasText: "disabled" }).waitFor();
  await page.getByRole("button", { name: "Enable" }).click();
  await page.getByText("The add-on is enabled.").waitFor();

  addon.descriptor = {
    ...addon.descriptor,
    version: "2.0.0",
    modules: {
      webhooks: [
        { event: "jira:issue_updated", url: "/updated" },
        { event: "issue_made", url: "/made" },
      ],
    },
  };
  await page.getByRole("link", { name: "Upgrade or re-install…" }).click();
  await page.getByText("1.0.0 → 2.0.0").waitFor();
  await page.getByText("added").first().waitFor();
  await page.getByText("removed").waitFor();
  await page.getByRole("button", { name: "Upgrade" }).click();
  await page.getByText("The add-on was upgraded.").waitFor();

  await page.getByText("never fires").waitFor();
  await page.getByRole("button", { name: "Send test issue_made" }).click();
  await page.getByText("The event was accepted.").waitFor();
  await page.locator("#deliveries").getByText("delivered").waitFor();
  expect(addon.received.at(-1)?.url).toBe("/made");
  await visitor.goto("/admin/addons/jira/com.example.addon");

  const secretBefore = await page.locator("#secret").count();
  expect(secretBefore).toBe(0);
  await page.getByRole("button", { name: "Show the secret once" }).click();
  const secret = (await page.locator("#secret").textContent()) ?? "";
  expect(secret.length).toBeGreaterThan(30);
  await page.getByRole("link", { name: "Lifecycle" }).click();
  expect(await page.content()).not.toContain(secret);
  await visitor.goto("/admin/audit");
  await page.getByText("secret.revealed").waitFor();
  expect(await page.content()).not.toContain(secret);

  await visitor.goto("/admin/addons/jira/com.example.addon");
  await page.getByRole("link", { name: "Rotate secret…" }).click();
  await page.getByRole("button", { name: "Rotate the secret" }).click();
  await page.getByText("The add-on took a new secret.").waitFor();
  await page.getByRole("link", { name: "Uninstall…" }).click();
  await page.getByRole("button", { name: "Uninstall" }).click();
  await page.getByText("No add-ons yet").waitFor();
});
