/** Verdicts about the database, its clock and its notices, and the master key. Pure. */
import type {
  ExaminedDatabase,
  ExaminedOutbox,
  ExaminedReplica,
  FoundDatabase,
  Refused,
} from "../../host/index.ts";
import { ok, problem, warning } from "./finding.ts";
import type { Finding } from "./finding.ts";

const REMEDIES: Readonly<Record<string, string>> = {
  DRIVER_MISSING: "npm rebuild sqlite3, or set CALLBOARD_DATABASE_URL to a PostgreSQL database",
  STORE_TOO_NEW: "Start the later version of Callboard, or restore a backup from before the upgrade",
  STORAGE: "Check that the database runs, and host, port and firewall of CALLBOARD_DATABASE_URL",
  CONFIG_INVALID: "Correct CALLBOARD_DATABASE_URL, or the database as the message says",
  EACCES: "Give the file to the user that runs Callboard",
};

const describeRefusal = ({ code, message }: Refused): readonly Finding[] =>
  problem(message, REMEDIES[code] ?? `docs/errors.md describes ${code}`);

export function assessDatabase(database: ExaminedDatabase): readonly Finding[] {
  switch (database.kind) {
    case "new":
      return ok(`${database.file} is made by the first start`);
    case "refused":
      // A server that runs here holds the file, and is looked at by itself.
      return database.code === "STORE_LOCKED"
        ? ok("the file is in use by a Callboard server that runs")
        : describeRefusal(database);
    case "found":
      return assessMigrations(database);
  }
}

function assessMigrations({ product, pending }: FoundDatabase): readonly Finding[] {
  if (pending.length === 0) return ok(`${product}, its schema is up to date`);
  return warning(
    `${product}, the next start applies ${pending.length === 1 ? "a migration" : `${pending.length} migrations`}: ${pending.join(", ")}`,
    "Back the database up; callboard migrate applies them before a start",
  );
}

export function assessNotices({ notices }: Pick<FoundDatabase, "notices">): readonly Finding[] {
  switch (notices) {
    case "alone":
      return ok("one process, which needs none");
    case "listens":
      return ok("LISTEN works");
    case "polls":
      return warning(
        "the database URL leads through a pooler, where LISTEN has no effect: processes poll",
        "Set CALLBOARD_LISTEN_URL to the URL of the database server itself",
      );
    default:
      return problem(
        notices.message,
        "Set CALLBOARD_LISTEN_URL to the URL of the database server itself, or leave it out to poll",
      );
  }
}

/** Pages and lists come from the primary while a replica can't be used; a foreign one is refused by a start. */
export function assessReplica(replica: ExaminedReplica): readonly Finding[] {
  if ("kind" in replica)
    return warning(
      `the database of CALLBOARD_READ_URL can't be read, so pages and lists are read from the primary: ${replica.message}`,
      "Check that the replica runs, and host, port and role of CALLBOARD_READ_URL",
    );
  switch (replica.state) {
    case "ok":
      return ok(`a replica of the database, ${(replica.lagMs / 1_000).toFixed(1)} s behind`);
    case "foreign":
      return problem(replica.detail, "Name a replica of the database, or leave CALLBOARD_READ_URL out");
    default:
      return warning(replica.detail, "Check the replication: pg_stat_replication on the primary shows it");
  }
}

export function assessOutbox(outbox: ExaminedOutbox | Refused): readonly Finding[] {
  if (outbox.kind === "refused")
    return problem(
      `the outbox can't be read: ${outbox.message}`,
      "Check CALLBOARD_OUTBOX_URL, the table and the rights of its role: docs/outbox.md, Set it up",
    );
  const { waiting, refused } = outbox;
  if (refused > 0)
    return warning(
      `${refused === 1 ? "1 row of the outbox was" : `${refused} rows of the outbox were`} refused`,
      "Their refused_detail says why; with refused_at = NULL a row is read again: docs/outbox.md",
    );
  return ok(`the table is there, ${waiting === 1 ? "1 row waits" : `${waiting} rows wait`}`);
}

export function assessMasterKey({
  masterKeys,
  keysInUse,
}: Pick<FoundDatabase, "masterKeys" | "keysInUse">): readonly Finding[] {
  if (masterKeys === undefined) return ok("made by the first start");
  if ("kind" in masterKeys) {
    return problem(
      masterKeys.message,
      "Restore the master key file from a backup, or set CALLBOARD_MASTER_KEY to the key",
    );
  }
  const missing = keysInUse.filter((id) => !masterKeys.includes(id));
  if (missing.length === 0) return ok(`${masterKeys[0] ?? ""} fits the database`);
  return problem(
    `secrets in the database are encrypted with the master key ${missing.join(", ")}, and here is ${masterKeys.join(", ")}`,
    "Set CALLBOARD_MASTER_KEY to the key of this database, or restore the master key file of its data directory",
  );
}

const MAX_AHEAD_MS = 2_000;
/** Tokens to add-ons live for three minutes by the clock of this machine. */
const MAX_WRONG_MS = 60_000;

/** @param whose "the database's", whose clock is compared with this machine's */
export function assessClock(aheadMs: number | undefined, whose: string): readonly Finding[] {
  if (aheadMs === undefined) return ok("the database uses the clock of this machine");
  const seconds = Math.abs(aheadMs / 1000).toFixed(1);
  const direction = aheadMs > 0 ? "ahead of" : "behind";
  const detail = `${whose} clock is ${seconds} s ${direction} this machine's`;
  const remedy = "Let both machines set their clocks by NTP: timedatectl set-ntp true";
  if (Math.abs(aheadMs) >= MAX_WRONG_MS)
    return problem(`${detail}: add-ons refuse tokens that are dated wrongly`, remedy);
  if (Math.abs(aheadMs) >= MAX_AHEAD_MS) return warning(detail, remedy);
  return ok(detail);
}
