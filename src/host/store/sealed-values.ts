/** Every sealed column of the database, for what concerns all of them: which keys are in use, and replacing a key. */
import { auditKeyPlace } from "./tables/audit-keys.ts";
import type { Queryable } from "./db/database.ts";
import { CallboardError } from "../../errors.ts";
import { SEAL_HEADER_BYTES, keyIdOf, sealHeader } from "./seal.ts";
import type { KeyId, Seal } from "./seal.ts";
import { installationPlace, pendingInstallPlace } from "./tables/installations.ts";
import { signingKeyPlace } from "./tables/keys.ts";
import { webhookPlace } from "./tables/webhooks.ts";

type KeyColumns = Readonly<Record<string, string | number>>;

interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** Columns of the primary key. */
  readonly key: readonly string[];
  readonly placeOf: (key: KeyColumns) => string;
}

const installationOf = (key: KeyColumns) =>
  installationPlace(Number(key["site_no"]), String(key["addon_key"]));
const webhookOf = (key: KeyColumns) => webhookPlace(Number(key["site_no"]), Number(key["no"]));

/** A test compares this list with the columns of the schema. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  {
    table: "callboard_signing_key",
    column: "private_sealed",
    key: ["kid"],
    placeOf: ({ kid }) => signingKeyPlace(String(kid)),
  },
  ...["secret_sealed", "previous_secret_sealed"].flatMap((column) => [
    { table: "callboard_installation", column, key: ["site_no", "addon_key"], placeOf: installationOf },
    { table: "callboard_webhook", column, key: ["site_no", "no"], placeOf: webhookOf },
  ]),
  {
    table: "callboard_pending_install",
    column: "secret_sealed",
    key: ["site_no", "addon_key"],
    placeOf: (key) => pendingInstallPlace(Number(key["site_no"]), String(key["addon_key"])),
  },
  {
    table: "callboard_audit_key",
    column: "key_sealed",
    key: ["no"],
    placeOf: ({ no }) => auditKeyPlace(Number(no)),
  },
];

/** Returns the IDs of the keys that sealed anything; values without a key ID are left out. */
export async function listKeysInUse(q: Queryable): Promise<readonly KeyId[]> {
  const ids = new Set<KeyId>();
  for (const { table, column } of SEALED_COLUMNS) {
    const rows = await q.query<{ header: Buffer }>(
      `SELECT DISTINCT substr(${column}, 1, ${SEAL_HEADER_BYTES}) AS header FROM ${table} WHERE ${column} IS NOT NULL`,
    );
    for (const { header } of rows) {
      const id = keyIdOf(header);
      if (id !== undefined) ids.add(id);
    }
  }
  return [...ids];
}

/** Returns the number of values that another key than `id` sealed. */
export async function countSealedByOthers(q: Queryable, id: KeyId): Promise<number> {
  let count = 0;
  for (const { table, column } of SEALED_COLUMNS) {
    const [row] = await q.query<{ count: number }>(
      `SELECT COUNT(*) AS count FROM ${table}
       WHERE ${column} IS NOT NULL AND substr(${column}, 1, ${SEAL_HEADER_BYTES}) <> $1`,
      [sealHeader(id)],
    );
    count += row?.count ?? 0;
  }
  return count;
}

export interface SealedValue {
  readonly table: string;
  readonly column: string;
  readonly key: KeyColumns;
}

/**
 * Returns the values that none of the keys opens.
 * @throws {CallboardError} STORE_TOO_NEW if a later version sealed one: it isn't lost
 */
export async function listUnreadable(q: Queryable, seal: Seal): Promise<readonly SealedValue[]> {
  const unreadable: SealedValue[] = [];
  for (const { table, column, key, placeOf } of SEALED_COLUMNS) {
    const rows = await q.query<{ sealed: Buffer }>(
      `SELECT ${key.join(", ")}, ${column} AS sealed FROM ${table} WHERE ${column} IS NOT NULL ORDER BY ${key.join(", ")}`,
    );
    for (const { sealed, ...columns } of rows) {
      if (!opens(seal, placeOf(columns), sealed)) unreadable.push({ table, column, key: columns });
    }
  }
  return unreadable;
}

function opens(seal: Seal, place: string, sealed: Buffer): boolean {
  try {
    seal.open(place, sealed);
    return true;
  } catch (error) {
    if (error instanceof CallboardError && error.code === "CONFIG_INVALID") return false;
    throw error;
  }
}

/** Seals up to `most` values of other keys anew. A value that changes meanwhile is left to a later call. */
export async function resealSome(tx: Queryable, seal: Seal, most: number): Promise<number> {
  const header = sealHeader(seal.sealingKeyId());
  let resealed = 0;
  for (const { table, column, key, placeOf } of SEALED_COLUMNS) {
    const rows = await tx.query<{ sealed: Buffer }>(
      `SELECT ${key.join(", ")}, ${column} AS sealed FROM ${table}
       WHERE ${column} IS NOT NULL AND substr(${column}, 1, ${SEAL_HEADER_BYTES}) <> $1 ORDER BY ${key.join(", ")} LIMIT $2`,
      [header, most - resealed],
    );
    for (const { sealed, ...columns } of rows) {
      const place = placeOf(columns);
      const where = key.map((name, index) => `${name} = $${index + 3}`).join(" AND ");
      await tx.query(`UPDATE ${table} SET ${column} = $1 WHERE ${column} = $2 AND ${where}`, [
        seal.seal(place, seal.open(place, sealed)),
        sealed,
        ...key.map((name) => (columns as KeyColumns)[name]),
      ]);
    }
    resealed += rows.length;
    if (resealed >= most) break;
  }
  return resealed;
}
