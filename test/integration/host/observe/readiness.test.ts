/** Readiness tries what requests need. */
import { afterEach, expect, test } from "vitest";
import { CallboardError } from "../../../../src/errors.ts";
import { createReadiness } from "../../../../src/host/observe/readiness.ts";
import { openDatabase } from "../../../../src/host/store/db/database.ts";
import type { Database } from "../../../../src/host/store/db/database.ts";
import { migrate } from "../../../../src/host/store/db/migrate.ts";

const opened: Database[] = [];
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

async function database(): Promise<Database> {
  const made = await openDatabase("sqlite::memory:");
  opened.push(made);
  await migrate(made);
  return made;
}

const parts = { isDraining: () => false, assertCapacity: () => undefined };
const OK = { server: "ok", database: "ok", writing: "ok", disk: "ok", queue: "ok" };

test("a server that can do everything is ready", async () => {
  const readiness = createReadiness({ ...parts, database: await database() });
  expect(await readiness.ask()).toEqual({ ready: true, checks: OK });
});

test("a database that can't be written makes it unready, though it can be read", async () => {
  const made = await database();
  await made.autocommit.query("PRAGMA query_only = ON");
  const readiness = createReadiness({ ...parts, database: made });
  expect(await readiness.ask()).toEqual({
    ready: false,
    checks: { ...OK, writing: "The database cannot be written: the disk is full or read-only" },
  });
});

test("a nearly full disk makes it unready, named", async () => {
  const assertCapacity = () => {
    throw new CallboardError("STORAGE", "The disk of the database is nearly full");
  };
  const readiness = createReadiness({ ...parts, assertCapacity, database: await database() });
  expect(await readiness.ask()).toEqual({
    ready: false,
    checks: { ...OK, disk: "The disk of the database is nearly full" },
  });
});

test("too many events are told, and leave it ready", async () => {
  const readiness = createReadiness({ ...parts, database: await database() });
  readiness.refused("EVENT_SCHEMA");
  expect((await readiness.ask()).checks).toEqual(OK);
  readiness.refused("OVERLOADED");
  const { ready, checks } = await readiness.ask();
  expect([ready, checks["queue"]]).toEqual([true, expect.stringMatching(/^OVERLOADED/)]);
});

test("a server that stops is not ready", async () => {
  const readiness = createReadiness({ ...parts, isDraining: () => true, database: await database() });
  expect(await readiness.ask()).toEqual({ ready: false, checks: { server: "stopping" } });
});

test("a database that never answers makes it unready, and is asked once for all who ask", async () => {
  let asked = 0;
  const silent = {
    read: {
      dialect: (await database()).dialect,
      query: () => {
        asked += 1;
        return new Promise<never>(() => undefined);
      },
    },
    write: () => new Promise<never>(() => undefined),
  };
  const readiness = createReadiness({ ...parts, database: silent });
  const [one, other] = await Promise.all([readiness.ask(), readiness.ask()]);
  expect(one).toEqual(other);
  expect([one.ready, one.checks["database"], asked]).toEqual([false, "does not answer", 1]);
});
