import { afterEach, expect, test } from "vitest";
import { ANNOUNCES_NOTHING } from "../../../../src/host/store/tables/announcement.ts";
import { createExpiry } from "../../../../src/host/registry/dynamic/expiry.ts";
import {
  insertSubscriptions,
  listAddonSubscriptions,
} from "../../../../src/host/store/tables/subscriptions.ts";
import { loadSite } from "../../../../src/host/store/tables/sites.ts";
import { openRegistry } from "../../../support/registry.ts";
import type { TestRegistry } from "../../../support/registry.ts";
import { builtInCatalogue } from "../../../../src/catalogue/index.ts";

const DAY_MS = 86_400_000;

let opened: TestRegistry;
afterEach(() => opened.close());

/** One dynamic webhook that expires at 30 days; what was logged, and a clock that a test sets. */
async function withWebhook() {
  opened = await openRegistry();
  const { database, seal } = opened.context;
  const { no: siteNo } = await loadSite(database.read, "jira");
  await database.write((tx) =>
    insertSubscriptions(tx, [
      {
        siteNo,
        source: "dynamic",
        receiver: { kind: "addon", addonKey: "one" },
        event: "jira:issue_created",
        url: "https://one.example.org/hook",
        params: {},
        filter: undefined,
        bodyFilter: undefined,
        propertyKeys: undefined,
        excludeBody: false,
        endpointNo: 1,
        position: 0,
        dynamic: { kind: "webhook", jqlFilter: "" },
        expiresAt: 30 * DAY_MS,
      },
    ]),
  );
  const clock = { now: 0 };
  const logged: string[] = [];
  const note = (name: string) => void logged.push(name);
  const expiry = createExpiry({
    catalogue: builtInCatalogue,
    announcer: ANNOUNCES_NOTHING,
    database,
    seal,
    logger: { debug: note, info: note, warn: note, error: note },
    now: () => clock.now,
    checkUrl: (url) => new URL(url),
    readWebhooks: () => Promise.resolve([]),
    countFilterCharacters: () => undefined,
    changed: () => Promise.resolve(),
  });
  const look = async (days: number) => {
    clock.now = days * DAY_MS;
    logged.length = 0;
    await expiry.look();
    return logged;
  };
  const standing = async () => (await listAddonSubscriptions(database.read, siteNo, "one")).length;
  return { look, standing };
}

test("a dynamic webhook is warned of a week and a day before it expires, once each", async () => {
  const { look } = await withWebhook();
  expect(await look(1)).toEqual([]);
  expect(await look(23.5)).toEqual(["dynamic-webhooks.expiring"]);
  expect(await look(24)).toEqual([]);
  expect(await look(29.5)).toEqual(["dynamic-webhooks.expiring"]);
});

test("a dynamic webhook is removed when its time is over", async () => {
  const { look, standing } = await withWebhook();
  await look(29.9);
  expect(await standing()).toBe(1);
  expect(await look(30)).toEqual(["dynamic-webhooks.expired"]);
  expect(await standing()).toBe(0);
});
