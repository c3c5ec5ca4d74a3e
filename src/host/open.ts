/** Opens what a host stands on: its database, brought up to date, its keys, and what a fresh one begins with. */
import { hkdfSync } from "node:crypto";
import { BUILT_IN_PRODUCTS, createLiveCatalogue } from "../catalogue/index.ts";
import type { LiveCatalogue, Product } from "../catalogue/index.ts";
import type { Closers } from "../closers.ts";
import { realClock } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import { makeDirectory } from "../directory.ts";
import type { ControlRequest, ExchangeResult } from "../egress/index.ts";
import type { Logger } from "../logger.ts";
import { createSigningKey } from "../protocol/signing-key.ts";
import type { SigningKey } from "../protocol/signing-key.ts";
import { chainAudit } from "./admin/audit-chain.ts";
import { TOKEN_FILE, prepareFirstRun } from "./admin/first-run.ts";
import type { FirstRun } from "./admin/first-run.ts";
import { planKeyReset, resetKeys } from "./admin/lost-key.ts";
import type { KeyReset } from "./admin/lost-key.ts";
import { MASTER_KEY_FILE, findOpenToOthers, readMasterKey } from "./admin/master-key.ts";
import { adoptSealingKey } from "./admin/rekey.ts";
import { requireSharedDatabase } from "./model/roles.ts";
import { openDatabase } from "./store/db/database.ts";
import type { Database } from "./store/db/database.ts";
import { migrate } from "./store/db/migrate.ts";
import { requireDistribution } from "./store/distribution.ts";
import { createSeal } from "./store/seal.ts";
import type { Seal } from "./store/seal.ts";
import { hasSigningKey } from "./store/tables/keys.ts";

export interface HostOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** The products that sites can be of, beside own ones of the database; the built-in ones when left out. */
  readonly products?: readonly Product[];
  /** The computer's own when left out. */
  readonly clock?: Clock;
  /** Opens the database; that of the configuration when left out. It is closed with the host. */
  readonly openDatabase?: () => Promise<Database>;
  /** Creates the key pair of a fresh database; a new one when left out. */
  readonly createSigningKey?: () => Promise<SigningKey>;
  /** Sees each lifecycle callback with its secrets, and its result: for a host that checks an add-on. */
  readonly watchCallback?: (request: ControlRequest, result: ExchangeResult) => void;
}

export interface OpenHost extends Pick<HostOptions, "config" | "logger" | "watchCallback"> {
  readonly clock: Clock;
  readonly catalogue: LiveCatalogue;
  /** Its audit log is chained. */
  readonly database: Database;
  readonly seal: Seal;
  readonly firstRun: FirstRun;
  /** Returns a key of 32 bytes for one purpose, the same in every process. */
  readonly deriveKey: (purpose: string) => Uint8Array;
}

/** @throws {CallboardError} STORE_LOCKED, STORE_TOO_NEW, CONFIG_INVALID, ROLE_NEEDS_POSTGRES, REPLICA_FOREIGN, NOT_DISTRIBUTED */
export async function openHost(
  {
    products = BUILT_IN_PRODUCTS,
    clock = realClock,
    openDatabase: open,
    createSigningKey: createKey = createSigningKey,
    ...options
  }: HostOptions,
  closers: Closers,
): Promise<OpenHost> {
  const { config, logger } = options;
  requireSharedDatabase(config.role, config.databaseUrl);
  const catalogue = createLiveCatalogue(products);
  // Mode 0700: the directory holds the master key and the first token.
  if (open === undefined) await makeDirectory(config.dataDir, 0o700);
  const opened = await (open?.() ??
    openDatabase(config.databaseUrl, { poolSize: config.databasePool, readUrl: config.readUrl, logger }));
  closers.add(() => opened.close());
  await migrate(opened, { logger });
  await requireDistribution(opened.read);
  const isFresh = !(await hasSigningKey(opened.read));
  const masterKey = await readMasterKey(config.dataDir, config.masterKey, isFresh);
  for (const file of await findOpenToOthers(config.dataDir, [MASTER_KEY_FILE, TOKEN_FILE])) {
    logger.warn("file.open-to-others", {
      ...file,
      hint: "remove the permissions of group and others with chmod",
    });
  }
  const seal = createSeal(masterKey, config.nextMasterKey);
  await adoptSealingKey(opened, seal);
  const database = await chainAudit(opened, seal);
  const firstRun = await prepareFirstRun({ database, seal, config, catalogue, createSigningKey: createKey });
  for (const { id, name } of firstRun.replacedTokens) logger.warn("token.replaced", { id, name });
  if (firstRun.firstToken.kind === "revoked")
    logger.warn("token.configured-revoked", { setting: "CALLBOARD_ADMIN_TOKEN" });
  const deriveKey = (purpose: string) => new Uint8Array(hkdfSync("sha256", masterKey, "", purpose, 32));
  return { ...options, clock, catalogue, database, seal, firstRun, deriveKey };
}

/**
 * Brings the database up to date and closes it again; a host that starts does the same. Resolves to the steps that it applied.
 * @throws {CallboardError} STORE_LOCKED, STORE_TOO_NEW, CONFIG_INVALID
 */
export async function migrateDatabase({ config, logger }: HostOptions): Promise<readonly string[]> {
  if (config.databaseUrl.startsWith("sqlite:")) await makeDirectory(config.dataDir, 0o700);
  const database = await openDatabase(config.databaseUrl);
  try {
    return await migrate(database, { logger });
  } finally {
    await database.close();
  }
}

/**
 * Replaces a lost master key: drops the secrets that no key opens, and makes the keys that are missing. The next start reinstalls
 * add-ons with new secrets. `isDry` only finds what would be lost.
 * @throws {CallboardError} STORE_LOCKED if a server uses the database; STORE_TOO_NEW, CONFIG_INVALID
 */
export async function resetLostKeys({ config, logger }: HostOptions, isDry: boolean): Promise<KeyReset> {
  await makeDirectory(config.dataDir, 0o700);
  // One connection, so that every other one of the database is another process's.
  const database = await openDatabase(config.databaseUrl, { poolSize: 1 });
  try {
    await migrate(database, { logger });
    return await (isDry ? planKeyReset(database, config) : resetKeys(database, config));
  } finally {
    await database.close();
  }
}
