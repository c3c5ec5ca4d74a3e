import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createProductFollower } from "../../../../src/host/products/follow.ts";
import { POSTGRES, SQLITE } from "../../../../src/host/store/db/dialect.ts";
import { NO_SITE } from "../../../../src/host/store/snapshot.ts";
import { silentLogger } from "../../../../src/logger.ts";
import type { Role } from "../../../../src/host/model/roles.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What a process has refreshed after some seconds; undefined is everything. */
async function refreshedAfter(seconds: number, role: Role, dialect = POSTGRES) {
  const refreshed: (number | undefined)[] = [];
  const follower = createProductFollower({
    config: { role },
    database: { dialect, read: { dialect, query: () => Promise.resolve([]) } },
    snapshots: {
      refresh: (_q, siteNo) => {
        refreshed.push(siteNo);
        return Promise.resolve();
      },
    },
    logger: silentLogger,
  });
  follower.start();
  await vi.advanceTimersByTimeAsync(seconds * 1_000);
  await follower.stop();
  return refreshed;
}

test("a process that only accepts refreshes everything, every 5 s", async () => {
  expect(await refreshedAfter(11, "api")).toEqual([undefined, undefined]);
});

test("one that delivers refreshes products, since it looks at sites when it looks for deliveries", async () => {
  expect(await refreshedAfter(6, "all")).toEqual([NO_SITE]);
  expect(await refreshedAfter(6, "worker")).toEqual([NO_SITE]);
});

test("on SQLite there is nobody to follow", async () => {
  expect(await refreshedAfter(60, "all", SQLITE)).toEqual([]);
});
