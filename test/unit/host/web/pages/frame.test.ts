import { describe, expect, test } from "vitest";
import { listCrumbs, toSiteSwitch } from "../../../../../src/host/web/pages/frame.ts";
import type { Section } from "../../../../../src/host/web/pages/sections.ts";
import type { Site } from "../../../../../src/host/model/site.ts";

const at = (path: string) => ({ path, query: new URLSearchParams() });
const href = (path: string) => `/base${path}`;

const list = (section: Section | "elsewhere", path: string, siteKey?: string, parents: string[] = []) =>
  listCrumbs({
    section,
    address: at(path),
    siteKey,
    parents: parents.map((text) => ({ text, path: `/admin/${text}` })),
  }).map(({ text, path: to }) => `${text} ${to}`);

describe("breadcrumbs", () => {
  test.each<[string, string[], string[]]>([
    ["a list, the first level", list("deliveries", "/admin/deliveries", "jira"), []],
    ["a list that has its site in the path", list("webhooks", "/admin/webhooks/jira", "jira"), []],
    ["a page that belongs to no section", list("elsewhere", "/admin/search", "jira"), []],
    [
      "a delivery",
      list("deliveries", "/admin/deliveries/dlv_1_00", "jira"),
      ["Deliveries /admin/deliveries", "jira /admin/deliveries?site=jira"],
    ],
    [
      "a delivery, for a caller with one site",
      list("deliveries", "/admin/deliveries/dlv_1_00"),
      ["Deliveries /admin/deliveries"],
    ],
    [
      "a confirmation below an add-on",
      list("addons", "/admin/addons/jira/burndown/uninstall", "jira", ["Burndown"]),
      ["Add-ons /admin/addons", "jira /admin/addons?site=jira", "Burndown /admin/Burndown"],
    ],
    [
      "a page of the settings, which have no site",
      list("settings", "/admin/settings/sites/jira", "jira"),
      ["Settings /admin/settings"],
    ],
  ])("%s", (_what, found, expected) => {
    expect(found).toEqual(expected);
  });
});

describe("the switch of sites", () => {
  const sites = Array.from({ length: 60 }, (_, no) => ({
    no,
    key: `s${no}`,
    name: `Site ${no}`,
  })) as unknown as Site[];

  test("there is none with one site", () => {
    expect(toSiteSwitch(at("/admin"), sites.slice(0, 1), undefined, href)).toBeUndefined();
  });

  test("leads to this list of each site, and back to all", () => {
    expect(toSiteSwitch(at("/admin/events"), sites.slice(0, 2), "s1", href)).toEqual({
      current: "s1",
      allHref: "/base/admin/events",
      sites: [
        { key: "s0", name: "Site 0", href: "/base/admin/events?site=s0" },
        { key: "s1", name: "Site 1", href: "/base/admin/events?site=s1" },
      ],
      hasSearch: false,
      others: 0,
    });
  });

  test("lists 50 of many beside the current one, and has a search", () => {
    const shown = toSiteSwitch(at("/admin"), sites, "s59", href);
    expect(shown?.sites.map(({ key }) => key).slice(0, 2)).toEqual(["s59", "s0"]);
    expect([shown?.sites.length, shown?.others, shown?.hasSearch]).toEqual([51, 9, true]);
  });
});
