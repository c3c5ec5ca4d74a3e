/** The processes that share a PostgreSQL database, as far as they were seen a moment ago. */
import { big, flag, int, optional, text } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";

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
  /** Its proxy works for no receiver. */
  readonly proxyFails: boolean;
}

export interface ProcessRecord extends ProcessLevels {
  readonly id: string;
  readonly role: string;
  readonly version: string;
  readonly startedAt: number;
}

const processes = defineTable<ProcessRecord, { readonly seenAt: number }>({
  name: "process",
  key: ["id"],
  columns: {
    id: text(),
    role: text(),
    version: text(),
    startedAt: big(),
    inFlight: int(),
    mostInFlight: optional(int()),
    unsettled: int(),
    namesFail: flag(),
    proxyFails: flag(),
  },
  unread: { seenAt: big() },
});

/** Times are the server's. */
export async function beat(tx: Queryable, record: Omit<ProcessRecord, "startedAt">): Promise<void> {
  const now = tx.dialect.at("0");
  await tx.query(
    `INSERT INTO callboard_process (id, role, version, started_at, seen_at, in_flight, most_in_flight, unsettled, names_fail, proxy_fails)
     VALUES ($1, $2, $3, ${now}, ${now}, $4, $5, $6, $7, $8)
     ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, in_flight = excluded.in_flight,
       most_in_flight = excluded.most_in_flight, unsettled = excluded.unsettled, names_fail = excluded.names_fail,
       proxy_fails = excluded.proxy_fails`,
    [
      record.id,
      record.role,
      record.version,
      record.inFlight,
      record.mostInFlight ?? null,
      record.unsettled,
      record.namesFail ? 1 : 0,
      record.proxyFails ? 1 : 0,
    ],
  );
  await processes.delete(tx, [`seen_at < ${now} - ${FORGOTTEN_AFTER_MS}`]);
}

export async function leave(tx: Queryable, id: string): Promise<void> {
  await processes.delete(tx, { id });
}

/** Lists the running processes, oldest first. */
export function listProcesses(q: Queryable): Promise<readonly ProcessRecord[]> {
  return processes.list(q, [`seen_at >= ${q.dialect.at("0")} - ${SEEN_WITHIN_MS}`], {
    order: "started_at, id",
  });
}
