/** Every page and state, light and dark, wide and narrow: axe finds nothing, and no page scrolls sideways. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser } from "playwright-core";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { waitFor } from "../support/wait-for.ts";
import { startReceiver } from "../support/http-receiver.ts";
import type { Receiver } from "../support/http-receiver.ts";
import { startAddon } from "./support/addon.ts";
import type { TestAddon } from "./support/addon.ts";
import { expectDarkToBeColors, problemsInLooks } from "./support/axe.ts";
import type { Look } from "./support/axe.ts";
import { openBrowser, visit } from "./support/browser.ts";
import type { Visitor } from "./support/browser.ts";

let browser: Browser;
let empty: TestHost;
let full: TestHost;
let addon: TestAddon;
let echo: Receiver;
let delivery: string;
let retrying: string;
let event: string;
beforeAll(async () => {
  [browser, empty, full, addon, echo] = await Promise.all([
    openBrowser(),
    startTestHost(),
    startTestHost({ CALLBOARD_RETRY_SCHEDULE: "1h" }),
    startAddon(),
    startReceiver(({ body }, response) => void response.end(body)),
  ]);
  await full.call("POST", "/api/v1/sites/jira/addons", { descriptorUrl: addon.descriptorUrl });
  await full.call("POST", "/api/v1/sites/jira/addons", {
    descriptorUrl: "http://files:3000/a-longish-path/of-an-add-on/atlassian-connect.json",
  });
  await full.call("POST", "/api/v1/directory", { descriptorUrl: addon.descriptorUrl });
  addon.descriptor["version"] = "1.1.0";
  await full.call("POST", "/api/v1/directory/com.example.addon/refresh");
  await full.call("POST", "/api/v1/sites/backlog/webhooks", { name: "Slack bridge", url: addon.url });
  const events = Object.fromEntries(
    Array.from({ length: 120 }, (_, index) => [
      `crane.stopped_at_a_berth_with_a_long_name_${index}`,
      { description: "A crane has stopped", group: `Cranes ${index % 3}`, sample: { crane: index } },
    ]),
  );
  await full.call("PUT", "/api/v1/products/harbor", {
    product: "harbor",
    name: "Harbor",
    description: "Port operations",
    schemaPolicy: "refuse",
    scopes: { READ: { description: "Read cranes and berths, and whatever else there is in the port" } },
    events: {
      "crane.stopped-by-hand-or-by-itself": {
        description: "A crane has stopped",
        status: "deprecated",
        replacedBy: "crane.halted-for-whatever-reason",
      },
      "crane.halted-for-whatever-reason": { description: "A crane was halted" },
      ...events,
    },
  });
  await full.call("POST", "/api/v1/sites", { key: "quay", product: "harbor", name: "Quay" });
  await full.call("POST", "/api/v1/sites/quay/webhooks", {
    name: "Board",
    url: addon.url,
    events: ["crane.stopped-by-hand-or-by-itself"],
  });
  for (const product of ["harbor", "jira", "backlog"])
    await full.call("PUT", `/api/v1/products/${product}/catalogue`, { public: true });
  const fire = async () => {
    const sample = await full.call("GET", "/api/v1/catalogue/jira/jira:issue_created");
    const accepted = await full.call("POST", "/api/v1/sites/jira/events", {
      event: "jira:issue_created",
      payload: (sample.body as { sample: object }).sample,
    });
    const { id, deliveries } = accepted.body as { id: string; deliveries: { id: string }[] };
    event = id;
    const [made] = deliveries;
    await waitFor(async () => {
      const shown = await full.call("GET", `/api/v1/deliveries/${made?.id ?? ""}`);
      expect((shown.body as { attempts: unknown[] }).attempts).toHaveLength(1);
    });
    return made?.id ?? "";
  };
  delivery = await fire();
  addon.webhook = { status: 503, body: "<html>down</html>" };
  retrying = await fire();
});
afterAll(async () => {
  await browser.close();
  await Promise.all([empty.stop(), full.stop(), addon.close(), echo.close()]);
});

const EMPTY = [
  "/admin",
  "/admin/start",
  "/admin/search",
  "/admin/addons",
  "/admin/directory",
  "/admin/directory?q=nothing",
  "/admin/webhooks/backlog",
  "/admin/webhooks/tracker",
  "/admin/deliveries",
  "/admin/deliveries?event=nothing",
  "/admin/deliveries?q=nothing",
  "/admin/endpoints",
  "/admin/endpoints?q=nothing",
  "/admin/events",
  "/admin/audit",
];
const FULL = () => [
  "/admin",
  "/admin/addons",
  "/admin/endpoints",
  "/admin/addons/jira/com.example.addon",
  "/admin/addons/jira/com.example.addon?tab=lifecycle",
  "/admin/addons/jira/com.example.addon?tab=deliveries",
  "/admin/addons/jira/com.example.addon?tab=descriptor",
  "/admin/addons/jira/com.example.addon/upgrade",
  "/admin/addons/jira/com.example.addon/uninstall",
  "/admin/addons/jira/com.example.addon/rotate",
  "/admin/directory",
  "/admin/directory?q=nothing",
  "/admin/directory/addon/com.example.addon",
  "/admin/directory/addon/com.example.addon/remove",
  "/admin/webhooks/backlog",
  "/admin/webhooks/backlog/1",
  "/admin/webhooks/backlog/1/delete",
  "/admin/webhooks/tracker",
  "/admin/webhooks/quay",
  "/admin/webhooks/quay/2",
  "/admin/webhooks/jira/new",
  "/admin/webhooks/projectrak/new",
  "/admin/webhooks/callboard",
  "/admin/webhooks/callboard/new",
  "/admin/settings/sites/callboard",
  "/admin/deliveries",
  `/admin/deliveries/${delivery}`,
  `/admin/deliveries/${retrying}`,
  "/admin/deliveries?q=nowhere",
  "/admin/start",
  "/admin/search?q=a",
  "/admin?site=jira",
  "/admin/deliveries/redeliver",
  "/admin/events",
  "/admin/events?event=nothing",
  `/admin/events/${event}`,
  "/admin/catalogue?product=backlog",
  "/admin/catalogue/jira/jira%3Aissue_created",
  "/admin/catalogue?product=harbor",
  "/admin/catalogue/harbor/crane.stopped-by-hand-or-by-itself",
  "/admin/settings",
  "/admin/settings/sites/confluence",
  "/admin/settings/sites/confluence/remove",
  "/admin/settings/products",
  "/admin/settings/products/new",
  "/admin/settings/products/product/jira",
  "/admin/settings/products/product/harbor",
  "/admin/settings/deliveries",
  "/admin/settings/tokens",
  "/admin/settings/keys",
  "/admin/audit",
  "/admin/nowhere",
  "/admin/catalogue?product=harbor",
  "/admin/settings/products/product/harbor",
  "/admin/settings/products/product/harbor?edit",
  "/admin/settings/products/product/harbor?q=nothing",
  "/admin/webhooks/quay/new",
  "/catalogue/harbor",
  "/catalogue/jira?q=nothing",
  "/catalogue/jira/jira%3Aissue_created",
  "/catalogue/backlog/issue_created",
  "/catalogue/nowhere",
  "/api/docs",
  "/api/docs/outgoing-webhooks",
  "/api/docs/errors",
];

const WIDE = { viewport: { width: 1280, height: 900 } };
const LOOKS: readonly Look[] = [
  { colorScheme: "light", width: 1280 },
  { colorScheme: "dark", width: 1280 },
  { colorScheme: "light", width: 320 },
];

async function expectNothing({ goto, page }: Visitor, path: string): Promise<void> {
  await goto(path);
  expect(await problemsInLooks(page, LOOKS), path).toEqual([]);
}

test("the dark look is the light one in other colors", expectDarkToBeColors);

test("every page with something on it", { timeout: 400_000 }, async () => {
  const visitor = await visit(browser, full, WIDE);
  for (const path of FULL()) await expectNothing(visitor, path);
  expect(visitor.complaints).toEqual([]);
  await visitor.context.close();
});

test("every page with nothing on it", { timeout: 200_000 }, async () => {
  const visitor = await visit(browser, empty, WIDE);
  for (const path of EMPTY) await expectNothing(visitor, path);
  expect(visitor.complaints).toEqual([]);
  await visitor.context.close();
});

test("a list whose rows are on their way says so in words of its own", async () => {
  const { page, goto, context, complaints } = await visit(browser, full, WIDE);
  for (const [path, words] of [
    ["/admin/deliveries", "Loading deliveries…"],
    ["/admin/events", "Loading events…"],
  ] as const) {
    await goto(path);
    // Nothing ever comes of this request, so the page stays in the state of waiting for it.
    await page.route(
      (url) => url.pathname === path && url.search !== "",
      (route) => route.fulfill({ status: 204 }),
    );
    await page.getByRole("button", { name: "Filter", exact: true }).click({ noWaitAfter: true });
    await page.locator("#status", { hasText: words }).waitFor({ state: "attached" });
    expect(await page.locator("[data-list][aria-busy='true']").count()).toBeGreaterThan(0);
    expect(await problemsInLooks(page, LOOKS), path).toEqual([]);
    await page.unrouteAll();
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    await page.waitForURL(/\?/);
    expect(await page.locator("[aria-busy='true']").count()).toBe(0);
  }
  expect(complaints).toEqual([]);
  await context.close();
});

test("what a token of one site that may only read is shown, and refused", { timeout: 200_000 }, async () => {
  const made = await full.call("POST", "/api/v1/tokens", { name: "reader", scopes: ["read"], site: "jira" });
  const { token } = made.body as { token: string };
  const visitor = await visit(browser, full, WIDE, token);
  for (const path of ["/admin", "/admin/addons", "/admin/webhooks/jira", "/admin/deliveries"]) {
    await expectNothing(visitor, path);
    expect(await visitor.page.getByRole("link", { name: "Settings" }).count()).toBe(0);
  }
  await expectNothing(visitor, "/admin/settings");
  await visitor.page.getByText("403 · SCOPE").waitFor();
  await visitor.context.close();
});

/** The steps are taken at both widths, and what they lead to is looked at in each look of the width. */
describe.each([1280, 320])("%i pixels wide", (width) => {
  const looks = LOOKS.filter((look) => look.width === width);

  test("forms that were refused, results, and what is shown once", { timeout: 300_000 }, async () => {
    const { page, goto, context } = await visit(browser, full, { viewport: { width, height: 900 } });
    const look = async () => {
      expect(await problemsInLooks(page, looks), page.url()).toEqual([]);
    };
    await goto("/admin/webhooks/backlog/new");
    await page.getByRole("button", { name: "Add Webhook" }).click();
    await page.getByRole("alert").waitFor();
    await look();
    await goto("/admin/webhooks/backlog/1");
    await page.getByRole("button", { name: "Execute" }).click();
    await page.locator("#result").waitFor();
    await look();
    await goto("/admin/webhooks/quay/new");
    await page.getByLabel("Search event types").fill("name_11");
    await page.getByRole("button", { name: "Find", exact: true }).click();
    await page.getByText("event types match").waitFor();
    await look();
    await goto("/catalogue/jira/jira%3Aissue_created");
    await page.getByLabel("URL", { exact: true }).fill(`${addon.url}/nothing`);
    await page.getByRole("button", { name: "Check URL" }).click();
    await page.getByRole("alert").waitFor();
    await look();
    await page.getByLabel("URL", { exact: true }).fill(`${echo.url}/hook`);
    await page.getByRole("button", { name: "Check URL" }).click();
    await page.locator("#secret").waitFor();
    await look();
    await page.getByRole("button", { name: "Send sample" }).click();
    await page.locator("#result").waitFor();
    await look();
    await goto("/admin/addons");
    await page.getByLabel("URL of the descriptor").fill(`${addon.url}/nothing`);
    await page.getByRole("button", { name: "Install", exact: true }).click();
    await page.getByRole("alert").waitFor();
    await look();
    await page.getByLabel("URL of the descriptor").fill(addon.descriptorUrl);
    await page.getByLabel("Site", { exact: true }).selectOption("confluence");
    await page.getByRole("button", { name: "Validate only" }).click();
    await page.getByText("it is not installed there").waitFor();
    await look();
    await goto("/admin/directory?site=quay");
    await page.getByRole("button", { name: "Install Example add-on on quay" }).click();
    await page.getByRole("button", { name: "Install and allow" }).waitFor();
    await look();
    await page.getByRole("button", { name: "Install and allow" }).click();
    await page.getByText("Granted scopes").waitFor();
    await look();
    await full.call("DELETE", "/api/v1/sites/quay/addons/com.example.addon");
    await goto("/admin/directory");
    await page.getByLabel("URL of the descriptor").fill(`${addon.url}/nothing`);
    await page.getByRole("button", { name: "Add to directory" }).click();
    await page.getByRole("alert").waitFor();
    await look();
    await goto("/admin/addons/jira/com.example.addon");
    await page.getByRole("button", { name: "Show the secret once" }).click();
    await page.locator("#secret").waitFor();
    await look();
    await goto("/admin/addons/jira/com.example.addon?tab=lifecycle");
    for (const token of await page.getByText(/^Token: /).all()) await token.click();
    await look();
    await goto("/admin/settings/tokens");
    await page.getByLabel("Name").fill(`ci ${width}`);
    await page.getByLabel("read", { exact: true }).check();
    await page.getByRole("button", { name: "Create token" }).click();
    await page.locator("#made").waitFor();
    await look();
    await goto("/admin/catalogue/jira/jira%3Aissue_created");
    await page.getByLabel("Payload").fill("{nonsense");
    await page.getByRole("button", { name: "Trigger event" }).click();
    await page.getByRole("alert").waitFor();
    await look();
    await goto("/admin/webhooks/backlog/1");
    await page.getByLabel("Secret", { exact: true }).selectOption("new");
    await page.getByRole("button", { name: "Save", exact: true }).last().click();
    await page.locator("#made").waitFor();
    await look();
    await context.clearCookies();
    await page.getByRole("button", { name: "Save", exact: true }).last().click();
    await page.getByText("Your session has ended.").waitFor();
    await look();
    await page.getByLabel("API token").fill(full.token);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("heading", { name: "You are logged in again" }).waitFor();
    await look();
    await goto("/admin");
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByText("You are logged out.").waitFor();
    await look();
    await page.getByLabel("API token").fill("cb_wrong");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("alert").waitFor();
    await look();
    await context.close();
  });
});
