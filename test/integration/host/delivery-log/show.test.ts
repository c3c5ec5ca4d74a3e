import { afterEach, beforeEach, expect, test } from "vitest";
import { showDelivery } from "../../../../src/host/delivery-log/show.ts";
import { formatId } from "../../../../src/host/model/ids.ts";
import type { Database, Queryable } from "../../../../src/host/store/db/database.ts";
import { settleDeliveries } from "../../../../src/host/store/tables/settle.ts";
import {
  addDeliveries,
  addEvents,
  addSite,
  fresh,
  newAttempt,
  newDelivery,
  newEvent,
  openMigrated,
} from "../../../support/store.ts";

let database: Database;
beforeEach(async () => {
  database = await openMigrated("sqlite::memory:");
});
afterEach(() => database.close());

test("an attempt that ends while its delivery is read is shown with what it has changed", async () => {
  const { no } = await addSite(database);
  const event = newEvent(no);
  const waiting = newDelivery(no, event.id, 0, { dueAt: 1_000 });
  await database.write(async (tx) => {
    await addEvents(tx, [event]);
    await addDeliveries(tx, [waiting]);
  });
  const settle = () =>
    database.write((tx) =>
      settleDeliveries(
        tx,
        [{ delivery: fresh(waiting), attempt: newAttempt(), settlement: { state: "delivered" } }],
        5_000,
      ),
    );
  const inBetween: Queryable = {
    ...database.read,
    query: async (sql, bind) => {
      if (sql.startsWith("SELECT * FROM callboard_attempt")) await settle();
      return database.read.query(sql, bind);
    },
  };

  const { delivery, attempts } = await showDelivery(
    inBetween,
    () => undefined,
    formatId("dlv", no, waiting.id),
  );

  expect([attempts.length, delivery.state]).toEqual([1, "delivered"]);
});
