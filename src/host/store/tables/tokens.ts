/** API tokens: only a hash is kept. A token has enough entropy that a plain SHA-256 is the right hash. */
import { hash as digest } from "node:crypto";
import type { TokenPlace } from "../../model/cursor.ts";
import type { Portal } from "../../model/portal.ts";
import { big, json, optional, text, words } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";
import { toStoredHash, withHash } from "./portal-hash.ts";

export const SCOPES = ["admin", "read", "events:write", "ingest", "metrics"] as const;
export type Scope = (typeof SCOPES)[number];

export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Undefined = every site. */
  readonly siteKey: string | undefined;
  /** Undefined = every receiver. */
  readonly portal?: Portal | undefined;
  readonly createdAt: number;
  readonly lastUsedAt: number | undefined;
  readonly revokedAt: number | undefined;
  /** Undefined = it does not expire. */
  readonly expiresAt?: number | undefined;
}

const tokens = defineTable<ApiToken, { readonly hash: string }>({
  name: "api_token",
  key: ["id"],
  columns: {
    id: text(),
    name: text(),
    scopes: words(),
    siteKey: optional(text()),
    portal: optional(json()),
    createdAt: big(),
    lastUsedAt: optional(big()),
    revokedAt: optional(big()),
    expiresAt: optional(big()),
  },
  unread: { hash: text() },
});

export function hashToken(token: string): string {
  return digest("sha256", token);
}

export function insertToken(tx: Queryable, token: ApiToken, hash: string): Promise<void> {
  return tokens.insert(tx, { ...token, hash: toStoredHash(hash, token.portal !== undefined) });
}

export function findTokenByHash(q: Queryable, hash: string): Promise<ApiToken | undefined> {
  const [condition, ...bind] = withHash(hash);
  return tokens.find(q, [`${condition} AND revoked_at IS NULL`, ...bind]);
}

/** As {@link findTokenByHash}, a revoked one too. */
export function findAnyTokenByHash(q: Queryable, hash: string): Promise<ApiToken | undefined> {
  return tokens.find(q, withHash(hash));
}

/** Tokens of this name that no request made, still valid: those that an earlier version took from the configuration. */
export function listUnauditedTokens(q: Queryable, name: string): Promise<readonly ApiToken[]> {
  return tokens.list(q, [
    `name = $1 AND revoked_at IS NULL AND NOT EXISTS (
       SELECT 1 FROM callboard_audit a WHERE a.action = 'token.created' AND a.object = callboard_api_token.id)`,
    name,
  ]);
}

export function findToken(q: Queryable, id: string): Promise<ApiToken | undefined> {
  return tokens.find(q, { id });
}

/** Those used last first, and those that were never used at the end. */
const LAST_USE = "COALESCE(last_used_at, 0)";
const BY_USE = { order: `${LAST_USE} DESC, created_at, id` };

/** Lists tokens behind a place, the revoked ones too, of which there may be many. */
export function listTokens(
  q: Queryable,
  { after, limit }: { readonly after: TokenPlace | undefined; readonly limit: number },
): Promise<readonly ApiToken[]> {
  if (after === undefined) return tokens.list(q, {}, { ...BY_USE, limit });
  const { lastUsedAt, createdAt, id } = after;
  const isBehind = `(${LAST_USE} < $1 OR (${LAST_USE} = $1 AND (created_at, id) > ($2, $3)))`;
  return tokens.list(q, [isBehind, lastUsedAt, createdAt, id], { ...BY_USE, limit });
}

/** Lists the tokens that were not revoked. */
export function listUnrevokedTokens(q: Queryable): Promise<readonly ApiToken[]> {
  return tokens.list(q, ["revoked_at IS NULL"], BY_USE);
}

/** Lists the tokens, not revoked, that expire after one time and until another one. */
export function listExpiringTokens(
  q: Queryable,
  { after, until }: { readonly after: number; readonly until: number },
): Promise<readonly ApiToken[]> {
  return tokens.list(
    q,
    ["revoked_at IS NULL AND expires_at > $1 AND expires_at <= $2", after, until],
    BY_USE,
  );
}

/** Reports whether another token than this one is valid, and an administrator's of every site. */
export async function hasOtherAdminToken(q: Queryable, id: string, now: number): Promise<boolean> {
  const others = await tokens.list(q, [
    `id <> $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2) AND site_key IS NULL AND portal IS NULL
       AND scopes LIKE '%admin%'`,
    id,
    now,
  ]);
  return others.some(({ scopes }) => scopes.includes("admin"));
}

/** False once the token was revoked or has expired. */
export function isTokenValid({ revokedAt, expiresAt }: ApiToken, now: number): boolean {
  return revokedAt === undefined && (expiresAt === undefined || expiresAt > now);
}

export async function revokeToken(tx: Queryable, id: string): Promise<void> {
  await tokens.set(tx, { id, revokedAt: undefined }, { revokedAt: Date.now() });
}

export async function touchTokens(tx: Queryable, usedAt: ReadonlyMap<string, number>): Promise<void> {
  for (const [id, lastUsedAt] of usedAt) await tokens.set(tx, { id }, { lastUsedAt });
}
