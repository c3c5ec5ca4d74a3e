import { expect, test } from "vitest";
import { defineProduct } from "../../../src/catalogue/product.ts";
import { MAX_SEARCH_LENGTH, searchEventTypes } from "../../../src/catalogue/search.ts";

const harbor = defineProduct({
  product: "harbor",
  name: "Harbor",
  description: "Port operations",
  events: {
    "crane.stopped": { name: "Crane stopped", description: "By hand", group: "Cranes", sample: {} },
    "berth.freed": { name: "Berth freed", description: "A ship has left", group: "Berths", sample: {} },
    "crane.moved": { name: "Crane moved", description: "To another berth", group: "Cranes", sample: {} },
  },
});
const listNames = (search: string) => searchEventTypes(harbor, search).map(({ event }) => event);

test("without words all event types are found, each group together", () => {
  expect(listNames("")).toEqual(["crane.stopped", "crane.moved", "berth.freed"]);
  expect(listNames("   ")).toEqual(["crane.stopped", "crane.moved", "berth.freed"]);
});

test.each([
  ["a part of the event type", "ne.sto", ["crane.stopped"]],
  ["the label, in any case", "BERTH FREED", ["berth.freed"]],
  ["the description", "ship", ["berth.freed"]],
  ["the group", "berths", ["berth.freed"]],
  ["words in another order and of different places", "berth crane", ["crane.moved"]],
  ["nothing that any of them has", "anchor", []],
])("a search for %s finds %j: %j", (_what, search, expected) => {
  expect(listNames(search)).toEqual(expected);
});

test("what is longer than the limit is left out of the search", () => {
  expect(listNames(`crane${" ".repeat(MAX_SEARCH_LENGTH)}anchor`)).toEqual(["crane.stopped", "crane.moved"]);
});
