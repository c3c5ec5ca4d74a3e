/**
 * Entries of the audit log in which a subject was replaced. Their hash in the chain is that of the text before. A later entry of the
 * chain names each with the hash of the text that it has now, so that every other change is still found. Pure.
 */
import { createHash } from "node:crypto";
import type { ChainedContent } from "./audit-chain.ts";

/** Action of the entries that name others. */
export const AUDIT_ERASED = "audit.erased";

/** SHA-256 of the present text of each entry that was erased, by its ID. */
export type ErasedEntries = ReadonlyMap<string, string>;

export function digestContent({ id, at, actor, action, object, detail, address }: ChainedContent): string {
  return createHash("sha256")
    .update(JSON.stringify([id, at, actor, action, object, detail, address]))
    .digest("hex");
}

/** The detail of an entry that names these. */
export const formatErased = (contents: readonly ChainedContent[]): string =>
  contents.map((content) => `${content.id}=${digestContent(content)}`).join(" ");

/** Reads the details, the oldest first: an entry can be erased more than once. */
export function toErasedEntries(details: readonly string[]): ErasedEntries {
  return new Map(
    details.flatMap((detail) =>
      [...detail.matchAll(/([0-9a-f]{32})=([0-9a-f]{64})/g)].map(
        ([, id = "", hash = ""]) => [id, hash] as const,
      ),
    ),
  );
}

export const isErased = (erased: ErasedEntries, content: ChainedContent): boolean =>
  erased.get(content.id) === digestContent(content);
