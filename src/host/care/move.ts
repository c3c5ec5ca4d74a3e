/** Moves a host from a SQLite file to PostgreSQL, while no host runs. The file stays as it is. */
import { CallboardError } from "../../errors.ts";
import type { Logger } from "../../logger.ts";
import { copyTables } from "../store/copy-tables.ts";
import type { CopiedTable } from "../store/copy-tables.ts";
import { openDatabase } from "../store/db/database.ts";
import type { Database } from "../store/db/database.ts";
import { listLater, listPending, migrate } from "../store/db/migrate.ts";
import { countRows } from "../store/schema.ts";
import type { KeyId } from "../store/seal.ts";
import { listKeysInUse } from "../store/sealed-values.ts";
import { countOtherConnections } from "../store/tables/lost-secrets.ts";

/** Each database has its own rows of it. */
const OWN = "callboard_migration";

export interface MoveOptions {
  /** `sqlite:FILE` */
  readonly from: string;
  /** `postgres://…` */
  readonly to: string;
  readonly logger: Logger;
  /** Rows that were copied and compared, and all there are. */
  readonly onProgress: (done: number, all: number) => void;
  /** Ends the move before its next rows. */
  readonly signal: AbortSignal;
}

export interface Moved {
  readonly tables: readonly CopiedTable[];
  /** IDs of the master keys that the secrets are encrypted with. */
  readonly masterKeys: readonly KeyId[];
}

/**
 * Copies every row in one transaction: it is there as a whole, or not at all. Each row is compared with what was written.
 * @throws {CallboardError} MOVE_SOURCE, MOVE_TARGET, MOVE_DIFFERS; STORE_LOCKED if a host runs on one of the databases; the reason
 *   of the signal; what opening a database throws
 */
export async function moveDatabase({ from, to, ...options }: MoveOptions): Promise<Moved> {
  if (!from.startsWith("sqlite:"))
    throw new CallboardError("MOVE_SOURCE", "The source must be a SQLite file, as sqlite:FILE");
  if (to.startsWith("sqlite:"))
    throw new CallboardError("MOVE_TARGET", "The target must be PostgreSQL, as postgres://…");
  const source = await openDatabase(from);
  try {
    await requireCurrent(source);
    const target = await openDatabase(to, { poolSize: 2, logger: options.logger });
    try {
      return await moveRows(source, target, options);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function requireCurrent({ read }: Database): Promise<void> {
  const pending = await listPending(read);
  if (pending.length > 0)
    throw new CallboardError(
      "MOVE_SOURCE",
      `The schema of the source is of an earlier version: ${pending.map(({ name }) => name).join(", ")} is missing. Run \`callboard migrate\` on it first`,
    );
  // A server of this version can do without what a later one added; a copy must not.
  const [later] = await listLater(read);
  if (later !== undefined)
    throw new CallboardError(
      "MOVE_SOURCE",
      `Callboard ${later.version ?? "of a later version"} has changed the schema of the source (step ${later.name}). Move it with that version`,
    );
}

async function moveRows(
  source: Database,
  target: Database,
  { logger, onProgress, signal }: Omit<MoveOptions, "from" | "to">,
): Promise<Moved> {
  if (target.dialect.isDistributed)
    throw new CallboardError(
      "MOVE_TARGET",
      "The tables of the target are distributed. Move to a database that isn't, and run `callboard db distribute` on it then",
    );
  await migrate(target, { logger });
  const counts = await countRows(source.read);
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0) - (counts[OWN] ?? 0);
  let done = 0;
  const tables = await target.administer(async (tx) => {
    await requireAlone(target);
    await requireEmpty(tx);
    return copyTables({
      from: source.read,
      to: tx,
      except: [OWN],
      onRows: (_table, rows) => {
        signal.throwIfAborted();
        onProgress((done += rows), all);
      },
    });
  });
  if (done !== all) throw new Error(`${done} rows were moved, and there were ${all}`);
  return { tables, masterKeys: await listKeysInUse(source.read) };
}

/** Behind a pooler it isn't known who else is connected; then an empty database is all that can be asked for. */
async function requireAlone({ read, listenerConfig }: Database): Promise<void> {
  // This process has two connections: the transaction's and the one that asks.
  if (listenerConfig === undefined || (await countOtherConnections(read)) <= 1) return;
  throw new CallboardError(
    "STORE_LOCKED",
    "Another process is connected to the target. Stop every server first",
  );
}

async function requireEmpty(tx: Parameters<typeof countRows>[0]): Promise<void> {
  const used = Object.entries(await countRows(tx)).filter(([name, count]) => name !== OWN && count > 0);
  if (used.length === 0) return;
  const [[name, count] = ["", 0]] = used;
  throw new CallboardError(
    "MOVE_TARGET",
    `The target has rows already: ${name} has ${count}. Name a database that no server has used`,
  );
}
