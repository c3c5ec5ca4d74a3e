/** How the words of a search are understood, over a database with one event. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseSearch } from "../../../../src/host/delivery-log/filter.ts";
import type { DeliveryFilter } from "../../../../src/host/delivery-log/filter.ts";
import type { Database } from "../../../../src/host/store/db/database.ts";
import { formatId } from "../../../../src/host/model/ids.ts";
import {
  addDeliveries,
  addEvents,
  addSite,
  newDelivery,
  newEvent,
  openMigrated,
} from "../../../support/store.ts";

const HOUR = 3_600_000;
const EVENT = newEvent(1, { clientId: "order-7" });
const DELIVERY = newDelivery(1, EVENT.id);

let database: Database;
beforeAll(async () => {
  database = await openMigrated("sqlite::memory:");
  await addSite(database);
  await database.write(async (tx) => {
    await addEvents(tx, [EVENT]);
    await addDeliveries(tx, [DELIVERY]);
  });
});
afterAll(() => database.close());

async function searched(search: string, range: Pick<DeliveryFilter, "since" | "until"> = {}, siteNos = [1]) {
  const found = await parseSearch(database.read, siteNos, { siteKeys: [], search, ...range });
  return siteNos.map((siteNo) => found.get(siteNo));
}

describe("without a range", () => {
  test.each([
    ["nothing", "  ", { kind: "none" }],
    [
      "an id of an event",
      formatId("evt", 1, EVENT.id),
      { kind: "ids", event: EVENT.id, delivery: undefined },
    ],
    [
      "an id of a delivery",
      formatId("dlv", 1, DELIVERY.id),
      { kind: "ids", event: EVENT.id, delivery: DELIVERY.id },
    ],
    ["an id of another site", formatId("evt", 2, EVENT.id), { kind: "nothing" }],
    ["the caller's id", "order-7", { kind: "ids", event: EVENT.id, delivery: undefined }],
    ["the name of an event", "jira:issue_created", { kind: "event", name: "jira:issue_created" }],
    ["the beginning of a URL", "HTTPS://a.example/x", { kind: "url", prefix: "HTTPS://a.example/x" }],
  ])("%s is found", async (_what, search, found) => {
    expect(await searched(search)).toEqual([found]);
  });
});

describe("text in bodies", () => {
  test.each([
    ["in exactly an hour", { since: 1, until: 1 + HOUR }],
    ["in less", { since: 1, until: 2 }],
  ])("is searched %s", async (_what, range) => {
    expect(await searched("words", range)).toEqual([{ kind: "text", text: "words" }]);
  });

  test.each([
    ["without a range", {}],
    ["without an end", { since: 1 }],
    ["without a beginning", { until: 1 }],
    ["in more than an hour", { since: 1, until: 2 + HOUR }],
  ])("is not searched %s", async (_what, range) => {
    await expect(searched("words", range)).rejects.toMatchObject({
      code: "QUERY_INVALID",
      errors: [{ pointer: "q" }],
    });
  });

  test("on another site is not needed where the words name something on one", async () => {
    const siteNos = [1, 2];

    expect(await searched("order-7", {}, siteNos)).toMatchObject([{ kind: "ids" }, { kind: "nothing" }]);
    expect(await searched("order-7", { since: 1, until: 2 }, siteNos)).toMatchObject([
      { kind: "ids" },
      { kind: "text" },
    ]);
  });
});
