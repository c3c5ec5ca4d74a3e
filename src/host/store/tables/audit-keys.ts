/** Keys of the audit log's chain. Each is sealed with the master key, so that a new master key leaves the chain as it is. */
import type { ChainKey } from "../../model/audit-chain.ts";
import { big, int, optional, sealed } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";
import type { Seal } from "../seal.ts";

interface AuditKey {
  readonly no: number;
  /** Base64; undefined once it was lost with its master key. */
  readonly key: string | undefined;
}

export const auditKeys = defineTable<AuditKey, { readonly createdAt: number }>({
  name: "audit_key",
  key: ["no"],
  columns: { no: int(), key: optional(sealed("key_sealed", (no: number) => `audit_key|${no}|key`)) },
  unread: { createdAt: big() },
});

/** Returns every key, the newest first. The value of a key that was lost with its master key is undefined. */
export async function listAuditKeys(
  q: Queryable,
  seal: Seal,
): Promise<readonly { readonly no: number; readonly key: Buffer | undefined }[]> {
  const all = await auditKeys.sealedBy(seal).list(q, {}, { order: "no DESC" });
  return all.map(({ no, key }) => ({ no, key: key === undefined ? undefined : Buffer.from(key, "base64") }));
}

/** Returns false if another process added the key first. */
export function insertAuditKey(tx: Queryable, seal: Seal, { no, key }: ChainKey): Promise<boolean> {
  const added = { no, key: key.toString("base64"), createdAt: Date.now() };
  return auditKeys.sealedBy(seal).insertNew(tx, added);
}
