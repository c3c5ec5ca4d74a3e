/** The directory: add-ons that an administrator approved for the sites of this server, as their descriptors were last read. */
import { big, json, optional, text } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";
import type { EditedTexts, EntryTexts } from "../../model/directory.ts";

/** `name`, `vendor`, `description` and `version` are those of the descriptor. Times are epoch ms. */
export interface DirectoryEntry extends EntryTexts {
  readonly addonKey: string;
  readonly descriptorUrl: string;
  readonly version: string | undefined;
  readonly edited: EditedTexts;
  readonly addedAt: number;
  readonly addedBy: string;
  /** When the descriptor was last read. */
  readonly readAt: number;
  /** Since then it can't be read. */
  readonly failedAt: number | undefined;
  readonly failureCode: string | undefined;
  readonly failure: string | undefined;
  /** When the descriptor is to be read again. */
  readonly checkAt: number;
}

const entries = defineTable<DirectoryEntry>({
  name: "directory_entry",
  key: ["addonKey"],
  columns: {
    addonKey: text(),
    descriptorUrl: text(),
    name: text(),
    vendor: optional(text()),
    description: optional(text()),
    version: optional(text()),
    edited: json(),
    addedAt: big(),
    addedBy: text(),
    readAt: big(),
    failedAt: optional(big()),
    failureCode: optional(text()),
    failure: optional(text()),
    checkAt: big(),
  },
});

/** By the key of the add-on, those after `after`. */
export function listEntries(q: Queryable, limit: number, after = ""): Promise<readonly DirectoryEntry[]> {
  return entries.list(q, ["addon_key > $1", after], { order: "addon_key", limit });
}

export function findEntry(q: Queryable, addonKey: string): Promise<DirectoryEntry | undefined> {
  return entries.find(q, { addonKey });
}

export function findEntriesOfUrl(q: Queryable, descriptorUrl: string): Promise<readonly DirectoryEntry[]> {
  return entries.list(q, { descriptorUrl });
}

export async function countEntries(q: Queryable): Promise<number> {
  const [row] = await q.query<{ entries: number }>(
    "SELECT COUNT(*) AS entries FROM callboard_directory_entry",
  );
  return row?.entries ?? 0;
}

/** Versions by the key of the add-on; entries without a version are left out. */
export async function listEntryVersions(q: Queryable): Promise<ReadonlyMap<string, string>> {
  const rows = await q.query<{ addon_key: string; version: string }>(
    "SELECT addon_key, version FROM callboard_directory_entry WHERE version IS NOT NULL",
  );
  return new Map(rows.map(({ addon_key: key, version }) => [key, version]));
}

/** Resolves to false if there is an entry for the add-on. */
export function insertEntry(tx: Queryable, entry: DirectoryEntry): Promise<boolean> {
  return entries.insertNew(tx, entry);
}

/** Resolves to false if there is no such entry any more. */
export async function changeEntry(
  tx: Queryable,
  addonKey: string,
  changes: Partial<Omit<DirectoryEntry, "addonKey">>,
): Promise<boolean> {
  return (await entries.set(tx, { addonKey }, changes)) > 0;
}

/** The same, unless the entry got another descriptor URL meanwhile. */
export async function changeEntryOfUrl(
  tx: Queryable,
  { addonKey, descriptorUrl }: Pick<DirectoryEntry, "addonKey" | "descriptorUrl">,
  changes: Partial<Omit<DirectoryEntry, "addonKey" | "descriptorUrl">>,
): Promise<boolean> {
  return (await entries.set(tx, { addonKey, descriptorUrl }, changes)) > 0;
}

export async function deleteEntry(tx: Queryable, addonKey: string): Promise<boolean> {
  return (await entries.delete(tx, { addonKey })) > 0;
}

/** Entries whose descriptor is to be read by `now`, the longest due first. */
export function listDueEntries(q: Queryable, now: number, limit: number): Promise<readonly DirectoryEntry[]> {
  return entries.list(q, ["check_at <= $1", now], { order: "check_at, addon_key", limit });
}

/** Takes an entry for this process until `until`; false if another process did. */
export async function claimEntry(
  tx: Queryable,
  { addonKey, checkAt }: Pick<DirectoryEntry, "addonKey" | "checkAt">,
  until: number,
): Promise<boolean> {
  return (await entries.set(tx, { addonKey, checkAt }, { checkAt: until })) > 0;
}

/** Makes every entry due. Resolves to their number. */
export async function makeEntriesDue(tx: Queryable, now: number): Promise<number> {
  const rows = await tx.query(
    "UPDATE callboard_directory_entry SET check_at = $1 WHERE check_at > $1 RETURNING addon_key",
    [now],
  );
  return rows.length;
}
