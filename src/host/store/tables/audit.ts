/** Administrative changes: who did them, and when. Entries are only added, and linked to a chain as their transaction commits. */
import { CHAIN_START, isSame, linkAfter, macOfHead } from "../../model/audit-chain.ts";
import type { ChainKey, ChainLink, ChainPoint, StoredEntry } from "../../model/audit-chain.ts";
import { big, bytes, int, optional, text } from "../db/columns.ts";
import type { Database, Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";
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
  if (waiting === undefined) await audit.insert(tx, added);
  else waiting.push(added);
}

/** Databases replace these characters, and the hash of an entry must be that of the stored text. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\uFFFD");
}

const audit = defineTable<AuditEntry, Partial<ChainLink>>({
  name: "audit",
  key: ["id"],
  columns: {
    id: text(),
    at: big(),
    actor: text(),
    action: text(),
    object: text(),
    detail: text(),
    address: text(),
  },
  unread: {
    seq: optional(big()),
    keyNo: optional(int()),
    hash: optional(bytes()),
    mac: optional(bytes()),
  },
});

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
    await audit.insert(tx, { ...entry, ...next });
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
  const [head] = await tx.query<ChainHead>(`${HEAD} ${tx.dialect.lock}`);
  if (head?.keyNo === key.no && isSame(macOfHead(key, head), head.mac)) return head;
  // The entry stays, and the check of the chain fails at it from then on: an end that was removed or replaced is not made good.
  const [last] = await tx.query<{ seq: number | null }>("SELECT MAX(seq) AS seq FROM callboard_audit");
  return { seq: (last?.seq ?? 0) + 1, hash: CHAIN_START.hash };
}

const heads = defineTable<ChainHead & { readonly one: number }>({
  name: "audit_head",
  key: ["one"],
  columns: { one: int(), seq: big(), keyNo: int(), hash: bytes(), mac: bytes() },
});

export function writeChainHead(tx: Queryable, key: ChainKey, { seq, hash }: ChainPoint): Promise<void> {
  return heads.save(tx, { one: 1, seq, keyNo: key.no, hash, mac: macOfHead(key, { seq, hash }) });
}

/** Entries that a search looks at before it stops. */
const MAX_WALK = 10_000;

export interface AuditWalk {
  /** IDs from `from` (included) up to `below` (not included). */
  readonly range: { readonly from: string; readonly below: string };
  /** Part of any of the texts of an entry; letters of ASCII match in any case. Empty for every entry. */
  readonly search: string;
  readonly limit: number;
}

/**
 * The entries of the range that match, newest first. `stoppedAt` is set when the search met its bound: everything from there up was
 * looked at, below not yet.
 */
export async function listAudit(
  q: Queryable,
  { range: { from, below }, search, limit }: AuditWalk,
): Promise<{ readonly rows: readonly AuditEntry[]; readonly stoppedAt: string | undefined }> {
  const inRange = "id < $1 AND id >= $2";
  if (search === "")
    return {
      rows: await audit.list(q, [inRange, below, from], { order: "id DESC", limit }),
      stoppedAt: undefined,
    };
  const newest = `SELECT id FROM callboard_audit WHERE ${inRange} ORDER BY id DESC`;
  const texts = "lower(actor || ' ' || action || ' ' || object || ' ' || detail || ' ' || address)";
  const rows = await audit.list(
    q,
    [
      `id IN (${newest} LIMIT ${MAX_WALK}) AND ${q.dialect.has(texts, "text", "lower($3)")}`,
      below,
      from,
      search,
    ],
    { order: "id DESC", limit },
  );
  if (rows.length === limit) return { rows, stoppedAt: undefined };
  const [last] = await q.query<{ id: string }>(`${newest} LIMIT 1 OFFSET ${MAX_WALK - 1}`, [below, from]);
  return { rows, stoppedAt: last?.id };
}

/** The entries of one action since an ID, newest first. */
export function listAuditByAction(
  q: Queryable,
  action: string,
  since: string,
  limit: number,
): Promise<readonly AuditEntry[]> {
  return audit.list(q, ["id >= $1 AND action = $2", since, action], { order: "id DESC", limit });
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
export function listUnchained(q: Queryable, after: string, limit: number): Promise<readonly AuditEntry[]> {
  return audit.list(q, ["seq IS NULL AND id > $1", after], { order: "id", limit });
}

/** The details of all entries of an action that are in the chain, in its order. */
export async function listChainedDetails(q: Queryable, action: string): Promise<readonly string[]> {
  const rows = await q.query<{ detail: string }>(
    "SELECT detail FROM callboard_audit WHERE action = $1 AND seq IS NOT NULL ORDER BY seq",
    [action],
  );
  return rows.map(({ detail }) => detail);
}

/** Replaces the text of an entry, whose place in the chain stays. */
export async function replaceEntry(
  tx: Queryable,
  { id, actor, object, detail, address }: AuditEntry,
): Promise<void> {
  await audit.set(tx, { id }, { actor, object, detail, address });
}

export const findEntry = (q: Queryable, id: string): Promise<AuditEntry | undefined> => audit.find(q, { id });
