/** A lost master key: what only it opened is dropped, a new one takes over, and add-ons are reinstalled by the next start. */
import { randomBytes } from "node:crypto";
import { CallboardError } from "../../errors.ts";
import { createSigningKey } from "../../protocol/signing-key.ts";
import { appendAudit, readChainHead, withAuditChain, writeChainHead } from "../store/tables/audit.ts";
import { insertAuditKey } from "../store/tables/audit-keys.ts";
import type { Database, Queryable } from "../store/db/database.ts";
import { insertSigningKey, listSigningKeys } from "../store/tables/keys.ts";
import { countOtherConnections, dropLostSecrets, findLostSecrets } from "../store/tables/lost-secrets.ts";
import type { LostSecrets } from "../store/tables/lost-secrets.ts";
import { createSeal } from "../store/seal.ts";
import type { KeyId, Seal } from "../store/seal.ts";
import { chainAudit, newAuditKey } from "./audit-chain.ts";
import { makeMasterKey, readMasterKeyFile } from "./master-key.ts";
import { keepSealingKey, readSealingKey } from "./rekey.ts";

const BY = { actor: "callboard keys reset", address: "" } as const;

export interface KeyReset {
  readonly lost: LostSecrets;
  /** ID of the master key that is in use from now on; undefined if a new one is to be made. */
  readonly masterKey: KeyId | undefined;
  /** The server starts with the keys that it has: nothing is to be done. */
  readonly isNeedless: boolean;
}

interface KeySource {
  readonly dataDir: string;
  readonly masterKey: Buffer | undefined;
  readonly nextMasterKey?: Buffer | undefined;
}

/** Finds what would be lost, and changes nothing. */
export async function planKeyReset(database: Database, source: KeySource): Promise<KeyReset> {
  const known = source.masterKey ?? (await readMasterKeyFile(source.dataDir));
  // A key that was never used opens nothing, as the one that is to be made.
  const seal = createSeal(known ?? randomBytes(32), source.nextMasterKey);
  return {
    lost: await findLostSecrets(database.read, seal),
    masterKey: known === undefined ? undefined : seal.sealingKeyId(),
    isNeedless: known !== undefined && (await startsWith(database, seal)),
  };
}

async function startsWith(database: Database, seal: Seal): Promise<boolean> {
  const chosen = await readSealingKey(database.read);
  if (chosen !== undefined && !seal.keyIds.includes(chosen)) return false;
  const lost = await findLostSecrets(database.read, seal);
  return countLost(lost) === 0 && !(await newestAuditKey(database.read))?.isLost;
}

export function countLost({ pendingInstalls, others, ...named }: LostSecrets): number {
  return Object.values(named).reduce((sum, { length }) => sum + length, pendingInstalls + others);
}

/**
 * Drops what no key opens, in one transaction, and makes the keys that are missing. Can be repeated after an interruption.
 * @throws {CallboardError} STORE_LOCKED if a server uses the database
 */
export async function resetKeys(database: Database, source: KeySource): Promise<KeyReset> {
  const isPooled = database.dialect.isShared && database.listenerConfig === undefined;
  if (!isPooled && (await countOtherConnections(database.read)) > 0) {
    throw new CallboardError(
      "STORE_LOCKED",
      "Another process is connected to the database. Stop every server first: one that runs still has the key",
    );
  }
  const masterKey =
    source.masterKey ?? (await readMasterKeyFile(source.dataDir)) ?? (await makeMasterKey(source.dataDir));
  const seal = createSeal(masterKey, source.nextMasterKey);
  const newest = await newestAuditKey(database.read);
  const lost = await findLostSecrets(database.read, seal);
  const signingKey = await createSigningKey();
  const isAuditKeyLost = newest !== undefined && (newest.isLost || lost.auditKeys.includes(newest.no));
  const auditKey = newAuditKey((newest?.no ?? 0) + 1);
  const chained = isAuditKeyLost ? withAuditChain(database, auditKey) : await chainAudit(database, seal);
  const dropped = await chained.write(async (tx) => {
    const before = await dropLostSecrets(tx, seal, database.now());
    await keepSealingKey(tx, seal.sealingKeyId());
    if (isAuditKeyLost) await continueChain(tx, seal, auditKey);
    const keys = await listSigningKeys(tx, seal);
    if (keys.every(({ retiredAt }) => retiredAt !== undefined))
      await insertSigningKey(tx, seal, { ...signingKey, createdAt: Date.now(), retiredAt: undefined });
    await appendAudit(tx, {
      ...BY,
      action: "master-key.reset",
      object: seal.sealingKeyId(),
      detail: `${countLost(before)} secrets were lost`,
    });
    return before;
  });
  return { lost: dropped, masterKey: seal.sealingKeyId(), isNeedless: false };
}

/** The chain goes on from where it ends. The entries before can be compared by their hashes only. */
async function continueChain(tx: Queryable, seal: Seal, key: ReturnType<typeof newAuditKey>): Promise<void> {
  await insertAuditKey(tx, seal, key);
  const head = await readChainHead(tx);
  if (head !== undefined) await writeChainHead(tx, key, head);
}

async function newestAuditKey(
  q: Queryable,
): Promise<{ readonly no: number; readonly isLost: boolean } | undefined> {
  const [row] = await q.query<{ no: number; lost: number }>(
    `SELECT no, CASE WHEN key_sealed IS NULL THEN 1 ELSE 0 END AS lost FROM callboard_audit_key ORDER BY no DESC LIMIT 1`,
  );
  return row === undefined ? undefined : { no: row.no, isLost: row.lost === 1 };
}
