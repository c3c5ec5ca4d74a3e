/** Which events a trial takes, and what it says of each, on a database of its own. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BUILT_IN_PRODUCTS, createLiveCatalogue } from "../../../../src/catalogue/index.ts";
import { tryBodyFilter } from "../../../../src/host/delivery-log/try-body-filter.ts";
import type { BodyFilterTrial } from "../../../../src/host/delivery-log/try-body-filter.ts";
import { loadSnapshots } from "../../../support/load-snapshots.ts";
import type { Database } from "../../../../src/host/store/db/database.ts";
import { addEvents, addSite, newEvent, openMigrated, seal } from "../../../support/store.ts";

let database: Database;
let siteNo: number;
beforeEach(async () => {
  database = await openMigrated("sqlite::memory:");
  siteNo = (await addSite(database)).no;
});
afterEach(() => database.close());

/** Event types of the built-in product, oldest first, each with its number as its body. */
async function publish(...names: readonly string[]): Promise<readonly string[]> {
  const events = names.map((name, index) => newEvent(siteNo, { name, body: JSON.stringify({ n: index }) }));
  await database.write((tx) => addEvents(tx, events));
  return events.map(({ id }) => id);
}

async function trial(change: Partial<BodyFilterTrial> = {}) {
  const snapshot = (await loadSnapshots(database, seal, createLiveCatalogue(BUILT_IN_PRODUCTS))).get(siteNo);
  if (snapshot === undefined) throw new Error("the site is there");
  return tryBodyFilter(database.read, snapshot, {
    bodyFilter: { n: { $lt: 1_000 } },
    events: undefined,
    limit: 20,
    ...change,
  });
}
const listNames = ({ items }: Awaited<ReturnType<typeof trial>>) => items.map(({ event }) => event.name);

test("events whose body was deleted are counted and named", async () => {
  const [first, second] = await publish("a", "b", "c");
  await database.autocommit.query("UPDATE callboard_event SET body = NULL WHERE id IN ($1, $2)", [
    first,
    second,
  ]);
  const { items, counts } = await trial({ bodyFilter: '{"n": 5}' });
  expect(items.map(({ event, result, reason }) => [event.name, result, reason])).toEqual([
    ["c", "not-matched", "/n = 2, wanted 5"],
    ["b", "body-deleted", undefined],
    ["a", "body-deleted", undefined],
  ]);
  expect(counts).toEqual({ events: 3, matched: 0, notMatched: 1, bodyDeleted: 2 });
});

test("an event without a body is judged as an empty object", async () => {
  await database.write((tx) => addEvents(tx, [newEvent(siteNo, { body: "" })]));
  expect(await trial({ bodyFilter: { n: null } })).toMatchObject({ items: [{ result: "matched" }] });
});

test("an event that can't be judged matches, with the reason", async () => {
  const body = JSON.stringify({ n: Array.from({ length: 3_000 }, () => 5_000) });
  await database.write((tx) => addEvents(tx, [newEvent(siteNo, { body })]));
  expect((await trial()).items).toMatchObject([
    { result: "matched", reason: expect.stringContaining("more than 2,000 list elements") as string },
  ]);
});

describe("the events", () => {
  test.each<[what: string, events: readonly string[] | undefined, names: readonly string[]]>([
    ["of one type", ["own_a"], ["own_a", "own_a"]],
    ["of several types, by time", ["own_b", "own_a"], ["own_a", "own_b", "own_a"]],
    ["that match a pattern", ["jira:*"], ["jira:issue_created"]],
    ["of a pattern or a type", ["jira:*", "own_b"], ["jira:issue_created", "own_b"]],
    ["of an alias", ["enabled"], ["connect_addon_enabled"]],
    [
      "of all types, without those that only names in full reach",
      undefined,
      ["jira:issue_created", "own_a", "own_b", "own_a"],
    ],
    [
      "of more types than are looked up one by one",
      "abcdefghijk".split("").map((letter) => `own_${letter}`),
      ["own_a", "own_b", "own_a"],
    ],
  ])("%s", async (_what, events, names) => {
    await publish(
      "own_a",
      "own_b",
      "own_a",
      "connect_addon_enabled",
      "delivery.failed",
      "jira:issue_created",
    );
    expect(listNames(await trial({ events }))).toEqual(names);
  });

  test("are the newest, up to the limit", async () => {
    await publish(...Array.from({ length: 250 }, (_, index) => (index === 0 ? "rare" : "often")));
    expect(listNames(await trial({ events: ["r*"] }))).toEqual(["rare"]);
    const { items } = await trial({ limit: 3 });
    expect(items.map(({ event }) => event.name)).toEqual(["often", "often", "often"]);
    expect((await trial({ events: ["often"], limit: 100 })).counts.events).toBe(100);
  });

  test("end once their bodies exceed 64 MiB, and a first larger one is tried", async () => {
    const large = JSON.stringify({ n: 1, text: "x".repeat(33 * 1024 * 1024) });
    await database.write((tx) =>
      addEvents(
        tx,
        ["a", "b", "c"].map((name) => newEvent(siteNo, { name, body: large })),
      ),
    );
    expect(listNames(await trial())).toEqual(["c"]);
  });
});

test("a filter with errors is refused with all of them", async () => {
  await expect(trial({ bodyFilter: { a: {}, b: [] } })).rejects.toMatchObject({
    code: "BODY_FILTER",
    message: "A condition must not be an empty object; 2 problems in all",
    errors: [{ pointer: "/bodyFilter/a" }, { pointer: "/bodyFilter/b" }],
  });
});
