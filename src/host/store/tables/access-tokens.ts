/**
 * Access tokens of the OAuth 2 clients of outgoing webhooks, sealed: one for all processes. The process that holds the lease fetches
 * the next one.
 */
import { big, int, json, optional, sealed, text } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";
import type { Seal } from "../seal.ts";
import type { AccessToken, TokenFailure, TokenResult } from "../../model/access-token.ts";
import { pauseAfterFailures } from "../../model/access-token.ts";

/** Times are epoch ms on the database's clock. */
interface AccessTokenRow {
  readonly siteNo: number;
  readonly webhookNo: number;
  /** The version of the client that the token is of. */
  readonly since: number;
  readonly token: string | undefined;
  readonly fetchedAt: number | undefined;
  readonly refreshAt: number | undefined;
  readonly expiresAt: number | undefined;
  /** Failed requests since the last token. */
  readonly failures: number;
  readonly failure: TokenFailure | undefined;
  /** Time of the next request after a failed one. */
  readonly retryAt: number | undefined;
  readonly leaseId: string | undefined;
  readonly leaseUntil: number | undefined;
}

export const accessTokens = defineTable<AccessTokenRow>({
  name: "access_token",
  key: ["siteNo", "webhookNo"],
  columns: {
    siteNo: int(),
    webhookNo: int(),
    since: big(),
    token: optional(
      sealed("token_sealed", (siteNo: number, no: number) => `access_token|${siteNo}/${no}|token`),
    ),
    fetchedAt: optional(big()),
    refreshAt: optional(big()),
    expiresAt: optional(big()),
    failures: int(),
    failure: optional(json()),
    retryAt: optional(big()),
    leaseId: optional(text()),
    leaseUntil: optional(big()),
  },
});

/** The client of a webhook, in one version. */
export interface TokenKey {
  readonly siteNo: number;
  readonly webhookNo: number;
  readonly since: number;
}

export interface StoredToken {
  readonly token: AccessToken | undefined;
  /** The last request failed, and the next one is not due yet. */
  readonly failure: TokenFailure | undefined;
  readonly failures: number;
}

const NOTHING: StoredToken = { token: undefined, failure: undefined, failures: 0 };

/** Resolves to what is known of this version of the client. */
export async function readAccessToken(
  q: Queryable,
  seal: Seal,
  { siteNo, webhookNo, since }: TokenKey,
  now: number,
): Promise<StoredToken> {
  const row = await accessTokens.sealedBy(seal).find(q, { siteNo, webhookNo });
  return row?.since === since ? toStored(row, now) : NOTHING;
}

function toStored(row: AccessTokenRow, now: number): StoredToken {
  const { token, fetchedAt, refreshAt, expiresAt, failures, failure, retryAt } = row;
  return {
    token:
      token === undefined || fetchedAt === undefined || refreshAt === undefined || expiresAt === undefined
        ? undefined
        : { token, fetchedAt, refreshAt, expiresAt },
    failure: (retryAt ?? 0) > now ? failure : undefined,
    failures,
  };
}

export interface TokenLease {
  readonly id: string;
  readonly until: number;
}

/** Resolves to true for the one process that may fetch a token until its lease ends. */
export async function leaseAccessToken(
  tx: Queryable,
  { siteNo, webhookNo, since }: TokenKey,
  lease: TokenLease,
  now: number,
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO ${accessTokens.name} (site_no, webhook_no, since, failures, lease_id, lease_until)
     VALUES ($1, $2, $3, 0, $4, $5)
     ON CONFLICT (site_no, webhook_no) DO UPDATE SET lease_id = excluded.lease_id, lease_until = excluded.lease_until
     WHERE ${accessTokens.name}.lease_until IS NULL OR ${accessTokens.name}.lease_until <= $6
     RETURNING lease_id`,
    [siteNo, webhookNo, since, lease.id, lease.until, now],
  );
  return rows.length > 0;
}

export async function releaseAccessToken(
  tx: Queryable,
  { siteNo, webhookNo }: TokenKey,
  leaseId: string,
): Promise<void> {
  await accessTokens.set(tx, { siteNo, webhookNo, leaseId }, NO_LEASE);
}

export interface TokenSettlement {
  readonly key: TokenKey;
  readonly leaseId: string;
  readonly result: TokenResult;
  readonly now: number;
}

/** Writes what the holder of the lease got, and ends the lease. Does nothing if another process has the lease by now. */
export async function settleAccessToken(
  tx: Queryable,
  seal: Seal,
  { key, leaseId, result, now }: TokenSettlement,
): Promise<void> {
  const { siteNo, webhookNo } = key;
  const row = await accessTokens.sealedBy(seal).find(tx, { siteNo, webhookNo });
  if (row?.leaseId !== leaseId) return;
  // A process that has not seen a change of the client yet keeps its token to itself.
  if (row.since > key.since) return releaseAccessToken(tx, key, leaseId);
  if (result.kind === "token") return saveAccessToken(tx, seal, key, result.token);
  const before = row.since === key.since ? row : newRow(key);
  const failures = before.failures + 1;
  await accessTokens.sealedBy(seal).save(tx, {
    ...before,
    ...NO_LEASE,
    failures,
    failure: result,
    retryAt: now + pauseAfterFailures(failures),
  });
}

/** Replaces the row by one with this token. */
export async function saveAccessToken(
  tx: Queryable,
  seal: Seal,
  key: TokenKey,
  token: AccessToken,
): Promise<void> {
  await accessTokens.sealedBy(seal).save(tx, { ...newRow(key), ...token });
}

const NO_LEASE = { leaseId: undefined, leaseUntil: undefined };

const newRow = ({ siteNo, webhookNo, since }: TokenKey): AccessTokenRow => ({
  siteNo,
  webhookNo,
  since,
  token: undefined,
  fetchedAt: undefined,
  refreshAt: undefined,
  expiresAt: undefined,
  failures: 0,
  failure: undefined,
  retryAt: undefined,
  ...NO_LEASE,
});

export async function deleteAccessToken(tx: Queryable, siteNo: number, webhookNo: number): Promise<void> {
  await accessTokens.delete(tx, { siteNo, webhookNo });
}
