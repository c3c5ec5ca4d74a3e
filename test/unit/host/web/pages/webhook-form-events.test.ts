import { describe, expect, test } from "vitest";
import { defineProduct } from "../../../../../src/catalogue/product.ts";
import { emptyFields, listEventChoices } from "../../../../../src/host/web/pages/webhook-form.ts";
import { getProduct } from "../../../../support/products.ts";

const withTypes = (count: number) =>
  defineProduct({
    product: "harbor",
    name: "Harbor",
    description: "Port operations",
    events: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `crane.${index}`,
        { description: "A crane has stopped", group: index % 2 === 0 ? "Even" : "Odd", sample: {} },
      ]),
    ),
  });
const listChoices = (count: number, change: object = {}) => {
  const product = withTypes(count);
  return listEventChoices(product, { ...emptyFields(product, ""), ...change });
};
const ownEvents = ({ groups }: Pick<ReturnType<typeof listChoices>, "groups">) =>
  groups
    .filter(({ isOperational }) => !isOperational)
    .flatMap(({ events }) => events.map(({ event }) => event));

describe("a product with up to 100 event types", () => {
  test("has all of them in the form", () => {
    const choices = listChoices(100);
    expect(choices.search).toBeUndefined();
    expect(ownEvents(choices)).toHaveLength(100);
    expect(choices.testGroups).toBe(choices.groups);
  });
});

describe("a product with more", () => {
  test("has the first 50, and says how many there are", () => {
    const choices = listChoices(101);
    expect(choices.search).toEqual({ words: "", found: 101, listed: 50 });
    expect(ownEvents(choices)).toHaveLength(50);
  });

  test("lists as many with 1,000 as with 101", () => {
    expect(ownEvents(listChoices(1_000))).toHaveLength(50);
  });

  test("has those that were chosen first, and once, whatever is searched for", () => {
    const choices = listChoices(200, {
      events: ["crane.150", "crane.7", "other.*"],
      eventSearch: "crane.15",
    });
    expect(choices.groups[0]).toMatchObject({ group: "Chosen" });
    expect(ownEvents(choices).slice(0, 2)).toEqual(["crane.150", "crane.7"]);
    expect(ownEvents(choices)).toHaveLength(new Set(ownEvents(choices)).size);
    expect(choices.search).toEqual({ words: "crane.15", found: 11, listed: 10 });
  });

  test("offers the test event of the form also when it is not listed", () => {
    const { groups, testGroups } = listChoices(200, { eventSearch: "crane.15", testEvent: "crane.3" });
    expect(ownEvents({ groups })).not.toContain("crane.3");
    expect(ownEvents({ groups: testGroups })).toContain("crane.3");
  });
});

test("operational events are always there, and alone on Callboard's own site", () => {
  expect(listChoices(200).groups.some(({ isOperational }) => isOperational)).toBe(true);
  const own = getProduct("callboard");
  expect(ownEvents(listEventChoices(own, emptyFields(own, "")))).toEqual([]);
});
