import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { loadSite } from "../../../../src/host/store/tables/sites.ts";
import { openRegistry, tester } from "../../../support/registry.ts";
import type { TestRegistry } from "../../../support/registry.ts";
import { startSampleAddon } from "../../../support/sample-addon.ts";
import { waitFor } from "../../../support/wait-for.ts";

const KEY = "org.example.bell";

let host: TestRegistry;

beforeEach(async () => {
  host = await openRegistry();
});
afterEach(() => host.close());

describe("a site's key is refused when it is", () => {
  test.each(["", "Jira", "1jira", "a_b", "a".repeat(33), "admin", "api", "keys", "schema", "metrics"])(
    "%j",
    async (key) => {
      await expect(
        host.registry.createSite({ key, product: "jira", name: "x" }, tester),
      ).rejects.toMatchObject({
        code: "BODY_SCHEMA",
        errors: [{ pointer: "/key" }],
      });
    },
  );

  test("taken", async () => {
    await expect(
      host.registry.createSite({ key: "jira", product: "jira", name: "x" }, tester),
    ).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });
});

test.each(["ftp://x.example.org", "https://u:p@x.example.org", "https://x.example.org?a", "x"])(
  "a site's baseUrl cannot be %s",
  async (baseUrl) => {
    await expect(
      host.registry.createSite({ key: "more", product: "jira", name: "More", baseUrl }, tester),
    ).rejects.toMatchObject({ code: "URL_INVALID" });
  },
);

test("a new baseUrl waits for a rotation under way, so that the add-on ends with the secret that is kept", async () => {
  const addon = await startSampleAddon({ findPublicKey: host.findPublicKey });
  await host.registry.install("jira", { kind: "url", url: addon.descriptorUrl }, { by: tester });
  let changing: Promise<unknown> | undefined;
  addon.before("installed", async () => {
    if (changing !== undefined) return;
    changing = host.registry.changeSite("jira", { baseUrl: "https://jira.example.org" }, tester);
    const { read } = host.context.database;
    await waitFor(async () =>
      expect((await loadSite(read, "jira")).baseUrl).toBe("https://jira.example.org"),
    );
  });

  await host.registry.rotateSecret("jira", KEY, tester);
  await changing;

  const { no } = await loadSite(host.context.database.read, "jira");
  expect(addon.callbacks.filter(({ event }) => event === "installed")).toHaveLength(3);
  expect((await host.registry.acceptedSecrets(no, KEY))[0]).toBe(addon.secret());
  await addon.close();
});

test("a new baseUrl is told to every installed add-on, with the secret it has", async () => {
  const addon = await startSampleAddon({ findPublicKey: host.findPublicKey });
  await host.registry.install("jira", { kind: "url", url: addon.descriptorUrl }, { by: tester });
  const secret = addon.secret();
  addon.callbacks.length = 0;

  const site = await host.registry.changeSite("jira", { baseUrl: "https://jira.example.org/" }, tester);

  expect(site.baseUrl).toBe("https://jira.example.org");
  expect(
    addon.callbacks.map(({ event, payload }) => [event, payload["baseUrl"], payload["sharedSecret"]]),
  ).toEqual([["installed", "https://jira.example.org", secret]]);
  await addon.close();
});

test("a site that is removed uninstalls its add-ons first", async () => {
  const addon = await startSampleAddon({ findPublicKey: host.findPublicKey });
  await host.registry.install("jira", { kind: "url", url: addon.descriptorUrl }, { by: tester });

  await host.registry.removeSite("jira", tester);

  expect(addon.callbacks.at(-1)).toMatchObject({ event: "uninstalled", signature: "RS256" });
  await expect(host.registry.listAddons("jira")).rejects.toMatchObject({ code: "SITE_NOT_FOUND" });
  await addon.close();
});
