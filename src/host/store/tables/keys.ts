/** RSA keys of signed install: the private half sealed, the public half served by key ID until it is withdrawn. */
import { big, optional, sealed, text } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";
import type { Seal } from "../seal.ts";

export interface SigningKeyRecord {
  readonly kid: string;
  readonly privatePem: string;
  readonly publicPem: string;
  readonly createdAt: number;
  /** No longer signs from this time on. */
  readonly retiredAt: number | undefined;
  /** Its public half is no longer served from this time on. */
  readonly withdrawnAt?: number | undefined;
}

export const signingKeys = defineTable<SigningKeyRecord>({
  name: "signing_key",
  key: ["kid"],
  columns: {
    kid: text(),
    privatePem: sealed("private_sealed", (kid: string) => `signing_key|${kid}|private`),
    publicPem: text(),
    createdAt: big(),
    retiredAt: optional(big()),
    withdrawnAt: optional(big()),
  },
});

export function insertSigningKey(tx: Queryable, seal: Seal, key: SigningKeyRecord): Promise<void> {
  return signingKeys.sealedBy(seal).insert(tx, key);
}

/** The keys that sign now stop signing; their public halves are served until `withdrawnAt`. */
export async function retireSigningKeys(tx: Queryable, now: number, withdrawnAt: number): Promise<void> {
  await signingKeys.set(tx, { retiredAt: undefined }, { retiredAt: now, withdrawnAt });
}

export async function withdrawSigningKey(tx: Queryable, kid: string, now: number): Promise<void> {
  const rest = "withdrawn_at = $2 WHERE kid = $1 AND (withdrawn_at IS NULL OR withdrawn_at > $2)";
  await tx.query(signingKeys.update + rest, [kid, now]);
}

/** Returns the public half of a key that is not withdrawn. */
export async function findPublicKey(q: Queryable, kid: string, now: number): Promise<string | undefined> {
  const [row] = await q.query<{ public_pem: string }>(
    `SELECT public_pem FROM callboard_signing_key WHERE kid = $1 AND (withdrawn_at IS NULL OR withdrawn_at > $2)`,
    [kid, now],
  );
  return row?.public_pem;
}

/** Whether there is one: from then on the database has secrets that only its master key opens. */
export async function hasSigningKey(q: Queryable): Promise<boolean> {
  return (await q.query("SELECT 1 AS one FROM callboard_signing_key LIMIT 1")).length > 0;
}

/** Newest first. */
export function listSigningKeys(q: Queryable, seal: Seal): Promise<readonly SigningKeyRecord[]> {
  return signingKeys.sealedBy(seal).list(q, {}, { order: "created_at DESC, kid" });
}
