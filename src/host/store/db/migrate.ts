/** Brings the schema up to date: numbered steps, append-only, each applied once and in one transaction. */
import { CallboardError } from "../../../errors.ts";
import { silentLogger } from "../../../logger.ts";
import type { Logger } from "../../../logger.ts";
import { VERSION } from "../../../version.ts";
import { compareVersions } from "../../model/version-order.ts";
import type { Database, Queryable } from "./database.ts";
import { first } from "./migrations/0001-first.ts";
import { ownCode } from "./storage-error.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import type { Migration } from "./migrations/index.ts";

/** Any number: two processes that start at once on PostgreSQL take turns by it. */
const ADVISORY_LOCK = 2_990_001;

export interface MigrateOptions {
  readonly logger?: Logger;
  /** Replaces this version and its steps in tests. */
  readonly version?: string;
  readonly migrations?: readonly Migration[];
}

/**
 * Resolves to the names of the steps it applied. Without a step to apply it reads, and writes nothing. A step that fails
 * leaves the database as it was before that step. While another process migrates it waits, for as long as that takes.
 * @throws {CallboardError} STORE_TOO_NEW when a later version has changed the schema so that this one cannot use it
 */
export async function migrate(database: Database, options: MigrateOptions = {}): Promise<readonly string[]> {
  const { logger = silentLogger, version = VERSION, migrations = MIGRATIONS } = options;
  const pending = (q: Queryable): Promise<readonly Migration[]> => listPending(q, { version, migrations });
  const applied: string[] = [];
  let left = await pending(database.read);
  const isNew = left.some(({ name }) => name === first.name);
  // The steps of a new database take no time, and would hide what a first start prints.
  const stepLogger = isNew ? silentLogger : logger;
  for (; left.length > 0; left = await pending(database.read)) {
    const step = await database
      .administer(async (tx) => {
        await takeTurn(tx, logger);
        // Another process may have applied it meanwhile.
        const [next] = await pending(tx);
        if (next === undefined) return undefined;
        stepLogger.info("store.migrating", { step: next.name });
        await apply(tx, next, version);
        return next;
      })
      .catch((error: unknown) => {
        throw withoutPrivilege(error, left) ?? error;
      });
    if (step === undefined) break;
    stepLogger.info("store.migrated", { step: step.name });
    applied.push(step.name);
  }
  if (isNew && applied.length > 0) logger.info("store.created", { steps: applied.length });
  return applied;
}

/**
 * Resolves to the steps that are still to be applied.
 * @throws CallboardError STORE_TOO_NEW as migrate does
 */
export async function listPending(
  q: Queryable,
  { version = VERSION, migrations = MIGRATIONS }: Pick<MigrateOptions, "version" | "migrations"> = {},
): Promise<readonly Migration[]> {
  const applied = await readApplied(q);
  assertUsable(applied, migrations, version);
  return migrations.filter(({ name }) => !applied.some((step) => step.name === name));
}

/** Resolves to the steps of later versions, whose tables and columns this one doesn't know. */
export async function listLater(q: Queryable): Promise<readonly AppliedStep[]> {
  return findUnknown(await readApplied(q), MIGRATIONS);
}

const INSUFFICIENT_PRIVILEGE = "42501";

function withoutPrivilege(error: unknown, left: readonly Migration[]): CallboardError | undefined {
  if (!(error instanceof Error) || ownCode(error) !== INSUFFICIENT_PRIVILEGE) return undefined;
  return new CallboardError(
    "CONFIG_INVALID",
    `The database needs ${left.map(({ name }) => name).join(", ")}, and the role in CALLBOARD_DATABASE_URL may not change its ` +
      `schema (${error.message}). Run \`callboard migrate\` with a role that owns the tables, or GRANT CREATE ON SCHEMA to this one.`,
    { cause: error },
  );
}

async function takeTurn(tx: Queryable, logger: Logger): Promise<void> {
  // Held to the end of the transaction, which is all that a pooler keeps together.
  const [row] = await tx.query<{ mine: boolean | number }>(
    `SELECT ${tx.dialect.tryTurn(ADVISORY_LOCK)} AS mine`,
  );
  if (row?.mine === true || row?.mine === 1) return;
  logger.info("store.migration-awaited", { why: "another process migrates the database" });
  await tx.query(`SELECT ${tx.dialect.awaitTurn(ADVISORY_LOCK)}`);
}

async function apply(tx: Queryable, migration: Migration, version: string): Promise<void> {
  const { text, big } = tx.dialect.types;
  if (migration.name === first.name) {
    await tx.query(
      `CREATE TABLE IF NOT EXISTS callboard_migration (name ${text} PRIMARY KEY, applied_at ${big} NOT NULL)`,
    );
  }
  for (const statement of migration.statements(tx.dialect)) await tx.query(statement);
  const { name, usableFrom } = migration;
  // The second step adds the columns for the versions.
  await (name === first.name
    ? tx.query("INSERT INTO callboard_migration (name, applied_at) VALUES ($1, $2)", [name, Date.now()])
    : tx.query(
        "INSERT INTO callboard_migration (name, applied_at, version, usable_from) VALUES ($1, $2, $3, $4)",
        [name, Date.now(), version, usableFrom],
      ));
}

export interface AppliedStep {
  readonly name: string;
  /** That applied it, and the oldest one that can use the database since; neither is known of the first step. */
  readonly version?: string | null;
  readonly usable_from?: string | null;
}

async function readApplied(q: Queryable): Promise<readonly AppliedStep[]> {
  const [found] = await q.query<{ name: string | null }>(q.dialect.findTable("callboard_migration"));
  if (typeof found?.name !== "string") return [];
  return q.query<AppliedStep>("SELECT * FROM callboard_migration ORDER BY name");
}

function findUnknown(applied: readonly AppliedStep[], known: readonly Migration[]): readonly AppliedStep[] {
  const names = new Set(known.map(({ name }) => name));
  return applied.filter(({ name }) => !names.has(name));
}

/** A later version may have added to the schema what this one can do without; it says so itself. */
function assertUsable(applied: readonly AppliedStep[], known: readonly Migration[], version: string): void {
  const wrong = findUnknown(applied, known).findLast(
    ({ usable_from: from }) => typeof from !== "string" || compareVersions(version, from) < 0,
  );
  if (wrong === undefined) return;
  const { name, version: by, usable_from: from } = wrong;
  throw new CallboardError(
    "STORE_TOO_NEW",
    `Callboard ${by ?? "of a later version"} has changed the database (step ${name}), and ` +
      `${typeof from === "string" ? `Callboard ${from} is the oldest that can use it` : "which versions can use it is not known"}; ` +
      `this is Callboard ${version}. Start the later version, or restore a backup from before the upgrade.`,
  );
}
