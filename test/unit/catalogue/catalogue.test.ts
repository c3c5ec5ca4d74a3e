/** A catalogue whose own products change while it is in use. */
import { describe, expect, test } from "vitest";
import { BUILT_IN_PRODUCTS, defineProduct } from "../../../src/catalogue/index.ts";
import { createLiveCatalogue } from "../../../src/catalogue/catalogue.ts";
import { SHARED_FORMATS } from "../../../src/catalogue/formats.ts";

const product = (key: string, event = `${key}.happened`) =>
  defineProduct({
    product: key,
    name: key,
    description: "d",
    events: { [event]: { description: "d", group: "g", sample: {} } },
  });
const listKeys = (products: readonly { readonly key: string }[]) => products.map(({ key }) => key);

describe("a live catalogue", () => {
  test("has the built-in products, then the own ones, and Callboard itself last", () => {
    const catalogue = createLiveCatalogue(BUILT_IN_PRODUCTS);
    expect(listKeys(catalogue.products)).toEqual([...listKeys(BUILT_IN_PRODUCTS), "callboard"]);
    catalogue.replaceOwn([product("harbor"), product("quay")]);
    const own = ["harbor", "quay"];
    expect(listKeys(catalogue.siteProducts)).toEqual([...listKeys(BUILT_IN_PRODUCTS), ...own]);
    expect(listKeys(catalogue.products)).toEqual([...listKeys(BUILT_IN_PRODUCTS), ...own, "callboard"]);
    expect(listKeys(catalogue.addonProducts)).toEqual(["jira", "confluence", "projectrak", ...own]);
    expect(catalogue.formats).toEqual([
      ...listKeys(BUILT_IN_PRODUCTS),
      ...own,
      ...SHARED_FORMATS.map(({ key }) => key),
    ]);
  });

  test("answers for the products of now, and a list that was taken stays as it was", () => {
    const catalogue = createLiveCatalogue(BUILT_IN_PRODUCTS);
    const harbor = product("harbor");
    catalogue.replaceOwn([harbor]);
    const { products } = catalogue;
    expect([catalogue.find("harbor"), catalogue.get("harbor"), catalogue.require("harbor")]).toEqual([
      harbor,
      harbor,
      harbor,
    ]);
    expect(catalogue.listNaming("harbor.happened")).toEqual(["harbor"]);
    catalogue.replaceOwn([]);
    expect(catalogue.find("harbor")).toBeUndefined();
    expect(catalogue.get("harbor").isMissing).toBe(true);
    expect(() => catalogue.require("harbor")).toThrow(expect.objectContaining({ code: "PRODUCT_UNKNOWN" }));
    expect(catalogue.listNaming("harbor.happened")).toEqual([]);
    expect(listKeys(products)).toContain("harbor");
    expect(catalogue.products).not.toBe(products);
  });

  test("keeps a built-in product where an own one has its key", () => {
    const catalogue = createLiveCatalogue(BUILT_IN_PRODUCTS);
    const jira = catalogue.get("jira");
    catalogue.replaceOwn([product("jira"), product("callboard")]);
    expect(catalogue.get("jira")).toBe(jira);
    expect(listKeys(catalogue.products)).toEqual([...listKeys(BUILT_IN_PRODUCTS), "callboard"]);
  });

  test.each([
    ["jira", true],
    ["callboard", true],
    ["harbor", false],
    ["none", false],
  ])("%s is built in: %s", (key, isBuiltIn) => {
    const catalogue = createLiveCatalogue(BUILT_IN_PRODUCTS);
    catalogue.replaceOwn([product("harbor")]);
    expect(catalogue.isBuiltIn(key)).toBe(isBuiltIn);
  });
});
