/** Checks a database while no host runs on it, and changes nothing in it. */
import { randomBytes } from "node:crypto";
import type { Config } from "../../config.ts";
import { getMessage } from "../../errors.ts";
import { verifyAudit } from "../admin/audit-chain.ts";
import { readMasterKeyFile } from "../admin/master-key.ts";
import type { Queryable } from "../store/db/database.ts";
import { lookAt } from "../store/db/look.ts";
import { listPending } from "../store/db/migrate.ts";
import { isDamaged } from "../store/db/storage-error.ts";
import { findBrokenRelations } from "../store/relations.ts";
import { countRows } from "../store/schema.ts";
import type { RowCounts } from "../store/schema.ts";
import { createSeal } from "../store/seal.ts";
import type { Seal } from "../store/seal.ts";
import { countSealed, listKeysInUse, listUnreadable } from "../store/sealed-values.ts";

export type DatabaseProblemKind =
  /** The file is damaged. */
  | "integrity"
  /** Rows lack the row that they belong to. */
  | "relation"
  /** A secret can't be decrypted with the master key. */
  | "secret"
  /** Entries of the audit log were changed, removed or added. */
  | "audit";

export interface DatabaseProblem {
  readonly kind: DatabaseProblemKind;
  readonly detail: string;
}

export interface DatabaseCheck {
  /** "PostgreSQL 15.3" */
  readonly product: string;
  /** Migrations that the next start applies. Relations, secrets and the audit log are checked only without any. */
  readonly pending: readonly string[];
  /** False for PostgreSQL, whose files its own tools check. */
  readonly isFileChecked: boolean;
  readonly rows: RowCounts;
  /** Secrets that were decrypted. */
  readonly secrets: number;
  readonly problems: readonly DatabaseProblem[];
}

/** The steps of a check, in their order. */
export const CHECK_STEPS = ["integrity", "rows", "relations", "secrets", "audit"] as const;
export type CheckStep = (typeof CHECK_STEPS)[number];

/** A step begins. */
type OnStep = (step: CheckStep) => void;

/** @throws {CallboardError} STORE_LOCKED if a host runs on the SQLite file; STORE_TOO_NEW, CONFIG_INVALID, STORAGE */
export async function inspectDatabase(
  config: Pick<Config, "databaseUrl" | "dataDir" | "masterKey" | "nextMasterKey">,
  onStep: OnStep,
): Promise<DatabaseCheck> {
  const { product, read, close } = await lookAt(config.databaseUrl);
  try {
    onStep("integrity");
    const integrity = await checkIntegrity(read);
    // A damaged file may fail whatever else is asked of it.
    if (integrity.length > 0)
      return { product, pending: [], isFileChecked: true, rows: {}, secrets: 0, problems: integrity };
    const pending = (await listPending(read)).map(({ name }) => name);
    const seal = createSeal(
      config.masterKey ?? (await readMasterKeyFile(config.dataDir)) ?? randomBytes(32),
      config.nextMasterKey,
    );
    onStep("rows");
    return {
      product,
      pending,
      isFileChecked: read.dialect.checkIntegrity !== undefined,
      rows: await countRows(read),
      ...(pending.length > 0 ? { secrets: 0, problems: [] } : await checkContents(read, seal, onStep)),
    };
  } finally {
    await close();
  }
}

async function checkIntegrity(q: Queryable): Promise<readonly DatabaseProblem[]> {
  if (q.dialect.checkIntegrity === undefined) return [];
  const rows = await q
    .query<{ integrity_check: string }>(q.dialect.checkIntegrity)
    .catch((error: unknown) => {
      if (isDamaged(error)) return [{ integrity_check: getMessage(error) }];
      throw error;
    });
  return rows
    .filter(({ integrity_check: found }) => found !== "ok")
    .map(({ integrity_check: detail }) => ({ kind: "integrity", detail }));
}

async function checkContents(
  q: Queryable,
  seal: Seal,
  onStep: OnStep,
): Promise<Pick<DatabaseCheck, "secrets" | "problems">> {
  onStep("relations");
  const relations = (await findBrokenRelations(q)).map(
    ({ table, belongsTo, count, first }): DatabaseProblem => ({
      kind: "relation",
      detail: `${count} rows of ${table} have no ${belongsTo}; the first is ${first}`,
    }),
  );
  onStep("secrets");
  const unreadable = await listUnreadable(q, seal);
  const secrets = unreadable.map(({ table, column, key }): DatabaseProblem => ({
    kind: "secret",
    detail: `${table.name}.${column} of ${Object.values(key).join("/")} can't be decrypted with the master key ${seal.keyIds.join(" or ")}`,
  }));
  const isKeyThere = (await listKeysInUse(q)).every((id) => seal.keyIds.includes(id));
  onStep("audit");
  // The chain's own key is among the secrets.
  const audit = isKeyThere && secrets.length === 0 ? await checkAudit(q, seal) : [];
  return {
    secrets: (await countSealed(q)) - unreadable.length,
    problems: [...relations, ...secrets, ...audit],
  };
}

async function checkAudit(q: Queryable, seal: Seal): Promise<readonly DatabaseProblem[]> {
  const { problem } = await verifyAudit(q, seal);
  return problem === undefined ? [] : [{ kind: "audit", detail: problem.detail }];
}
