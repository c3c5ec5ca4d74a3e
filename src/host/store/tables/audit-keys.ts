/** Keys of the audit log's chain. Each is sealed with the master key, so that a new master key leaves the chain as it is. */
import type { ChainKey } from "../../model/audit-chain.ts";
import type { Queryable } from "../db/database.ts";
import type { Seal } from "../seal.ts";

export const auditKeyPlace = (no: number) => `audit_key|${no}|key`;

/** Returns every key, the newest first. The value of a key that was lost with its master key is undefined. */
export async function listAuditKeys(
  q: Queryable,
  seal: Seal,
): Promise<readonly { readonly no: number; readonly key: Buffer | undefined }[]> {
  const rows = await q.query<{ no: number; key_sealed: Buffer | null }>(
    "SELECT no, key_sealed FROM callboard_audit_key ORDER BY no DESC",
  );
  return rows.map(({ no, key_sealed: sealed }) => ({
    no,
    key: sealed === null ? undefined : Buffer.from(seal.open(auditKeyPlace(no), sealed), "base64"),
  }));
}

/** Returns false if another process added the key first. */
export async function insertAuditKey(tx: Queryable, seal: Seal, { no, key }: ChainKey): Promise<boolean> {
  const inserted = await tx.query(
    `INSERT INTO callboard_audit_key (no, key_sealed, created_at) VALUES ($1, $2, $3)
     ON CONFLICT (no) DO NOTHING RETURNING no`,
    [no, seal.seal(auditKeyPlace(no), key.toString("base64")), Date.now()],
  );
  return inserted.length > 0;
}
