/**
 * Replacing the master key while the server runs: every process has both keys, the new one seals from the first call on, and
 * each call encrypts some more values anew. Calls can end at any point and be repeated: every value opens with one of the two keys.
 */
import { CallboardError } from "../../errors.ts";
import { markAnnounced } from "../store/tables/announced.ts";
import { ANNOUNCES_NOTHING } from "../store/tables/announcement.ts";
import type { Announcer } from "../store/tables/announcement.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import type { Database, Queryable } from "../store/db/database.ts";
import { missingKey } from "../store/seal.ts";
import type { KeyId, Seal } from "../store/seal.ts";
import { countSealedByOthers, listKeysInUse, resealSome } from "../store/sealed-values.ts";
import { readSetting, writeSetting } from "../store/tables/settings.ts";

const SEALING_KEY = "sealing_key";
/** Values in one transaction. */
const BATCH = 100;
/** Interval at which a process with two keys checks which one seals. */
export const LOOK_EVERY_MS = 2_000;

export interface Rekeyed {
  readonly from: KeyId;
  readonly to: KeyId;
  /** Values encrypted anew by this call. */
  readonly done: number;
  /** Values that are still encrypted with another key. */
  readonly remaining: number;
}

/**
 * Takes up the key that the database says seals; a fresh database is given the current one.
 * @throws {CallboardError} CONFIG_INVALID if this process lacks a key that the database needs.
 */
export async function adoptSealingKey(database: Database, seal: Seal): Promise<void> {
  for (const id of await listKeysInUse(database.read)) if (!seal.keyIds.includes(id)) throw missingKey(id);
  const chosen = await readSetting(database.read, SEALING_KEY);
  if (chosen !== undefined) seal.sealWith(chosen);
  else await database.write((tx) => writeSetting(tx, SEALING_KEY, seal.sealingKeyId()));
}

export const readSealingKey = (q: Queryable) => readSetting(q, SEALING_KEY);
export const keepSealingKey = (tx: Queryable, id: KeyId) => writeSetting(tx, SEALING_KEY, id);

/** Takes up a change that another process made. A key that this process lacks is reported by the next start. */
export async function followSealingKey(q: Queryable, seal: Seal): Promise<void> {
  const chosen = await readSetting(q, SEALING_KEY);
  if (chosen !== undefined && seal.keyIds.includes(chosen)) seal.sealWith(chosen);
}

/** @throws {CallboardError} REKEY_NO_KEY if CALLBOARD_MASTER_KEY_NEXT is not set; CONFIG_INVALID if a value can't be decrypted. */
export async function rekey(
  database: Database,
  seal: Seal,
  by: Author,
  announcer: Announcer = ANNOUNCES_NOTHING,
): Promise<Rekeyed> {
  const [from, to] = seal.keyIds;
  if (from === undefined || to === undefined) {
    throw new CallboardError(
      "REKEY_NO_KEY",
      "There is no new master key. Set CALLBOARD_MASTER_KEY_NEXT, restart every process with it, and try again",
    );
  }
  const before = seal.sealingKeyId();
  const isFirst = before !== to;
  seal.sealWith(to);
  try {
    const { done, remaining } = await database.write(async (tx) => {
      await announcer.prepare(tx);
      await writeSetting(tx, SEALING_KEY, to);
      if (isFirst)
        await appendAudit(tx, {
          ...by,
          action: "master-key.rekey-started",
          object: to,
          detail: `from ${from}`,
        });
      const resealed = await resealSome(tx, seal, BATCH);
      const left = await countSealedByOthers(tx, to);
      const at = database.now();
      if (left === 0 && (await markAnnounced(tx, "master-key.rekeyed", `${from} ${to}`, at))) {
        await appendAudit(tx, { ...by, action: "master-key.rekeyed", object: to, detail: `from ${from}` });
        await announcer.announce(tx, [
          {
            event: "key.rotated",
            siteNo: undefined,
            facts: { state: "rotated", since: at, key: "master-key", by: by.actor },
          },
        ]);
      }
      return { done: resealed, remaining: left };
    });
    return { from, to, done, remaining };
  } catch (error) {
    seal.sealWith(before);
    throw error;
  }
}
