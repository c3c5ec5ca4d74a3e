/** Settlers of a distributed database, on a SQLite that says of itself that it is one. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSettler, NO_GATHERING, NOTHING_TO_TELL } from "../../../../src/host/delivery/settler.ts";
import type { SettlerDependencies } from "../../../../src/host/delivery/settler.ts";
import { createSettlers } from "../../../../src/host/delivery/site-settlers.ts";
import type { BreakerState } from "../../../../src/host/model/endpoint.ts";
import { openDatabase } from "../../../../src/host/store/db/database.ts";
import type { Database } from "../../../../src/host/store/db/database.ts";
import { migrate } from "../../../../src/host/store/db/migrate.ts";
import { silentLogger } from "../../../../src/logger.ts";

let database: Database;
beforeEach(async () => {
  const opened = await openDatabase("sqlite::memory:");
  await migrate(opened);
  database = { ...opened, dialect: { ...opened.dialect, isDistributed: true } };
});
afterEach(() => database.close());

const breaker = (siteNo: number, no = 1): BreakerState => ({
  siteNo,
  no,
  failures: 1,
  openUntil: undefined,
  opened: 0,
  failingSince: undefined,
  failedAttempts: 1,
  failedDeliveries: 0,
});

/** Counts the settlers that are created, and calls `onCommit` when a transaction of one is about to begin. */
function startSettlers(onCommit: () => void = () => undefined) {
  const created: ReturnType<typeof createSettler>[] = [];
  const dependencies: SettlerDependencies = {
    database: {
      ...database,
      batch: (batch) => {
        onCommit();
        return database.batch(batch);
      },
    },
    now: Date.now,
    logger: silentLogger,
    observer: { settled: () => undefined, settleFailed: () => undefined },
    tell: NOTHING_TO_TELL,
    gathering: NO_GATHERING,
    onSettled: () => undefined,
  };
  const settlers = createSettlers(dependencies, (wanted) => {
    const settler = createSettler(wanted);
    created.push(settler);
    return settler;
  });
  return { settlers, created };
}

test("each site has one settler while it has something to write", async () => {
  const { settlers, created } = startSettlers();
  for (const siteNo of [1, 2, 1, 2, 1]) settlers.addBreaker(breaker(siteNo));
  expect(created).toHaveLength(2);
  await settlers.idle();
});

test("the settler of a site is let go once it is idle, and the site's next change gets a new one", async () => {
  const { settlers, created } = startSettlers();
  for (let siteNo = 1; siteNo <= 50; siteNo += 1) settlers.addBreaker(breaker(siteNo));
  await settlers.idle();
  expect(created).toHaveLength(50);

  settlers.addBreaker(breaker(1));
  await settlers.idle();
  expect(created).toHaveLength(51);
});

test("a change that comes while the site's last one is written goes to the same settler", async () => {
  let commits = 0;
  const { settlers, created } = startSettlers(() => {
    commits += 1;
    if (commits === 1) settlers.addBreaker(breaker(1, 2));
  });
  settlers.addBreaker(breaker(1));
  await settlers.idle();
  expect({ commits, created: created.length }).toEqual({ commits: 2, created: 1 });
});

test("a change that comes as soon as the site's settler is let go is written by the next one", async () => {
  let commits = 0;
  const { settlers, created } = startSettlers(() => void (commits += 1));
  settlers.addBreaker(breaker(1));
  await created[0]!.idle();
  settlers.addBreaker(breaker(1, 2));
  await settlers.idle();
  expect({ commits, created: created.length }).toEqual({ commits: 2, created: 2 });
});
