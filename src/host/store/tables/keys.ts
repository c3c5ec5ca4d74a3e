/** RSA keys of signed install: the private half sealed, the public half served by key ID until it is withdrawn. */
import type { Queryable } from "../db/database.ts";
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

interface KeyRow {
  kid: string;
  private_sealed: Buffer;
  public_pem: string;
  created_at: number;
  retired_at: number | null;
  withdrawn_at: number | null;
}

export const signingKeyPlace = (kid: string) => `signing_key|${kid}|private`;

export async function insertSigningKey(tx: Queryable, seal: Seal, key: SigningKeyRecord): Promise<void> {
  await tx.query(
    "INSERT INTO callboard_signing_key (kid, private_sealed, public_pem, created_at) VALUES ($1, $2, $3, $4)",
    [key.kid, seal.seal(signingKeyPlace(key.kid), key.privatePem), key.publicPem, key.createdAt],
  );
}

/** The keys that sign now stop signing; their public halves are served until `withdrawnAt`. */
export async function retireSigningKeys(tx: Queryable, now: number, withdrawnAt: number): Promise<void> {
  await tx.query(
    "UPDATE callboard_signing_key SET retired_at = $1, withdrawn_at = $2 WHERE retired_at IS NULL",
    [now, withdrawnAt],
  );
}

export async function withdrawSigningKey(tx: Queryable, kid: string, now: number): Promise<void> {
  await tx.query(
    `UPDATE callboard_signing_key SET withdrawn_at = $2
     WHERE kid = $1 AND (withdrawn_at IS NULL OR withdrawn_at > $2)`,
    [kid, now],
  );
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
export async function listSigningKeys(q: Queryable, seal: Seal): Promise<readonly SigningKeyRecord[]> {
  const rows = await q.query<KeyRow>("SELECT * FROM callboard_signing_key ORDER BY created_at DESC, kid");
  return rows.map((row) => ({
    kid: row.kid,
    privatePem: seal.open(signingKeyPlace(row.kid), row.private_sealed),
    publicPem: row.public_pem,
    createdAt: row.created_at,
    retiredAt: row.retired_at ?? undefined,
    withdrawnAt: row.withdrawn_at ?? undefined,
  }));
}
