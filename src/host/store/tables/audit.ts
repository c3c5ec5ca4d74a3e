/** Administrative changes: who did them, and when. Entries are only added, and linked to a chain as their transaction commits. */
import { CHAIN_START, isSame, linkAfter, macOfHead } from "../../model/audit-chain.ts";
import type { ChainKey, ChainLink, ChainPoint, StoredEntry } from "../../model/audit-chain.ts";
import type { Database, Queryable } from "../db/database.ts";
import { newUuid } from "../../model/ids.ts";

/** Who did it, and from where. */
export interface Author {
  readonly actor: string;
  readonly address: string;
}

export interface AuditEntry extends Author {
  readonly id: string;
  readonly at: number;
  /** "addon.installed", "token.created" … */
  readonly action: string;
  /** What it was done to, e.g. "jira/com.example.addon". */
  readonly object: string;
  readonly detail: string;
}

export type NewAuditEntry = Omit<AuditEntry, "id" | "at">;

/** Entries of transactions under way, until they are linked and written as the last part of the transaction. */
const unwritten = new WeakMap<Queryable, AuditEntry[]>();

const COLUMNS = "id, at, actor, action, object, detail, address";

/**
 * Adds an entry to the transaction. In a transaction of {@link withAuditChain} it is written at the end, linked to the entry before
 * it; elsewhere at once and outside the chain.
 */
export async function appendAudit(tx: Queryable, entry: NewAuditEntry): Promise<void> {
  const { actor, action, object, detail, address } = entry;
  const added: AuditEntry = {
    id: newUuid(),
    at: Date.now(),
    actor: storable(actor),
    action: storable(action),
    object: storable(object),
    detail: storable(detail),
    address: storable(address),
  };
  const waiting = unwritten.get(tx);
  if (waiting === undefined) await insert(tx, added);
  else waiting.push(added);
}

/** Databases replace these characters, and the hash of an entry must be that of the stored text. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\uFFFD");
}

async function insert(tx: Queryable, entry: AuditEntry, link?: ChainLink): Promise<void> {
  await tx.query(
    `INSERT INTO callboard_audit (${COLUMNS}, seq, key_no, hash, mac)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      entry.id,
      entry.at,
      entry.actor,
      entry.action,
      entry.object,
      entry.detail,
      entry.address,
      link?.seq ?? null,
      link?.keyNo ?? null,
      link?.hash ?? null,
      link?.mac ?? null,
    ],
  );
}

/**
 * A database whose transactions link their audit entries to the chain. The lock of the chain's end is the last one that a
 * transaction takes, so that it can't be part of a deadlock; a transaction without entries never takes it.
 */
export function withAuditChain(database: Database, key: ChainKey): Database {
  const linking =
    <T, Q extends Queryable>(work: (tx: Q) => Promise<T>) =>
    async (tx: Q): Promise<T> => {
      const entries: AuditEntry[] = [];
      unwritten.set(tx, entries);
      try {
        const result = await work(tx);
        if (entries.length > 0) await link(tx, key, entries);
        return result;
      } finally {
        unwritten.delete(tx);
      }
    };
  return {
    ...database,
    write: (work) => database.write(linking(work)),
    administer: (work) => database.administer(linking(work)),
  };
}

async function link(tx: Queryable, key: ChainKey, entries: readonly AuditEntry[]): Promise<void> {
  let end = await lockEnd(tx, key);
  for (const entry of entries) {
    const next = linkAfter(end, key, entry);
    await insert(tx, entry, next);
    end = next;
  }
  await writeChainHead(tx, key, end);
}

export interface ChainHead extends ChainPoint {
  readonly keyNo: number;
  readonly mac: Buffer;
}

const HEAD = `SELECT seq, key_no AS "keyNo", hash, mac FROM callboard_audit_head WHERE one = 1`;

export async function readChainHead(q: Queryable): Promise<ChainHead | undefined> {
  return (await q.query<ChainHead>(HEAD))[0];
}

/** The chain's end, which no other process can move before this transaction ends. */
async function lockEnd(tx: Queryable, key: ChainKey): Promise<ChainPoint> {
  const [head] = await tx.query<ChainHead>(tx.dialect.name === "postgres" ? `${HEAD} FOR UPDATE` : HEAD);
  if (head?.keyNo === key.no && isSame(macOfHead(key, head), head.mac)) return head;
  // The entry stays, and the check of the chain fails at it from then on: an end that was removed or replaced is not made good.
  const [last] = await tx.query<{ seq: number | null }>("SELECT MAX(seq) AS seq FROM callboard_audit");
  return { seq: (last?.seq ?? 0) + 1, hash: CHAIN_START.hash };
}

export async function writeChainHead(tx: Queryable, key: ChainKey, { seq, hash }: ChainPoint): Promise<void> {
  await tx.query(
    `INSERT INTO callboard_audit_head (one, seq, key_no, hash, mac) VALUES (1, $1, $2, $3, $4)
     ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, key_no = excluded.key_no, hash = excluded.hash, mac = excluded.mac`,
    [seq, key.no, hash, macOfHead(key, { seq, hash })],
  );
}

/** Newest first, `before` being the id of the last one already seen. */
export async function listAudit(
  q: Queryable,
  limit: number,
  before?: string,
): Promise<readonly AuditEntry[]> {
  return before === undefined
    ? q.query<AuditEntry>(`SELECT ${COLUMNS} FROM callboard_audit ORDER BY id DESC LIMIT $1`, [limit])
    : q.query<AuditEntry>(`SELECT ${COLUMNS} FROM callboard_audit WHERE id < $2 ORDER BY id DESC LIMIT $1`, [
        limit,
        before,
      ]);
}

/** The entries of one action since an ID, newest first. */
export async function listAuditOf(
  q: Queryable,
  action: string,
  since: string,
  limit: number,
): Promise<readonly AuditEntry[]> {
  return q.query<AuditEntry>(
    `SELECT ${COLUMNS} FROM callboard_audit WHERE id >= $1 AND action = $2 ORDER BY id DESC LIMIT $3`,
    [since, action, limit],
  );
}

/** The entries of the chain after `seq`, in its order. */
export async function listChained(
  q: Queryable,
  after: number,
  upTo: number,
  limit: number,
): Promise<readonly StoredEntry[]> {
  return q.query<StoredEntry>(
    `SELECT ${COLUMNS}, seq, key_no AS "keyNo", hash, mac FROM callboard_audit
     WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3`,
    [after, upTo, limit],
  );
}

/** The entries without a place in the chain, in the order of their IDs. */
export async function listUnchained(
  q: Queryable,
  after: string,
  limit: number,
): Promise<readonly AuditEntry[]> {
  return q.query<AuditEntry>(
    `SELECT ${COLUMNS} FROM callboard_audit WHERE seq IS NULL AND id > $1 ORDER BY id LIMIT $2`,
    [after, limit],
  );
}
