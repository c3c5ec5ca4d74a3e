import { expect, test } from "vitest";
import { ensureOwnSite } from "../../src/host/registry/own-site.ts";
import { openDatabase } from "../../src/host/store/db/database.ts";
import { migrate } from "../../src/host/store/db/migrate.ts";
import { listSites } from "../../src/host/store/tables/sites.ts";
import { silentLogger } from "../../src/logger.ts";

import { newPostgresUrl } from "../support/databases.ts";
import { openRegistry, tester } from "../support/registry.ts";
import { startSampleAddon } from "../support/sample-addon.ts";

const KEY = "org.example.bell";

test("an add-on's whole life is the same on PostgreSQL", async () => {
  const host = await openRegistry({}, await newPostgresUrl());
  const addon = await startSampleAddon({ findPublicKey: host.findPublicKey });
  const source = { kind: "url", url: addon.descriptorUrl } as const;

  const installed = await host.registry.install("jira", source, { by: tester });
  addon.describe({ modules: { webhooks: [{ event: "jira:issue_updated", url: "/u", params: { a: "b" } }] } });
  const upgraded = await host.registry.upgrade("jira", KEY, { by: tester });
  const rotated = await host.registry.rotateSecret("jira", KEY, tester);
  await host.registry.disable("jira", KEY, tester);
  await host.registry.uninstall("jira", KEY, tester);
  const again = await host.registry.install("jira", source, { by: tester });

  expect([installed, upgraded, again].map(({ plan }) => plan.kind)).toEqual([
    "install",
    "upgrade",
    "reinstall",
  ]);
  expect(upgraded.plan.diff).toMatchObject({ added: [{ event: "jira:issue_updated" }], removed: [{}] });
  expect(rotated.calls).toMatchObject([{ event: "installed", outcome: "accepted" }]);
  expect(again.addon).toMatchObject({ state: "enabled", webhooks: [{ url: "/u", params: { a: "b" } }] });
  expect(addon.callbacks.map(({ event, signature }) => `${event} ${signature}`)).toEqual([
    "installed RS256",
    "enabled HS256",
    "installed RS256",
    "enabled HS256",
    "installed RS256",
    "disabled HS256",
    "uninstalled RS256",
    "installed RS256",
    "enabled HS256",
  ]);
  await addon.close();
  await host.close();
});

test("processes that start at once on an empty database have one site for Callboard's own events", async () => {
  const url = await newPostgresUrl();
  const [one, other] = [await openDatabase(url), await openDatabase(url)];
  await migrate(one);
  const context = { now: Date.now, logger: silentLogger };
  // The other process commits just before this one looks for the key.
  const late: typeof one.write = (work) =>
    one.write(async (tx) => {
      let statements = 0;
      const query: typeof tx.query = async (sql, bind) => {
        const rows = await tx.query<never>(sql, bind);
        statements += 1;
        if (statements === 2) await ensureOwnSite(other, context);
        return rows;
      };
      return work({ ...tx, query });
    });

  await ensureOwnSite({ read: one.read, write: late }, context);

  expect((await listSites(one.read)).map(({ key }) => key)).toEqual(["callboard"]);
  await one.close();
  await other.close();
});
