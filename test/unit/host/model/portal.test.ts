import { describe, expect, test } from "vitest";
import { describePortal, isPortalReceiver, isPortalSite } from "../../../../src/host/model/portal.ts";
import type { Portal } from "../../../../src/host/model/portal.ts";
import type { Receiver } from "../../../../src/host/model/endpoint.ts";
import type { SiteSnapshot } from "../../../../src/host/model/site-snapshot.ts";

const vendor: Portal = { kind: "vendor", addonKey: "bell" };
const tenant: Portal = { kind: "tenant", owner: "Harbor" };
const bell: Receiver = { kind: "addon", addonKey: "bell" };
const gong: Receiver = { kind: "addon", addonKey: "gong" };
const hook = (webhookNo: number): Receiver => ({ kind: "webhook", webhookNo });

function site(
  key: string,
  addons: Readonly<Record<string, string>>,
  owners: readonly (string | undefined)[],
): SiteSnapshot {
  return {
    site: { key },
    installations: new Map(
      Object.entries(addons).map(([addonKey, state]) => [
        addonKey,
        { addonKey, state, descriptor: { name: "A" } },
      ]),
    ),
    webhooks: new Map(owners.map((owner, index) => [index + 1, { no: index + 1, owner }])),
  } as unknown as SiteSnapshot;
}

const both = site("jira", { bell: "enabled", gong: "enabled" }, ["Harbor", "Quay", undefined]);

describe("the receivers of a portal", () => {
  test.each<[string, Portal, Receiver, boolean]>([
    ["a vendor's add-on", vendor, bell, true],
    ["another add-on", vendor, gong, false],
    ["a webhook, of a vendor", vendor, hook(1), false],
    ["a tenant's webhook", tenant, hook(1), true],
    ["another tenant's webhook", tenant, hook(2), false],
    ["a webhook without an owner", tenant, hook(3), false],
    ["a webhook that is gone", tenant, hook(4), false],
    ["an add-on, of a tenant", tenant, bell, false],
  ])("%s", (_what, portal, receiver, expected) => {
    expect(isPortalReceiver(portal, both, receiver)).toBe(expected);
  });
});

describe("the sites of a portal", () => {
  test.each<[string, Portal, string | undefined, SiteSnapshot, boolean]>([
    ["with the add-on", vendor, undefined, both, true],
    ["with the add-on, disabled", vendor, undefined, site("jira", { bell: "disabled" }, []), true],
    ["with the add-on, uninstalled", vendor, undefined, site("jira", { bell: "uninstalled" }, []), false],
    ["with another add-on", vendor, undefined, site("jira", { gong: "enabled" }, []), false],
    ["the named one", vendor, "jira", both, true],
    ["the named one, without the add-on", vendor, "jira", site("jira", {}, []), false],
    ["another than the named one", vendor, "board", both, false],
    ["with a webhook of the tenant", tenant, undefined, both, true],
    ["without one", tenant, undefined, site("jira", {}, ["Quay", undefined]), false],
    ["the named one, before the first webhook", tenant, "jira", site("jira", {}, []), true],
    ["another than the named one", tenant, "board", both, false],
  ])("%s", (_what, portal, siteKey, snapshot, expected) => {
    expect(isPortalSite({ portal, siteKey }, snapshot)).toBe(expected);
  });
});

test("a portal is described by what it is for", () => {
  expect([describePortal(vendor), describePortal(tenant)]).toEqual(["add-on bell", "owner Harbor"]);
});
