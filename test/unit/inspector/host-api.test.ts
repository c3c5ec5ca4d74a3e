/** What the Inspector asks of a host. */
import { expect, test } from "vitest";
import { builtInCatalogue } from "../../../src/catalogue/index.ts";
import { createHostApi } from "../../../src/inspector/host-api.ts";

test("own products are those of the API and of product files, with their documents", async () => {
  const responses: Readonly<Record<string, unknown>> = {
    "/products": {
      items: [
        { product: "jira", origin: "built-in" },
        { product: "harbor", origin: "own" },
        { product: "quarry", origin: "file" },
      ],
      next: null,
    },
    "/products/harbor": { document: { product: "harbor" } },
    "/products/quarry": { document: { product: "quarry" } },
  };
  const api = createHostApi((_method, path) => Promise.resolve(responses[path]), builtInCatalogue);
  expect(await api.ownProducts()).toEqual([{ product: "harbor" }, { product: "quarry" }]);
});
