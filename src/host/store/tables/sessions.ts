/** Browser sessions and one-time login links. Of the secrets in cookie and link only hashes are kept. */
import type { Portal } from "../../model/portal.ts";
import { big, json, optional, text } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";

/** What a session or link reaches of that which its token reaches; undefined = all of it. */
export interface Narrowing {
  readonly portal: Portal | undefined;
  readonly siteKey: string | undefined;
}

export interface Session extends Narrowing {
  readonly hash: string;
  /** The API token that it was begun with, and whose rights it has. */
  readonly tokenId: string;
  /** What its forms must carry. */
  readonly csrf: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
}

const sessions = defineTable<Session>({
  name: "session",
  key: ["hash"],
  columns: {
    hash: text(),
    tokenId: text(),
    csrf: text(),
    createdAt: big(),
    lastSeenAt: big(),
    portal: optional(json()),
    siteKey: optional(text()),
  },
});

export const insertSession = sessions.insert;

export function findSession(q: Queryable, hash: string): Promise<Session | undefined> {
  return sessions.find(q, { hash });
}

export async function touchSession(tx: Queryable, hash: string, lastSeenAt: number): Promise<void> {
  await sessions.set(tx, { hash }, { lastSeenAt });
}

export async function deleteSession(tx: Queryable, hash: string): Promise<void> {
  await sessions.delete(tx, { hash });
}

/** Removes what has ended: sessions not seen since, or begun before, and links that expired. */
export async function deleteEnded(
  tx: Queryable,
  limits: { readonly seenBefore: number; readonly begunBefore: number; readonly now: number },
): Promise<void> {
  await sessions.delete(tx, ["last_seen_at < $1 OR created_at < $2", limits.seenBefore, limits.begunBefore]);
  await loginLinks.delete(tx, ["expires_at < $1", limits.now]);
}

export interface LoginLink extends Narrowing {
  readonly hash: string;
  readonly tokenId: string;
  readonly expiresAt: number;
}

const loginLinks = defineTable<LoginLink>({
  name: "login_link",
  key: ["hash"],
  columns: {
    hash: text(),
    tokenId: text(),
    expiresAt: big(),
    portal: optional(json()),
    siteKey: optional(text()),
  },
});

export const insertLoginLink = loginLinks.insert;

export function findLoginLink(q: Queryable, hash: string): Promise<LoginLink | undefined> {
  return loginLinks.find(q, { hash });
}

/** Takes a login link: returns it to the first caller, and undefined to all later ones. */
export async function takeLoginLink(tx: Queryable, hash: string): Promise<LoginLink | undefined> {
  const [row] = await tx.query(`DELETE FROM ${loginLinks.name} WHERE hash = $1 RETURNING *`, [hash]);
  return row === undefined ? undefined : loginLinks.toRecord(row);
}
