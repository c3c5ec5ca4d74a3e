/** Who did what, and when: append-only. */
import type { Queryable } from "./database.ts";
import { newUuid } from "./ids.ts";

/** Who did it, and from where. */
export interface Author {
  readonly actor: string;
  readonly address: string;
}

export interface AuditEntry extends Author {
  readonly id: string;
  readonly at: number;
  /** "addon.installed", "token.created" … */
  readonly action: string;
  /** What it was done to, e.g. "jira/com.example.addon". */
  readonly object: string;
  readonly detail: string;
}

export type NewAuditEntry = Omit<AuditEntry, "id" | "at">;

export async function appendAudit(tx: Queryable, entry: NewAuditEntry): Promise<void> {
  await tx.query(
    "INSERT INTO callboard_audit (id, at, actor, action, object, detail, address) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    [newUuid(), Date.now(), entry.actor, entry.action, entry.object, entry.detail, entry.address],
  );
}

/** Newest first, `before` being the id of the last one already seen. */
export async function listAudit(
  q: Queryable,
  limit: number,
  before?: string,
): Promise<readonly AuditEntry[]> {
  return before === undefined
    ? q.query<AuditEntry>("SELECT * FROM callboard_audit ORDER BY id DESC LIMIT $1", [limit])
    : q.query<AuditEntry>("SELECT * FROM callboard_audit WHERE id < $2 ORDER BY id DESC LIMIT $1", [
        limit,
        before,
      ]);
}

/** The entries of one action since an ID, newest first. */
export async function listAuditOf(
  q: Queryable,
  action: string,
  since: string,
  limit: number,
): Promise<readonly AuditEntry[]> {
  return q.query<AuditEntry>(
    "SELECT * FROM callboard_audit WHERE id >= $1 AND action = $2 ORDER BY id DESC LIMIT $3",
    [since, action, limit],
  );
}
