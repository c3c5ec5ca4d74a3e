import { expect, test } from "vitest";
import { parseFilter } from "../../../../src/host/model/filter.ts";
import { prepareSite } from "../../../../src/host/events/prepare-site.ts";
import type { SiteSnapshot } from "../../../../src/host/model/site-snapshot.ts";
import { getProduct } from "../../../support/products.ts";

const siteWith = (...filters: readonly string[]) =>
  ({
    product: getProduct("jira"),
    subscriptions: new Map(filters.map((filter, no) => [no, { filter }])),
  }) as unknown as SiteSnapshot;

test("a site is made ready once, for whoever waits for it", async () => {
  const site = siteWith("project = READY");
  const first = prepareSite(site);
  expect(first).toBeInstanceOf(Promise);
  expect(prepareSite(site)).toBe(first);
  await first;
  expect(prepareSite(site)).toBeUndefined();
});

test("a filter that does not parse keeps no site from being ready", async () => {
  const site = siteWith("project =", "project = GOOD");
  await prepareSite(site);
  expect(prepareSite(site)).toBeUndefined();
  expect(() => parseFilter("project =")).toThrow();
});
