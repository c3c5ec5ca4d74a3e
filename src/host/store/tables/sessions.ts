/** Browser sessions and one-time login links. Of the secrets in cookie and link only hashes are kept. */
import type { Portal } from "../../model/portal.ts";
import { big, json, optional, text } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";
import { toStoredHash, withHash } from "./portal-hash.ts";

/** What a session or link reaches of that which its token reaches; undefined = all of it. */
export interface Narrowing {
  readonly portal: Portal | undefined;
  readonly siteKey: string | undefined;
}

export interface Session extends Narrowing {
  /** As the row has it. */
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

/** `isOfPortal`: it is narrowed, or its token is. */
export function insertSession(tx: Queryable, session: Session, isOfPortal: boolean): Promise<void> {
  return sessions.insert(tx, { ...session, hash: toStoredHash(session.hash, isOfPortal) });
}

export function findSession(q: Queryable, hash: string): Promise<Session | undefined> {
  return sessions.find(q, withHash(hash));
}

export async function touchSession(
  tx: Queryable,
  { hash }: Pick<Session, "hash">,
  lastSeenAt: number,
): Promise<void> {
  await sessions.set(tx, { hash }, { lastSeenAt });
}

export async function deleteSession(tx: Queryable, hash: string): Promise<void> {
  await sessions.delete(tx, withHash(hash));
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

/** `isOfPortal`: it is narrowed, or its token is. */
export function insertLoginLink(tx: Queryable, link: LoginLink, isOfPortal: boolean): Promise<void> {
  return loginLinks.insert(tx, { ...link, hash: toStoredHash(link.hash, isOfPortal) });
}

export function findLoginLink(q: Queryable, hash: string): Promise<LoginLink | undefined> {
  return loginLinks.find(q, withHash(hash));
}

/** Takes a login link: returns it to the first caller, and undefined to all later ones. */
export async function takeLoginLink(tx: Queryable, hash: string): Promise<LoginLink | undefined> {
  const [condition, ...bind] = withHash(hash);
  const [row] = await tx.query(`DELETE FROM ${loginLinks.name} WHERE ${condition} RETURNING *`, bind);
  return row === undefined ? undefined : loginLinks.toRecord(row);
}
