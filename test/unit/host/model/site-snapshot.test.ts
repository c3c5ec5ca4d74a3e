import { describe, expect, test } from "vitest";
import { builtInCatalogue } from "../../../../src/catalogue/index.ts";
import type { Site } from "../../../../src/host/model/site.ts";
import {
  createUnloadedSite,
  requireExisting,
  requireSite,
} from "../../../../src/host/model/site-snapshot.ts";
import type { SiteSnapshot } from "../../../../src/host/model/site-snapshot.ts";

const harbor = { site: { key: "harbor" } } as unknown as SiteSnapshot;
const refusal = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return [code, message];
  }
};

describe("requireSite", () => {
  const findSite = (key: string) => (key === "harbor" ? harbor : undefined);

  test("returns the site of a key", () => {
    expect(requireSite(findSite, "harbor")).toBe(harbor);
  });

  test("names a key that no site has", () => {
    expect(refusal(() => requireSite(findSite, 'no"where'))).toEqual([
      "SITE_NOT_FOUND",
      'There is no site "no\\"where"',
    ]);
  });
});

test("a site that was deleted since its number was known is refused", () => {
  expect(requireExisting(harbor)).toBe(harbor);
  expect(refusal(() => requireExisting(undefined))).toEqual([
    "SITE_NOT_FOUND",
    "The site does not exist any more",
  ]);
});

test("the registry of a site that is not loaded can't be read as if it were empty", () => {
  const site = { key: "harbor" } as Site;
  const product = builtInCatalogue.require("jira");
  const unloaded = createUnloadedSite(site, product);

  expect([unloaded.site, unloaded.product]).toEqual([site, product]);
  for (const part of ["subscriptions", "installations", "webhooks", "endpoints"] as const)
    expect(() => unloaded[part]).toThrow("The registry of site harbor is read before it is loaded");
});
