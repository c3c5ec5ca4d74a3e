/** Verdicts about a database and its keys. */
import { expect, test } from "vitest";
import {
  assessClock,
  assessDatabase,
  assessMasterKey,
  assessNotices,
  assessOutbox,
  assessReplica,
} from "../../../../src/cli/doctor/assess-database.ts";
import type {
  ExaminedDatabase,
  ExaminedOutbox,
  ExaminedReplica,
  FoundDatabase,
  Refused,
} from "../../../../src/host/index.ts";

const FOUND: FoundDatabase = {
  kind: "found",
  product: "PostgreSQL 15.3",
  pending: [],
  clockAheadMs: 0,
  notices: "listens",
  keysInUse: ["aaaa"],
  masterKeys: ["aaaa"],
};
const refused = (code: string) => ({ kind: "refused", code, message: `refused by ${code}` }) as const;
const first = ([finding]: readonly { readonly verdict: string; readonly remedy?: string }[]) => finding;

test.each<[string, ExaminedDatabase, string]>([
  ["up to date", FOUND, "ok"],
  ["not made yet", { kind: "new", file: "/d/callboard.sqlite" }, "ok"],
  ["held by a server", refused("STORE_LOCKED"), "ok"],
  ["with migrations to come", { ...FOUND, pending: ["0018-more"] }, "warning"],
  ["that can't be reached", refused("STORAGE"), "problem"],
  ["of a later version", refused("STORE_TOO_NEW"), "problem"],
  ["without a driver", refused("DRIVER_MISSING"), "problem"],
  ["that nobody expected", refused("SQLITE_NOTADB"), "problem"],
])("a database %s", (_name, database, verdict) => {
  const finding = first(assessDatabase(database));
  expect(finding?.verdict).toBe(verdict);
  expect(finding?.remedy !== undefined).toBe(verdict !== "ok");
});

test.each<[string, Pick<FoundDatabase, "masterKeys" | "keysInUse">, string]>([
  ["the same", FOUND, "ok"],
  ["one of two, while they are changed", { ...FOUND, masterKeys: ["bbbb", "aaaa"] }, "ok"],
  ["not made yet", { keysInUse: [], masterKeys: undefined }, "ok"],
  ["another one", { ...FOUND, masterKeys: ["bbbb"] }, "problem"],
  ["gone", { ...FOUND, masterKeys: refused("CONFIG_INVALID") }, "problem"],
])("a master key that is %s", (_name, database, verdict) => {
  expect(first(assessMasterKey(database))?.verdict).toBe(verdict);
});

test.each<[FoundDatabase["notices"], string]>([
  ["alone", "ok"],
  ["listens", "ok"],
  ["polls", "warning"],
  [refused("CONFIG_INVALID"), "problem"],
])("notices %j are %s", (notices, verdict) => {
  expect(first(assessNotices({ notices }))?.verdict).toBe(verdict);
});

test.each<[ExaminedReplica, string, string]>([
  [{ state: "ok", lagMs: 1_234 }, "ok", "a replica of the database, 1.2 s behind"],
  [{ state: "behind", detail: "The replica is behind" }, "warning", "The replica is behind"],
  [{ state: "foreign", detail: "It is no replica" }, "problem", "It is no replica"],
  [
    refused("STORAGE"),
    "warning",
    "the database of CALLBOARD_READ_URL can't be read, so pages and lists are read from the primary: refused by STORAGE",
  ],
])("a read URL: %j", (replica, verdict, detail) => {
  expect(first(assessReplica(replica))).toMatchObject({ verdict, detail });
});

test.each<[ExaminedOutbox | Refused, string, string]>([
  [{ kind: "read", waiting: 0, refused: 0 }, "ok", "the table is there, 0 rows wait"],
  [{ kind: "read", waiting: 1, refused: 0 }, "ok", "the table is there, 1 row waits"],
  [{ kind: "read", waiting: 1, refused: 2 }, "warning", "2 rows of the outbox were refused"],
  [refused("STORAGE"), "problem", "the outbox can't be read: refused by STORAGE"],
])("an outbox: %j", (outbox, verdict, detail) => {
  expect(first(assessOutbox(outbox))).toMatchObject({ verdict, detail });
});

test.each([
  [undefined, "ok"],
  [0, "ok"],
  [1_999, "ok"],
  [-2_000, "warning"],
  [59_000, "warning"],
  [60_000, "problem"],
  [-3_600_000, "problem"],
])("a clock that is %s ms ahead is %s", (aheadMs, verdict) => {
  expect(first(assessClock(aheadMs, "the database's"))?.verdict).toBe(verdict);
});
