import { expect, test } from "vitest";
import { describeBackup, describeDatabaseCheck } from "../../../src/cli/database-text.ts";

test("a backup: its size, what is in it, and the key that isn't", () => {
  const rows = { callboard_event: 1, callboard_delivery: 2_000, callboard_attempt: 7 };
  expect(describeBackup("a.backup", { bytes: 3_145_728, masterKeys: ["k1"], rows })).toEqual([
    "a.backup: 3 MiB, checked",
    "  1 event, 2000 deliveries, 0 sites",
    "  The master key k1 is not in it. Keep a copy of the key in another place: without it, the backup can't be restored.",
  ]);
});

test("a backup made while the master key changes needs both", () => {
  const [, , keys] = describeBackup("a.backup", { bytes: 1, masterKeys: ["k1", "k2"], rows: {} });
  expect(keys).toMatch(/^ {2}The master key k1 and k2 is not in it\./);
});

const SOUND = {
  product: "SQLite",
  pending: [],
  isFileChecked: true,
  rows: { callboard_event: 1, callboard_site: 2 },
  secrets: 1,
  problems: [],
} as const;

test("a database without a problem", () => {
  expect(describeDatabaseCheck(SOUND)).toEqual([
    "SQLite: no problem",
    "  3 rows in 2 tables; 1 secret decrypted",
  ]);
});

test("a database with problems, each with its kind", () => {
  const problems = [
    { kind: "relation", detail: "an event has no site" },
    { kind: "secret", detail: "a secret can't be decrypted" },
  ] as unknown as Parameters<typeof describeDatabaseCheck>[0]["problems"];
  expect(describeDatabaseCheck({ ...SOUND, problems }).slice(0, 3)).toEqual([
    "SQLite: 2 problems",
    "  relation: an event has no site",
    "  secret: a secret can't be decrypted",
  ]);
});

test("what was not looked at is told", () => {
  const lines = describeDatabaseCheck({
    ...SOUND,
    product: "PostgreSQL",
    isFileChecked: false,
    pending: ["step 41", "step 42"],
  });
  expect(lines.slice(2)).toEqual([
    "  The files of PostgreSQL are checked with pg_amcheck.",
    "  The schema needs step 41, step 42: relations, secrets and the audit log are checked after callboard migrate.",
  ]);
});
