import { expect, test } from "vitest";
import { createManagement } from "../../../src/embed/management.ts";

const asked: unknown[] = [];
const { sites, products } = createManagement({
  request: (...request) => {
    asked.push(request);
    return Promise.resolve({ items: [{ key: "one" }], key: "made", next: null });
  },
});

test.each<[string, () => Promise<unknown>, unknown, unknown]>([
  ["sites.list", sites.list, ["GET", "/sites?limit=500"], [{ key: "one" }]],
  [
    "sites.add",
    () => sites.add({ key: "quay", product: "harbor", name: "Quay" }),
    ["POST", "/sites", { key: "quay", product: "harbor", name: "Quay" }],
    { items: [{ key: "one" }], key: "made", next: null },
  ],
  ["sites.remove", () => sites.remove("a/b"), ["DELETE", "/sites/a%2Fb"], undefined],
  ["products.list", products.list, ["GET", "/products?limit=500"], [{ key: "one" }]],
  [
    "products.put",
    () => products.put({ product: "harbor" }),
    ["PUT", "/products/harbor", { product: "harbor" }],
    { items: [{ key: "one" }], key: "made", next: null },
  ],
  [
    "products.put, forced",
    () => products.put({ product: "harbor" }, { force: true }),
    ["PUT", "/products/harbor?force=true", { product: "harbor" }],
    { items: [{ key: "one" }], key: "made", next: null },
  ],
  ["products.remove", () => products.remove("harbor"), ["DELETE", "/products/harbor"], undefined],
])("%s", async (_name, act, request, result) => {
  asked.length = 0;
  expect(await act()).toEqual(result);
  expect(asked).toEqual([request]);
});

test("a list goes through all pages", async () => {
  const pages = [
    { items: [{ key: "one" }], next: "a/b" },
    { items: [{ key: "two" }], next: null },
  ];
  const paths: string[] = [];
  const management = createManagement({
    request: (_method, path) => {
      paths.push(path);
      return Promise.resolve(pages[paths.length - 1]);
    },
  });
  expect(await management.sites.list()).toEqual([{ key: "one" }, { key: "two" }]);
  expect(paths).toEqual(["/sites?limit=500", "/sites?limit=500&cursor=a%2Fb"]);
});
