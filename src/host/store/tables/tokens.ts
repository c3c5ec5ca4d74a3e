/** API tokens: only a hash is kept. A token has enough entropy that a plain SHA-256 is the right hash. */
import { createHash } from "node:crypto";
import type { Queryable } from "../db/database.ts";

export const SCOPES = ["admin", "read", "events:write", "ingest", "metrics"] as const;
export type Scope = (typeof SCOPES)[number];

export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Undefined = every site. */
  readonly siteKey: string | undefined;
  readonly createdAt: number;
  readonly lastUsedAt: number | undefined;
  readonly revokedAt: number | undefined;
  /** Undefined = it does not expire. */
  readonly expiresAt?: number | undefined;
}

interface TokenRow {
  id: string;
  name: string;
  scopes: string;
  site_key: string | null;
  created_at: number;
  last_used_at: number | null;
  revoked_at: number | null;
  expires_at: number | null;
}

const COLUMNS = "id, name, scopes, site_key, created_at, last_used_at, revoked_at, expires_at";

function tokenOf(row: TokenRow): ApiToken {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes.split(" ") as Scope[],
    siteKey: row.site_key ?? undefined,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
    expiresAt: row.expires_at ?? undefined,
  };
}

export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

export async function insertToken(tx: Queryable, token: ApiToken, hash: string): Promise<void> {
  await tx.query(
    `INSERT INTO callboard_api_token (id, hash, name, scopes, site_key, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      token.id,
      hash,
      token.name,
      token.scopes.join(" "),
      token.siteKey ?? null,
      token.createdAt,
      token.expiresAt ?? null,
    ],
  );
}

export async function findTokenByHash(q: Queryable, hash: string): Promise<ApiToken | undefined> {
  const [row] = await q.query<TokenRow>(
    `SELECT ${COLUMNS} FROM callboard_api_token WHERE hash = $1 AND revoked_at IS NULL`,
    [hash],
  );
  return row === undefined ? undefined : tokenOf(row);
}

/** As {@link findTokenByHash}, a revoked one too. */
export async function findAnyTokenByHash(q: Queryable, hash: string): Promise<ApiToken | undefined> {
  const [row] = await q.query<TokenRow>(`SELECT ${COLUMNS} FROM callboard_api_token WHERE hash = $1`, [hash]);
  return row === undefined ? undefined : tokenOf(row);
}

/** Tokens of this name that no request made, still valid: those that an earlier version took from the configuration. */
export async function listUnauditedTokens(q: Queryable, name: string): Promise<readonly ApiToken[]> {
  const rows = await q.query<TokenRow>(
    `SELECT ${COLUMNS} FROM callboard_api_token t WHERE name = $1 AND revoked_at IS NULL AND NOT EXISTS (
       SELECT 1 FROM callboard_audit a WHERE a.action = 'token.created' AND a.object = t.id)`,
    [name],
  );
  return rows.map(tokenOf);
}

export async function findToken(q: Queryable, id: string): Promise<ApiToken | undefined> {
  const [row] = await q.query<TokenRow>(`SELECT ${COLUMNS} FROM callboard_api_token WHERE id = $1`, [id]);
  return row === undefined ? undefined : tokenOf(row);
}

/** Lists all tokens, those used last first, and those that were never used at the end. */
export async function listTokens(q: Queryable): Promise<readonly ApiToken[]> {
  const rows = await q.query<TokenRow>(
    `SELECT ${COLUMNS} FROM callboard_api_token ORDER BY COALESCE(last_used_at, 0) DESC, created_at, id`,
  );
  return rows.map(tokenOf);
}

/** False once the token was revoked or has expired. */
export function isTokenValid({ revokedAt, expiresAt }: ApiToken, now: number): boolean {
  return revokedAt === undefined && (expiresAt === undefined || expiresAt > now);
}

export async function revokeToken(tx: Queryable, id: string): Promise<void> {
  await tx.query("UPDATE callboard_api_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", [
    id,
    Date.now(),
  ]);
}

export async function touchTokens(tx: Queryable, usedAt: ReadonlyMap<string, number>): Promise<void> {
  for (const [id, at] of usedAt) {
    await tx.query("UPDATE callboard_api_token SET last_used_at = $2 WHERE id = $1", [id, at]);
  }
}
