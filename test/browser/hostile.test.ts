/** Everything that strangers write is shown as text and nothing of it runs: names, events, headers, bodies, URLs. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser } from "playwright-core";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { waitFor } from "../support/wait-for.ts";
import { startAddon } from "./support/addon.ts";
import type { TestAddon } from "./support/addon.ts";
import { openBrowser, visit } from "./support/browser.ts";
import type { Visitor } from "./support/browser.ts";

const ATTACK = `</script></textarea></title>"'><img src=x onerror="window.stolen=1"><svg onload=window.stolen=1>`;

let browser: Browser;
let host: TestHost;
let addon: TestAddon;
let visitor: Visitor;
beforeAll(async () => {
  [browser, host, addon] = await Promise.all([
    openBrowser(),
    startTestHost({ CALLBOARD_RETRY_SCHEDULE: "1h" }),
    startAddon({
      name: `Evil ${ATTACK}`,
      description: ATTACK,
      version: `1 ${ATTACK}`.slice(0, 100),
      vendor: { name: ATTACK, url: "https://example.com/" },
      modules: {
        webhooks: [
          { event: `evil ${ATTACK}`, url: "/a?q=%3Cimg%3E", params: { p: ATTACK } },
          { event: "jira:issue_created", url: "/b" },
        ],
      },
    }),
  ]);
  addon.webhook = { status: 500, body: ATTACK };
  await host.call("POST", "/api/v1/sites/jira/addons", { descriptorUrl: addon.descriptorUrl });
  await host.call("POST", "/api/v1/sites/backlog/webhooks", { name: ATTACK, url: `${addon.url}/?${ATTACK}` });
  await host.call("POST", "/api/v1/sites", { key: "evil", product: "jira", name: ATTACK });
  for (const event of [`evil ${ATTACK}`, "jira:issue_created"]) {
    await host.call("POST", "/api/v1/sites/jira/events", {
      event,
      project: ATTACK,
      user: ATTACK,
      payload: { [ATTACK]: { [ATTACK]: ATTACK }, issue: { key: ATTACK } },
    });
  }
  visitor = await visit(browser, host);
});
afterAll(async () => {
  await browser.close();
  await Promise.all([host.stop(), addon.close()]);
});

test("nothing runs on any page, and no policy was needed to stop it", async () => {
  const { page, goto, complaints } = visitor;
  await waitFor(async () => {
    const { body } = await host.call("GET", "/api/v1/deliveries?state=waiting");
    expect((body as { items: unknown[] }).items.length).toBeGreaterThan(0);
  });
  const idsAt = async (path: string) =>
    ((await host.call("GET", path)).body as { items: { id: string }[] }).items.map(({ id }) => id);
  const q = encodeURIComponent(ATTACK);
  const paths = [
    "/admin",
    "/admin/addons",
    "/admin/addons/jira/com.example.addon",
    "/admin/addons/jira/com.example.addon?tab=lifecycle",
    "/admin/addons/jira/com.example.addon?tab=deliveries",
    "/admin/addons/jira/com.example.addon?tab=descriptor",
    "/admin/addons/jira/com.example.addon/upgrade",
    "/admin/addons/jira/com.example.addon/uninstall",
    `/admin/addons?url=${q}&site=${q}`,
    "/admin/webhooks/backlog",
    "/admin/webhooks/backlog/1",
    "/admin/webhooks/backlog/1/delete",
    `/admin/webhooks/backlog/new?project=${q}`,
    "/admin/deliveries",
    `/admin/deliveries?q=${q}&event=${q}&range=1h&trail=${q}`,
    `/admin/deliveries?cursor=${q}`,
    `/admin/deliveries/redeliver?event=${q}`,
    ...(await idsAt("/api/v1/deliveries")).map((id) => `/admin/deliveries/${id}?part=${q}`),
    ...(await idsAt("/api/v1/sites/jira/events")).map((id) => `/admin/events/${id}`),
    `/admin/events?event=${q}`,
    `/admin/catalogue?q=${q}`,
    `/admin/catalogue/jira/${q}`,
    "/admin/catalogue/jira/jira%3Aissue_created",
    "/admin/settings",
    "/admin/settings/sites/evil",
    "/admin/settings/tokens",
    "/admin/audit",
    `/admin/${q}`,
    `/admin/login?to=${q}&notice=${q}`,
  ];
  for (const path of paths) {
    await goto(path);
    expect(await page.evaluate(() => "stolen" in window), path).toBe(false);
    expect(await page.locator("img, svg[onload], iframe, object").count(), path).toBe(0);
  }
  expect(complaints).toEqual([]);
});

test("what was attacked with is shown whole", async () => {
  const { page, goto } = visitor;
  await goto("/admin/addons");
  await page.getByRole("link", { name: `Evil ${ATTACK}` }).waitFor();
});
