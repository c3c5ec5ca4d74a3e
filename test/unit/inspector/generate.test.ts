import { expect, test } from "vitest";
import { createLiveCatalogue, defineProduct } from "../../../src/catalogue/index.ts";
import { listEventChoices } from "../../../src/inspector/generate.ts";

const withTypes = (count: number) =>
  createLiveCatalogue([
    defineProduct({
      product: "harbor",
      name: "Harbor",
      description: "Port operations",
      events: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `crane.${index}`,
          { description: "A crane has stopped", group: "Cranes", sample: {} },
        ]),
      ),
    }),
  ]);
const countChoices = (count: number, search: string) => {
  const { events, ...counts } = listEventChoices("harbor", search, withTypes(count));
  return { listed: events.length, ...counts };
};

test("a page lists all event types of a product with up to 100, and 50 of one with more", () => {
  expect(countChoices(100, "")).toEqual({ listed: 100, found: 100, total: 100 });
  expect(countChoices(101, "")).toEqual({ listed: 50, found: 101, total: 101 });
  expect(countChoices(1_000, "")).toEqual({ listed: 50, found: 1_000, total: 1_000 });
});

test("a search lists those that match", () => {
  expect(listEventChoices("harbor", "crane.99", withTypes(100)).events).toEqual(["crane.99"]);
  expect(countChoices(1_000, "crane.77")).toEqual({ listed: 11, found: 11, total: 1_000 });
  expect(countChoices(1_000, "anchor")).toEqual({ listed: 0, found: 0, total: 1_000 });
});

test("a product that the catalogue doesn't have has none", () => {
  expect(listEventChoices("nowhere", "", withTypes(1))).toEqual({ events: [], found: 0, total: 0 });
});
