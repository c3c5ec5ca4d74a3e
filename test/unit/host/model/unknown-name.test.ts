import { expect, test } from "vitest";
import { unknownNameNotes } from "../../../../src/host/model/unknown-name.ts";
import { builtInCatalogue } from "../../../../src/catalogue/index.ts";

test.each([
  ["jira", "jira:issue_created", []],
  ["backlog", "1234567", []],
  ["jira", "nothing_like_it_at_all", ['jira has no event type "nothing_like_it_at_all".']],
  ["jira", "issue_created", ['jira has no event type "issue_created"; did you mean jira:issue_created?']],
  ["jira", "page_created", ['"page_created" is an event type of confluence, not of jira.']],
])("an event of %s with the name %s is noted with %j", (product, event, notes) => {
  expect(unknownNameNotes(builtInCatalogue, builtInCatalogue.require(product), event)).toEqual(notes);
});

test("each product has its own notes", () => {
  expect(unknownNameNotes(builtInCatalogue, builtInCatalogue.require("confluence"), "page_created")).toEqual(
    [],
  );
  expect(unknownNameNotes(builtInCatalogue, builtInCatalogue.require("jira"), "page_created")).toHaveLength(
    1,
  );
});

test("the notes of a name are kept, until a thousand others came", () => {
  const notes = unknownNameNotes(builtInCatalogue, builtInCatalogue.require("jira"), "kept_name");
  expect(unknownNameNotes(builtInCatalogue, builtInCatalogue.require("jira"), "kept_name")).toBe(notes);
  for (let n = 0; n < 1_000; n += 1)
    unknownNameNotes(builtInCatalogue, builtInCatalogue.require("jira"), `x${n}`);
  expect(unknownNameNotes(builtInCatalogue, builtInCatalogue.require("jira"), "kept_name")).not.toBe(notes);
  expect(unknownNameNotes(builtInCatalogue, builtInCatalogue.require("jira"), "kept_name")).toEqual(notes);
});

test("a known name costs no list of its own", () => {
  const notes = (event: string) =>
    unknownNameNotes(builtInCatalogue, builtInCatalogue.require("jira"), event);
  expect(notes("jira:issue_created")).toBe(notes("jira:issue_updated"));
});

test("a thousand names are kept, and all of them are forgotten for the next one", () => {
  const catalogue = { ...builtInCatalogue, products: [...builtInCatalogue.products] };
  const notes = (event: string) => unknownNameNotes(catalogue, catalogue.require("jira"), event);
  const first = notes("x0");
  for (let n = 1; n < 1_000; n += 1) notes(`x${n}`);
  expect(notes("x0")).toBe(first);
  const next = notes("x1000");
  expect(notes("x0")).not.toBe(first);
  expect(notes("x1000")).toBe(next);
});
