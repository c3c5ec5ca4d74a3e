import { expect, test } from "vitest";
import { validateDescriptor } from "../../../../src/host/descriptor/validate.ts";
import { parseFilter } from "../../../../src/host/model/filter.ts";
import { builtInCatalogue } from "../../../../src/catalogue/index.ts";

const listWarnings = (...filters: readonly string[]) =>
  validateDescriptor(
    {
      key: "org.example.filters",
      baseUrl: "https://addon.example",
      authentication: { type: "none" },
      scopes: ["READ"],
      modules: {
        webhooks: filters.map((filter, index) => ({ event: "jira:issue_updated", url: `/${index}`, filter })),
      },
    },
    {
      catalogue: builtInCatalogue,
      product: builtInCatalogue.require("jira"),
      checkUrl: (url) => new URL(url),
      checkFilter: (filter) => parseFilter(filter).undecided,
    },
  ).warnings;

test("the example of the official schema has no warning", () => {
  expect(listWarnings("project = TEST AND fixVersion = future", " ", "labels = a ORDER BY created")).toEqual(
    [],
  );
});

test("each clause that no event decides has a warning", () => {
  const pointer = "/modules/webhooks/1/filter";
  expect(listWarnings("project = A", "status CHANGED AND assignee = currentUser()")).toEqual([
    { code: "FILTER_UNDECIDED", pointer, detail: expect.stringContaining("status CHANGED") as string },
    {
      code: "FILTER_UNDECIDED",
      pointer,
      detail: expect.stringContaining("assignee = currentUser()") as string,
    },
  ]);
});

test("text that is not JQL is refused", () => {
  expect(() => listWarnings("project =")).toThrow("ends too early");
});
