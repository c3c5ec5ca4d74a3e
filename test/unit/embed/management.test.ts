import { expect, test } from "vitest";
import { createManagement } from "../../../src/embed/management.ts";

const asked: unknown[] = [];
const { sites, products } = createManagement({
  request: (...request) => {
    asked.push(request);
    return Promise.resolve({ items: [{ key: "one" }], key: "made" });
  },
});

test.each<[string, () => Promise<unknown>, unknown, unknown]>([
  ["sites.list", sites.list, ["GET", "/sites"], [{ key: "one" }]],
  [
    "sites.add",
    () => sites.add({ key: "quay", product: "harbor", name: "Quay" }),
    ["POST", "/sites", { key: "quay", product: "harbor", name: "Quay" }],
    { items: [{ key: "one" }], key: "made" },
  ],
  ["sites.remove", () => sites.remove("a/b"), ["DELETE", "/sites/a%2Fb"], undefined],
  ["products.list", products.list, ["GET", "/products"], [{ key: "one" }]],
  [
    "products.put",
    () => products.put({ product: "harbor" }),
    ["PUT", "/products/harbor", { product: "harbor" }],
    { items: [{ key: "one" }], key: "made" },
  ],
  [
    "products.put, forced",
    () => products.put({ product: "harbor" }, { force: true }),
    ["PUT", "/products/harbor?force=true", { product: "harbor" }],
    { items: [{ key: "one" }], key: "made" },
  ],
  ["products.remove", () => products.remove("harbor"), ["DELETE", "/products/harbor"], undefined],
])("%s", async (_name, act, request, result) => {
  asked.length = 0;
  expect(await act()).toEqual(result);
  expect(asked).toEqual([request]);
});
