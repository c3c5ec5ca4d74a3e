/** The chain of the audit log: begun at the first start with a database, checked on request. */
import { createHash, randomBytes } from "node:crypto";
import { CallboardError } from "../../errors.ts";
import {
  CHAIN_START,
  formatCheckpoint,
  isSame,
  macOfHead,
  parseCheckpoint,
  problemAfter,
} from "../model/audit-chain.ts";
import type {
  ChainKey,
  ChainPoint,
  ChainProblem,
  ChainProblemKind,
  StoredEntry,
} from "../model/audit-chain.ts";
import { AUDIT_ERASED, isErased, toErasedEntries } from "../model/erased-entries.ts";
import type { ErasedEntries } from "../model/erased-entries.ts";
import {
  appendAudit,
  listChained,
  listChainedDetails,
  listUnchained,
  readChainHead,
  withAuditChain,
  writeChainHead,
} from "../store/tables/audit.ts";
import type { AuditEntry } from "../store/tables/audit.ts";
import { insertAuditKey, listAuditKeys } from "../store/tables/audit-keys.ts";
import type { Database, Queryable } from "../store/db/database.ts";
import type { Seal } from "../store/seal.ts";

const CHAIN_STARTED = "audit.chain-started";
const ITSELF = { actor: "callboard", address: "" } as const;
/** Entries that are read and hashed at once: a few milliseconds. */
const SLICE = 500;
const KEY_BYTES = 32;

export const newAuditKey = (no: number): ChainKey => ({ no, key: randomBytes(KEY_BYTES) });

/** Returns the database with its audit log chained. The first start with a database begins the chain. */
export async function chainAudit(database: Database, seal: Seal): Promise<Database> {
  const first = newAuditKey(1);
  const chained = withAuditChain(database, first);
  const isBegun = (await listAuditKeys(database.read, seal)).length > 0;
  if (!isBegun) {
    await chained.write(async (tx) => {
      if (!(await insertAuditKey(tx, seal, first))) return;
      await writeChainHead(tx, first, CHAIN_START);
      const { count, digest } = await digestUnchained(tx);
      if (count === 0) return;
      const detail = startDetail(count, digest);
      await appendAudit(tx, { ...ITSELF, action: CHAIN_STARTED, object: "audit", detail });
    });
  }
  const [newest] = await listAuditKeys(database.read, seal);
  if (newest?.key === undefined) {
    throw new CallboardError(
      "CONFIG_INVALID",
      "The key of the audit log is missing from the database. Restore a backup, or run `callboard keys reset --lost-master-key` to begin with a new one",
    );
  }
  return withAuditChain(database, { no: newest.no, key: newest.key });
}

/** Entries from before the chain began are hashed together as its first entry. */
const startDetail = (count: number, digest: string) => `${count} earlier entries, SHA-256 ${digest}`;

async function digestUnchained(
  q: Queryable,
): Promise<{ readonly count: number; readonly digest: string; readonly ids: readonly string[] }> {
  const hash = createHash("sha256");
  const ids: string[] = [];
  for (;;) {
    const entries = await listUnchained(q, ids.at(-1) ?? "", SLICE);
    for (const { id, at, actor, action, object, detail, address } of entries) {
      hash.update(`${JSON.stringify([id, at, actor, action, object, detail, address])}\n`);
      ids.push(id);
    }
    if (entries.length < SLICE) return { count: ids.length, digest: hash.digest("hex"), ids };
  }
}

export type AuditProblemKind = ChainProblemKind | "checkpoint";

export interface AuditVerification {
  readonly verified: boolean;
  /** Entries of the chain that were checked and fit. */
  readonly entries: number;
  /** The last of them. */
  readonly last: Pick<AuditEntry, "id" | "at"> | undefined;
  /** Entries from before the chain began. Its first entry has the hash of all of them together. */
  readonly unchained: number;
  /** Entries whose own key was lost with a master key. They are covered by the entries after them. */
  readonly keyLost: number;
  readonly problem:
    { readonly kind: AuditProblemKind; readonly id: string | undefined; readonly detail: string } | undefined;
  /** Names the chain's end, for a later check. */
  readonly checkpoint: string | undefined;
}

interface Walked {
  readonly entries: number;
  readonly keyLost: number;
  readonly last: StoredEntry | undefined;
  readonly first: StoredEntry | undefined;
  readonly problem: AuditVerification["problem"];
}

/** @throws {CallboardError} QUERY_INVALID */
export function requireCheckpoint(text: string): ChainPoint {
  const checkpoint = parseCheckpoint(text);
  if (checkpoint !== undefined) return checkpoint;
  throw new CallboardError(
    "QUERY_INVALID",
    "The checkpoint must be one that an earlier check printed: a number, a period and 64 hexadecimal digits",
  );
}

/** Reads the whole chain. Entries that are added meanwhile are left to the next check. */
export async function verifyAudit(
  q: Queryable,
  seal: Seal,
  checkpoint?: ChainPoint,
): Promise<AuditVerification> {
  const keys = await listAuditKeys(q, seal);
  const findKey = (no: number) => keys.find((key) => key.no === no)?.key;
  const lost = new Set(keys.filter(({ key }) => key === undefined).map(({ no }) => no));
  const head = await readChainHead(q);
  const headKey = head === undefined ? undefined : findKey(head.keyNo);
  const isHeadGenuine =
    head !== undefined &&
    headKey !== undefined &&
    isSame(macOfHead({ no: head.keyNo, key: headKey }, head), head.mac);
  const erased = toErasedEntries(await listChainedDetails(q, AUDIT_ERASED));
  const walked = await walk(q, {
    upTo: isHeadGenuine ? head.seq : Number.MAX_SAFE_INTEGER,
    checkpoint,
    findKey,
    lost,
    erased,
  });
  const { entries, keyLost, last, first } = walked;
  const before = await digestUnchained(q);
  const isComplete = isHeadGenuine && (last?.seq ?? 0) === head.seq;
  const problem =
    walked.problem ??
    (isComplete ? undefined : found("missing", undefined, last)) ??
    (checkpoint !== undefined && checkpoint.seq > (last?.seq ?? 0)
      ? found("checkpoint", undefined, last)
      : undefined) ??
    problemBefore(first, before, erased);
  return {
    verified: problem === undefined,
    entries,
    last,
    unchained: before.count,
    keyLost,
    problem,
    checkpoint: problem === undefined && last !== undefined ? formatCheckpoint(last) : undefined,
  };
}

interface WalkOptions {
  readonly upTo: number;
  readonly checkpoint: ChainPoint | undefined;
  readonly findKey: (no: number) => Buffer | undefined;
  readonly lost: ReadonlySet<number>;
  readonly erased: ErasedEntries;
}

async function walk(q: Queryable, { upTo, checkpoint, findKey, lost, erased }: WalkOptions): Promise<Walked> {
  let at: ChainPoint = CHAIN_START;
  let [entries, keyLost] = [0, 0];
  let first: StoredEntry | undefined;
  let last: StoredEntry | undefined;
  for (;;) {
    const slice = await listChained(q, at.seq, upTo, SLICE);
    for (const entry of slice) {
      const key = lost.has(entry.keyNo) ? "lost" : findKey(entry.keyNo);
      const wrong = problemAfter(at, entry, key, (content) => isErased(erased, content));
      const differs = entry.seq === checkpoint?.seq && !isSame(entry.hash, checkpoint.hash);
      if (wrong !== undefined || differs) {
        const problem = found(wrong?.kind ?? "checkpoint", wrong ?? entry, last);
        return { entries, keyLost, first, last, problem };
      }
      first ??= entry;
      last = entry;
      at = entry;
      entries += 1;
      if (lost.has(entry.keyNo)) keyLost += 1;
    }
    if (slice.length < SLICE) return { entries, keyLost, first, last, problem: undefined };
  }
}

function problemBefore(
  first: StoredEntry | undefined,
  {
    count,
    digest,
    ids,
  }: { readonly count: number; readonly digest: string; readonly ids: readonly string[] },
  erased: ErasedEntries,
): AuditVerification["problem"] {
  // The common hash is that of the text before an erasure; then only their number is compared.
  const isHashKnown = !ids.some((id) => erased.has(id));
  const isExpected =
    first?.action === CHAIN_STARTED
      ? first.detail === startDetail(count, digest) ||
        (!isHashKnown && first.detail.startsWith(startDetail(count, "")))
      : count === 0;
  if (isExpected) return undefined;
  const later = first?.action === CHAIN_STARTED ? ids.find((id) => id > first.id) : ids[0];
  if (later !== undefined) return found("unchained", { id: later }, undefined);
  return {
    kind: "altered",
    id: undefined,
    detail: "Entries from before the chain began were altered, removed or added since",
  };
}

function found(
  kind: AuditProblemKind,
  at: Pick<ChainProblem, "id"> | undefined,
  last: StoredEntry | undefined,
): AuditVerification["problem"] {
  const id = at?.id;
  const after = last === undefined ? "the beginning" : `entry ${last.id}`;
  const details: Readonly<Record<AuditProblemKind, string>> = {
    altered: `Entry ${id ?? ""} was altered or moved since it was written`,
    missing:
      id === undefined
        ? `The newest entries, those after ${after}, were removed, or the end of the chain was replaced`
        : `Entries between ${after} and entry ${id} were removed, or entry ${id} was inserted or moved`,
    forged: `Entry ${id ?? ""} was not written by this server: its HMAC doesn't match`,
    unchained: `Entry ${id ?? ""} has no place in the chain: it was not written by this version of Callboard`,
    checkpoint:
      id === undefined
        ? `The chain ends with ${after}, before the checkpoint: newer entries were removed`
        : `Entry ${id} is not the one of the checkpoint: the chain was replaced`,
  };
  return { kind, id, detail: details[kind] };
}
