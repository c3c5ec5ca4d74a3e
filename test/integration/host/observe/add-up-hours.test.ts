import { expect, onTestFinished, test } from "vitest";
import { createAddUpHours } from "../../../../src/host/observe/add-up-hours.ts";
import { openDatabase } from "../../../../src/host/store/db/database.ts";
import { migrate } from "../../../../src/host/store/db/migrate.ts";
import { firstOpenHour } from "../../../../src/host/store/tables/endpoint-hours.ts";
import { silentLogger } from "../../../../src/logger.ts";

const HOUR_MS = 3_600_000;

test("the hours before a new database are passed over in one transaction", async () => {
  const database = await openDatabase("sqlite::memory:");
  onTestFinished(() => database.close());
  await migrate(database);
  let transactions = 0;
  const now = Date.now();

  await createAddUpHours({
    database: {
      ...database,
      write: (work) => {
        transactions += 1;
        return database.write(work);
      },
    },
    now: () => now,
    logger: silentLogger,
  }).run();

  expect(await firstOpenHour(database.read)).toBe(Math.floor((now - HOUR_MS / 12) / HOUR_MS));
  // The other one removes what is left of sites that were deleted.
  expect(transactions).toBe(2);
});
