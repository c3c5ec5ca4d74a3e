import { describe, expect, test } from "vitest";
import { findSiteKey, toSectionPath, toSitePath } from "../../../../../src/host/web/pages/site-place.ts";

const findKey = (siteNo: number) => (siteNo === 1 ? "jira" : undefined);

function parse(address: string) {
  const { pathname, searchParams } = new URL(address, "http://host");
  return { path: pathname, query: searchParams };
}

test.each([
  ["/admin", undefined],
  ["/admin?site=jira", "jira"],
  ["/admin/addons?site=", undefined],
  ["/admin/addons/jira/burndown/upgrade", "jira"],
  ["/admin/webhooks/backlog", "backlog"],
  ["/admin/webhooks/backlog/3", "backlog"],
  ["/admin/replays/backlog/new?webhook=whk_1_2", "backlog"],
  ["/admin/endpoints/jira/7", "jira"],
  ["/admin/settings/sites/jira/remove", "jira"],
  ["/admin/deliveries?state=failed&site=jira", "jira"],
  ["/admin/deliveries/dlv_1_01a22a934f617011830a7ede52430002", "jira"],
  ["/admin/events/evt_1_01a22a934f617011830a7ede52430000", "jira"],
  ["/admin/events/evt_2_01a22a934f617011830a7ede52430000", undefined],
  ["/admin/deliveries/redeliver?site=jira", "jira"],
  ["/admin/settings/products", undefined],
  ["/admin/catalogue/jira/jira%3Aissue_created", undefined],
])("the site of %s is %s", (address, siteKey) => {
  expect(findSiteKey(parse(address), findKey)).toBe(siteKey);
});

describe("the same page", () => {
  test.each([
    ["/admin", "/admin?site=backlog", "/admin"],
    ["/admin/addons", "/admin/addons?site=backlog", "/admin/addons"],
    ["/admin/addons/jira/burndown", "/admin/addons?site=backlog", "/admin/addons"],
    ["/admin/webhooks/jira", "/admin/webhooks/backlog", "/admin"],
    ["/admin/webhooks/jira/3/delete", "/admin/webhooks/backlog", "/admin"],
    ["/admin/replays/jira/new?since=x", "/admin/replays/backlog", "/admin"],
    ["/admin/settings/sites/jira", "/admin/settings/sites/backlog", "/admin"],
    ["/admin/settings/tokens", "/admin?site=backlog", "/admin"],
    ["/admin/endpoints/jira/2", "/admin/endpoints?site=backlog", "/admin/endpoints"],
    ["/admin/events/evt_1_00", "/admin/events?site=backlog", "/admin/events"],
    [
      "/admin/deliveries?site=jira&state=failed&target=webhook%7Cwhk_1_2&endpoint=3&cursor=x&q=a%26b",
      "/admin/deliveries?site=backlog&state=failed&q=a%26b",
      "/admin/deliveries?state=failed&q=a%26b",
    ],
    ["/admin/deliveries/dlv_1_00?state=failed", "/admin/deliveries?site=backlog", "/admin/deliveries"],
    ["/admin/eventsx", "/admin?site=backlog", "/admin"],
  ])("as %s is %s for one site, %s for all", (address, ofSite, ofAll) => {
    expect(toSitePath(parse(address), "backlog")).toBe(ofSite);
    expect(toSitePath(parse(address), undefined)).toBe(ofAll);
  });
});

test.each([
  ["/admin", "/admin?site=jira"],
  ["/admin/webhooks", "/admin/webhooks/jira"],
  ["/admin/deliveries", "/admin/deliveries?site=jira"],
  ["/admin/catalogue", "/admin/catalogue"],
  ["/admin/settings", "/admin/settings"],
])("the section %s stays on its site as %s", (path, expected) => {
  expect(toSectionPath(path, "jira")).toBe(expected);
  expect(toSectionPath(path, undefined)).toBe(path);
});
