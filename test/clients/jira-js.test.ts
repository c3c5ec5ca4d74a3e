/** Dynamic webhooks and modules, driven by jira.js with Connect tokens. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCallingAddon } from "../support/calling-addon.ts";
import type { CallingAddon } from "../support/calling-addon.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { waitFor } from "../support/wait-for.ts";

const { Version2Client, Version3Client } = createRequire(join(import.meta.dirname, "jira-js/package.json"))(
  "jira.js",
);

let host: TestHost;
let addon: CallingAddon;
beforeAll(async () => {
  host = await startTestHost();
  addon = await startCallingAddon(host, "jira", "org.example.jira-js");
});
afterAll(async () => {
  await addon.stop();
  await host.stop();
});

const createClient = (Client: typeof Version3Client, secret = addon.secret) =>
  new Client({
    host: addon.siteUrl,
    newErrorHandling: true,
    authentication: { jwt: { issuer: addon.key, secret } },
  });

test.each([
  ["2", Version2Client],
  ["3", Version3Client],
])("version %s of the client registers, lists, refreshes and removes webhooks", async (_version, Client) => {
  const { webhooks } = createClient(Client);
  const { webhookRegistrationResult: results } = await webhooks.registerDynamicWebhooks({
    url: `${addon.baseUrl}/dynamic`,
    webhooks: [
      { events: ["jira:issue_created"], jqlFilter: "project = DEMO AND issuetype != Epic" },
      { events: ["jira:issue_created"], jqlFilter: "project ~" },
    ],
  });
  expect(results).toMatchObject([
    { createdWebhookId: expect.any(Number) },
    { errors: [expect.any(String)] },
  ]);
  const { createdWebhookId } = results[0];

  const page = await webhooks.getDynamicWebhooksForApp({ startAt: 0, maxResults: 50 });
  expect(page).toMatchObject({ total: 1, isLast: true });
  expect(page.values).toMatchObject([
    {
      id: createdWebhookId,
      jqlFilter: "project = DEMO AND issuetype != Epic",
      events: ["jira:issue_created"],
      expirationDate: expect.any(Number),
    },
  ]);
  const { expirationDate } = await webhooks.refreshWebhooks({ webhookIds: [createdWebhookId] });
  expect(expirationDate).toBeGreaterThanOrEqual(page.values[0].expirationDate);
  expect(await webhooks.getFailedWebhooks({ maxResults: 10 })).toMatchObject({ values: [] });
  await webhooks.deleteWebhookById({ webhookIds: [createdWebhookId] });
  expect((await webhooks.getDynamicWebhooksForApp()).total).toBe(0);
});

test("modules that the client registers are sent their events", async () => {
  const { dynamicModules } = createClient(Version3Client);
  const module = { key: "from-jira-js", event: "jira:issue_deleted", url: "/deleted" };
  await dynamicModules.registerModules({ modules: [{ webhooks: [module] }] });
  expect((await dynamicModules.getModules()).modules).toEqual([module]);
  await host.call("POST", "/api/v1/sites/jira/events", { event: "jira:issue_deleted", payload: {} });
  await waitFor(() => expect(addon.webhooks.map(({ url }) => url)).toEqual(["/deleted"]));
  await dynamicModules.removeModules({ moduleKey: ["from-jira-js"] });
  expect((await dynamicModules.getModules()).modules).toEqual([]);
});

test("the client's properties come back as they were", async () => {
  const { appProperties } = createClient(Version3Client);
  const place = { addonKey: addon.key, propertyKey: "settings" };
  await appProperties.putAddonProperty({ ...place, property: { colours: ["red", "green"] } });
  expect((await appProperties.getAddonProperties({ addonKey: addon.key })).keys).toMatchObject([
    { key: "settings" },
  ]);
  expect((await appProperties.getAddonProperty(place)).value).toMatchObject({ colours: ["red", "green"] });
  await appProperties.deleteAddonProperty(place);
  await expect(appProperties.getAddonProperty(place)).rejects.toMatchObject({ status: 404 });
});

test("the client is told when its secret is another one", async () => {
  const { webhooks } = createClient(Version3Client, "another-secret-that-nobody-gave-out-0123456789");
  await expect(webhooks.getDynamicWebhooksForApp()).rejects.toMatchObject({ status: 401 });
});
