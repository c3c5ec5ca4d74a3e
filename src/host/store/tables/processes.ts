/** The processes that share a PostgreSQL database, as far as they were seen a moment ago. */
import type { Queryable } from "../db/database.ts";

/** Who isn't seen for this long is gone. */
const SEEN_WITHIN_MS = 30_000;
const FORGOTTEN_AFTER_MS = 3_600_000;

export interface ProcessLevels {
  readonly inFlight: number;
  /** Undefined when there is no limit. */
  readonly mostInFlight: number | undefined;
  readonly unsettled: number;
  /** No name server answers it. */
  readonly namesFail: boolean;
}

export interface ProcessRecord extends ProcessLevels {
  readonly id: string;
  readonly role: string;
  readonly version: string;
  readonly startedAt: number;
}

/** Times are the server's. */
export async function beat(tx: Queryable, record: Omit<ProcessRecord, "startedAt">): Promise<void> {
  const now = tx.dialect.at("0");
  await tx.query(
    `INSERT INTO callboard_process (id, role, version, started_at, seen_at, in_flight, most_in_flight, unsettled, names_fail)
     VALUES ($1, $2, $3, ${now}, ${now}, $4, $5, $6, $7)
     ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, in_flight = excluded.in_flight,
       most_in_flight = excluded.most_in_flight, unsettled = excluded.unsettled, names_fail = excluded.names_fail`,
    [
      record.id,
      record.role,
      record.version,
      record.inFlight,
      record.mostInFlight ?? null,
      record.unsettled,
      record.namesFail ? 1 : 0,
    ],
  );
  await tx.query(`DELETE FROM callboard_process WHERE seen_at < ${now} - ${FORGOTTEN_AFTER_MS}`);
}

export async function leave(tx: Queryable, id: string): Promise<void> {
  await tx.query("DELETE FROM callboard_process WHERE id = $1", [id]);
}

interface ProcessRow {
  id: string;
  role: string;
  version: string;
  started_at: number;
  in_flight: number;
  most_in_flight: number | null;
  unsettled: number;
  names_fail: number;
}

/** Those that run, longest first. */
export async function listProcesses(q: Queryable): Promise<readonly ProcessRecord[]> {
  const rows = await q.query<ProcessRow>(
    `SELECT * FROM callboard_process WHERE seen_at >= ${q.dialect.at("0")} - ${SEEN_WITHIN_MS} ORDER BY started_at, id`,
  );
  return rows.map((row) => ({
    id: row.id,
    role: row.role,
    version: row.version,
    startedAt: row.started_at,
    inFlight: row.in_flight,
    mostInFlight: row.most_in_flight ?? undefined,
    unsettled: row.unsettled,
    namesFail: row.names_fail === 1,
  }));
}
