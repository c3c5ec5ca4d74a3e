/** RSA keys of signed install: the private half sealed, the public half served by key id for as long as the row stays. */
import type { Queryable } from "./database.ts";
import type { Seal } from "./seal.ts";

export interface SigningKeyRecord {
  readonly kid: string;
  readonly privatePem: string;
  readonly publicPem: string;
  readonly createdAt: number;
  /** No longer signs; its public half stays available to whoever cached the kid. */
  readonly retiredAt: number | undefined;
}

interface KeyRow {
  kid: string;
  private_sealed: Buffer;
  public_pem: string;
  created_at: number;
  retired_at: number | null;
}

const place = (kid: string) => `signing_key|${kid}|private`;

export async function insertSigningKey(tx: Queryable, seal: Seal, key: SigningKeyRecord): Promise<void> {
  await tx.query(
    "INSERT INTO callboard_signing_key (kid, private_sealed, public_pem, created_at) VALUES ($1, $2, $3, $4)",
    [key.kid, seal.seal(place(key.kid), key.privatePem), key.publicPem, key.createdAt],
  );
}

export async function retireSigningKeys(tx: Queryable): Promise<void> {
  await tx.query("UPDATE callboard_signing_key SET retired_at = $1 WHERE retired_at IS NULL", [Date.now()]);
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
    privatePem: seal.open(place(row.kid), row.private_sealed),
    publicPem: row.public_pem,
    createdAt: row.created_at,
    retiredAt: row.retired_at ?? undefined,
  }));
}
