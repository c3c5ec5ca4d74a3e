/** Looks at the database and the master key as a start would find them, and changes nothing. */
import { existsSync } from "node:fs";
import type { Config } from "../config.ts";
import { CallboardError } from "../errors.ts";
import { findOpenToOthers, MASTER_KEY_FILE, readMasterKey } from "./admin/master-key.ts";
import type { OpenToOthers } from "./admin/master-key.ts";
import { TOKEN_FILE } from "./admin/first-run.ts";
import { canListen, lookAt } from "./store/db/look.ts";
import type { LookedAt } from "./store/db/look.ts";
import { requirePostgresTarget } from "./store/db/database.ts";
import { listPending } from "./store/db/migrate.ts";
import { describeTableProblem, visit } from "./store/db/visit.ts";
import { masterKeyId } from "./store/seal.ts";
import type { KeyId } from "./store/seal.ts";
import { listKeysInUse } from "./store/sealed-values.ts";
import { OUTBOX_CHANNEL, countOutbox, requireRights } from "./store/tables/outbox.ts";
import { MAX_COUNTED } from "./model/outbox.ts";
import { explainReplica } from "./model/replica.ts";
import type { ReplicaStanding } from "./model/replica.ts";

/** What a start would refuse, with the code and message of its error. */
export interface Refused {
  readonly kind: "refused";
  readonly code: string;
  readonly message: string;
}

export interface FoundDatabase {
  readonly kind: "found";
  /** "PostgreSQL 15.3" */
  readonly product: string;
  /** Names of the migrations that the next start applies. */
  readonly pending: readonly string[];
  /** How far the database's clock is ahead of this machine's, in ms; undefined where it is the same clock. */
  readonly clockAheadMs: number | undefined;
  /** How a process hears of others; "alone" on SQLite. */
  readonly notices: "alone" | "listens" | "polls" | Refused;
  /** IDs of the master keys that secrets are encrypted with. */
  readonly keysInUse: readonly KeyId[];
  /** IDs of the master keys that a start has here. Undefined where nothing is encrypted yet and the first start makes one. */
  readonly masterKeys: readonly KeyId[] | Refused | undefined;
}

/** "new" is a SQLite file that the first start makes. */
export type ExaminedDatabase = FoundDatabase | Refused | { readonly kind: "new"; readonly file: string };

export async function examineDatabase(config: Config): Promise<ExaminedDatabase> {
  const { databaseUrl } = config;
  const file = databaseUrl.startsWith("sqlite:") ? databaseUrl.slice("sqlite:".length) : undefined;
  if (file !== undefined && !existsSync(file)) return { kind: "new", file };
  let looked: LookedAt;
  try {
    looked = await lookAt(databaseUrl);
  } catch (error) {
    return toRefused(error);
  }
  try {
    const pending = await listPending(looked.read);
    // Tables with secrets may be among those that a migration is going to make.
    const keysInUse = await listKeysInUse(looked.read).catch((error: unknown) => {
      if (pending.length > 0) return [];
      throw error;
    });
    return {
      kind: "found",
      product: looked.product,
      pending: pending.map(({ name }) => name),
      clockAheadMs: looked.clockAheadMs,
      notices: file === undefined ? await examineNotices(config, looked) : "alone",
      keysInUse,
      masterKeys: await examineMasterKeys(config, keysInUse),
    };
  } catch (error) {
    return toRefused(error);
  } finally {
    await looked.close();
  }
}

async function examineNotices(
  { listenUrl }: Config,
  { isPooled }: LookedAt,
): Promise<FoundDatabase["notices"]> {
  if (listenUrl === undefined) return isPooled ? "polls" : "listens";
  try {
    if (await canListen(listenUrl)) return "listens";
  } catch (error) {
    return toRefused(error);
  }
  const message =
    "CALLBOARD_LISTEN_URL leads through a pooler that shares connections, where LISTEN has no effect";
  return { kind: "refused", code: "CONFIG_INVALID", message };
}

/** How the server of CALLBOARD_READ_URL stands to the database. Undefined without one. */
export async function examineReplica({
  databaseUrl,
  readUrl,
}: Pick<Config, "databaseUrl" | "readUrl">): Promise<ExaminedReplica | undefined> {
  if (readUrl === undefined) return undefined;
  const opened: LookedAt[] = [];
  const open = async (url: string) => {
    const looked = await lookAt(url);
    opened.push(looked);
    return looked.read;
  };
  try {
    // Loads PostgreSQL's pool, which a host on SQLite can do without.
    const { lookAtReplica } = await import("./store/db/replica.ts");
    const standing = await lookAtReplica(await open(databaseUrl), await open(readUrl));
    return standing.state === "ok" ? standing : { ...standing, detail: explainReplica(standing) };
  } catch (error) {
    return toRefused(error);
  } finally {
    for (const { close } of opened) await close();
  }
}

export type ExaminedReplica =
  | Extract<ReplicaStanding, { readonly state: "ok" }>
  | { readonly state: Exclude<ReplicaStanding["state"], "ok">; readonly detail: string }
  | Refused;

/** Rows of the outbox that wait and that were refused, each counted up to 10,000. */
export interface ExaminedOutbox {
  readonly kind: "read";
  readonly waiting: number;
  readonly refused: number;
}

/** Looks at the table of CALLBOARD_OUTBOX_URL with the rights that the reader has. Undefined without one. */
export async function examineOutbox({
  outboxUrl,
}: Pick<Config, "outboxUrl">): Promise<ExaminedOutbox | Refused | undefined> {
  if (outboxUrl === undefined) return undefined;
  try {
    const target = requirePostgresTarget(outboxUrl);
    const { write, close } = await visit({ target, channel: OUTBOX_CHANNEL, onNotice: () => undefined });
    try {
      return await write(async (query) => {
        await requireRights(query);
        return { kind: "read", ...(await countOutbox(query, MAX_COUNTED)) };
      });
    } finally {
      await close();
    }
  } catch (error) {
    const ofTable = describeTableProblem(error);
    return ofTable === undefined ? toRefused(error) : { kind: "refused", code: "OUTBOX", message: ofTable };
  }
}

async function examineMasterKeys(
  { dataDir, masterKey, nextMasterKey }: Config,
  keysInUse: readonly KeyId[],
): Promise<FoundDatabase["masterKeys"]> {
  try {
    const current = await readMasterKey(dataDir, masterKey, false);
    return [current, ...(nextMasterKey === undefined ? [] : [nextMasterKey])].map(masterKeyId);
  } catch (error) {
    return keysInUse.length === 0 ? undefined : toRefused(error);
  }
}

/** Errors of the system have a code, too: EACCES for a file that may not be opened. */
function toRefused(error: unknown): Refused {
  if (error instanceof CallboardError) return { kind: "refused", code: error.code, message: error.message };
  const { code = "UNEXPECTED", message } = error as NodeJS.ErrnoException;
  return { kind: "refused", code, message };
}

/** The files with secrets in the data directory, and the directory, as far as other users can read them. */
export const examineRights = (dataDir: string): Promise<readonly OpenToOthers[]> =>
  findOpenToOthers(dataDir, [MASTER_KEY_FILE, TOKEN_FILE]);
