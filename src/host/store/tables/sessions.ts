/** Browser sessions and one-time login links. Of the secrets in cookie and link only hashes are kept. */
import type { Queryable } from "../db/database.ts";

export interface Session {
  readonly hash: string;
  /** The API token that it was begun with, and whose rights it has. */
  readonly tokenId: string;
  /** What its forms must carry. */
  readonly csrf: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
}

interface SessionRow {
  hash: string;
  token_id: string;
  csrf: string;
  created_at: number;
  last_seen_at: number;
}

export async function insertSession(tx: Queryable, session: Session): Promise<void> {
  await tx.query(
    "INSERT INTO callboard_session (hash, token_id, csrf, created_at, last_seen_at) VALUES ($1, $2, $3, $4, $5)",
    [session.hash, session.tokenId, session.csrf, session.createdAt, session.lastSeenAt],
  );
}

export async function findSession(q: Queryable, hash: string): Promise<Session | undefined> {
  const [row] = await q.query<SessionRow>("SELECT * FROM callboard_session WHERE hash = $1", [hash]);
  if (row === undefined) return undefined;
  return {
    hash: row.hash,
    tokenId: row.token_id,
    csrf: row.csrf,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
  };
}

export async function touchSession(tx: Queryable, hash: string, at: number): Promise<void> {
  await tx.query("UPDATE callboard_session SET last_seen_at = $2 WHERE hash = $1", [hash, at]);
}

export async function deleteSession(tx: Queryable, hash: string): Promise<void> {
  await tx.query("DELETE FROM callboard_session WHERE hash = $1", [hash]);
}

/** Removes what has ended: sessions not seen since, or begun before, and links that expired. */
export async function deleteEnded(
  tx: Queryable,
  limits: { readonly seenBefore: number; readonly begunBefore: number; readonly now: number },
): Promise<void> {
  await tx.query("DELETE FROM callboard_session WHERE last_seen_at < $1 OR created_at < $2", [
    limits.seenBefore,
    limits.begunBefore,
  ]);
  await tx.query("DELETE FROM callboard_login_link WHERE expires_at < $1", [limits.now]);
}

export interface LoginLink {
  readonly hash: string;
  readonly tokenId: string;
  readonly expiresAt: number;
}

export async function insertLoginLink(tx: Queryable, link: LoginLink): Promise<void> {
  await tx.query("INSERT INTO callboard_login_link (hash, token_id, expires_at) VALUES ($1, $2, $3)", [
    link.hash,
    link.tokenId,
    link.expiresAt,
  ]);
}

/** Removes the link and gives it to whoever was first; undefined for everybody after. */
export async function takeLoginLink(tx: Queryable, hash: string): Promise<LoginLink | undefined> {
  const [row] = await tx.query<{ hash: string; token_id: string; expires_at: number }>(
    "DELETE FROM callboard_login_link WHERE hash = $1 RETURNING hash, token_id, expires_at",
    [hash],
  );
  return row === undefined ? undefined : { hash: row.hash, tokenId: row.token_id, expiresAt: row.expires_at };
}
