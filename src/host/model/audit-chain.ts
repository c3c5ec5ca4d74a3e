/**
 * The hash chain of the audit log. Each entry's hash covers the hash of the entry before it, and an HMAC covers the hash:
 * without the key, no valid entry can be written. A later entry's HMAC covers all entries before it, also those whose key was
 * lost.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** The protected parts of an entry. */
export interface ChainedContent {
  readonly id: string;
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly detail: string;
  readonly address: string;
}

export interface ChainKey {
  readonly no: number;
  readonly key: Buffer;
}

/** A position in the chain. */
export interface ChainPoint {
  readonly seq: number;
  readonly hash: Buffer;
}

export interface ChainLink extends ChainPoint {
  readonly keyNo: number;
  readonly mac: Buffer;
}

/** Position before the first entry. */
export const CHAIN_START: ChainPoint = { seq: 0, hash: Buffer.alloc(32) };

/** Returns the link of an entry that follows `before`. */
export function linkAfter(before: ChainPoint, { no, key }: ChainKey, content: ChainedContent): ChainLink {
  const seq = before.seq + 1;
  const hash = hashEntry(before.hash, seq, no, content);
  return { seq, keyNo: no, hash, mac: computeMac(key, "entry", seq, hash) };
}

/** Returns the HMAC of the chain's end. An entry's own HMAC can't replace it. */
export function macOfHead({ key }: ChainKey, { seq, hash }: ChainPoint): Buffer {
  return computeMac(key, "head", seq, hash);
}

export function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** An entry of the database, with its link if it is in the chain. */
export type StoredEntry = ChainedContent & ChainLink;

export type ChainProblemKind =
  /** Content or position of the entry was changed. */
  | "altered"
  /** Entries before this one, or after the last one, were removed. */
  | "missing"
  /** The entry is consistent, but this server didn't write it. */
  | "forged"
  /** The entry was added outside the chain. */
  | "unchained";

export interface ChainProblem {
  readonly kind: ChainProblemKind;
  /** The entry with the problem. Undefined if the newest entries are missing. */
  readonly id: string | undefined;
  readonly seq: number;
}

/**
 * Returns the problem of an entry that should follow `before`. `key` is that of the entry's key number: undefined if it never
 * existed. If it was lost, only the hash is compared. The text of an entry that was erased is not the one of its hash; the HMAC
 * still covers the hash.
 */
export function problemAfter(
  before: ChainPoint,
  { seq, keyNo, hash, mac, ...content }: StoredEntry,
  key: Buffer | "lost" | undefined,
  isErased: (content: ChainedContent) => boolean = () => false,
): ChainProblem | undefined {
  const problem = (kind: ChainProblemKind) => ({ kind, id: content.id, seq });
  if (seq !== before.seq + 1) return problem("missing");
  if (!isSame(hashEntry(before.hash, seq, keyNo, content), hash) && !isErased(content))
    return problem("altered");
  if (key === "lost") return undefined;
  return key !== undefined && isSame(computeMac(key, "entry", seq, hash), mac)
    ? undefined
    : problem("forged");
}

const CHECKPOINT = /^(\d{1,15})\.([0-9a-f]{64})$/;

/** Formats a position of the chain. Stored elsewhere, it proves later that no entry up to it was replaced or removed. */
export function formatCheckpoint({ seq, hash }: ChainPoint): string {
  return `${seq}.${hash.toString("hex")}`;
}

export function parseCheckpoint(text: string): ChainPoint | undefined {
  const [, seq, hash = ""] = CHECKPOINT.exec(text) ?? [];
  return seq === undefined ? undefined : { seq: Number(seq), hash: Buffer.from(hash, "hex") };
}

function hashEntry(
  previous: Buffer,
  seq: number,
  keyNo: number,
  { id, at, actor, action, object, detail, address }: ChainedContent,
): Buffer {
  return createHash("sha256")
    .update(previous)
    .update(JSON.stringify([seq, keyNo, id, at, actor, action, object, detail, address]))
    .digest();
}

function computeMac(key: Buffer, of: "entry" | "head", seq: number, hash: Buffer): Buffer {
  return createHmac("sha256", key).update(`${of}.${seq}.`).update(hash).digest();
}
