/** Every sealed column of the database, for what concerns all of them: which keys are in use, and replacing a key. */
import type { Queryable } from "./db/database.ts";
import { CallboardError } from "../../errors.ts";
import { SEAL_HEADER_BYTES, getKeyId, sealHeader } from "./seal.ts";
import type { KeyId, Seal } from "./seal.ts";
import type { Table } from "./db/table.ts";
import { accessTokens } from "./tables/access-tokens.ts";
import { auditKeys } from "./tables/audit-keys.ts";
import { endpoints } from "./tables/endpoints.ts";
import { installations, pendingInstalls } from "./tables/installations.ts";
import { signingKeys } from "./tables/keys.ts";
import { webhooks } from "./tables/webhooks.ts";

type KeyColumns = Readonly<Record<string, unknown>>;

export type SealedTable = Pick<Table<never>, "name" | "key" | "sealed" | "update">;

/** Each has its sealed columns in its description. A test compares them with the columns of the schema. */
const TABLES: readonly SealedTable[] = [
  signingKeys,
  installations,
  webhooks,
  endpoints,
  pendingInstalls,
  auditKeys,
  accessTokens,
];

export const SEALED_COLUMNS = TABLES.flatMap((table) =>
  table.sealed.map(({ column, place }) => ({
    table,
    column,
    key: table.key.join(", "),
    findPlace: (key: KeyColumns): string => place(...(table.key.map((name) => key[name]) as never[])),
  })),
);

/** Returns the IDs of the keys that sealed anything; values without a key ID are left out. */
export async function listKeysInUse(q: Queryable): Promise<readonly KeyId[]> {
  const ids = new Set<KeyId>();
  for (const { table, column } of SEALED_COLUMNS) {
    const rows = await q.query<{ header: Buffer }>(
      `SELECT DISTINCT substr(${column}, 1, ${SEAL_HEADER_BYTES}) AS header FROM ${table.name} WHERE ${column} IS NOT NULL`,
    );
    for (const { header } of rows) {
      const id = getKeyId(header);
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
      `SELECT COUNT(*) AS count FROM ${table.name}
       WHERE ${column} IS NOT NULL AND substr(${column}, 1, ${SEAL_HEADER_BYTES}) <> $1`,
      [sealHeader(id)],
    );
    count += row?.count ?? 0;
  }
  return count;
}

/** Returns the number of all sealed values. */
export async function countSealed(q: Queryable): Promise<number> {
  let count = 0;
  for (const { table, column } of SEALED_COLUMNS) {
    const [row] = await q.query<{ count: number }>(`SELECT COUNT(${column}) AS count FROM ${table.name}`);
    count += row?.count ?? 0;
  }
  return count;
}

export interface SealedValue {
  readonly table: SealedTable;
  readonly column: string;
  readonly key: KeyColumns;
}

/**
 * Returns the values that none of the keys opens.
 * @throws {CallboardError} STORE_TOO_NEW if a later version sealed one: it isn't lost
 */
export async function listUnreadable(q: Queryable, seal: Seal): Promise<readonly SealedValue[]> {
  const unreadable: SealedValue[] = [];
  for (const { table, column, key, findPlace } of SEALED_COLUMNS) {
    const rows = await q.query<{ sealed: Buffer }>(
      `SELECT ${key}, ${column} AS sealed FROM ${table.name} WHERE ${column} IS NOT NULL ORDER BY ${key}`,
    );
    for (const { sealed, ...columns } of rows) {
      if (!opens(seal, findPlace(columns), sealed)) unreadable.push({ table, column, key: columns });
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
  for (const { table, column, key, findPlace } of SEALED_COLUMNS) {
    const rows = await tx.query<{ sealed: Buffer }>(
      `SELECT ${key}, ${column} AS sealed FROM ${table.name}
       WHERE ${column} IS NOT NULL AND substr(${column}, 1, ${SEAL_HEADER_BYTES}) <> $1 ORDER BY ${key} LIMIT $2`,
      [header, most - resealed],
    );
    for (const { sealed, ...columns } of rows) {
      const place = findPlace(columns);
      const where = table.key.map((name, index) => `${name} = $${index + 3}`).join(" AND ");
      await tx.query(`UPDATE ${table.name} SET ${column} = $1 WHERE ${column} = $2 AND ${where}`, [
        seal.seal(place, seal.open(place, sealed)),
        sealed,
        ...table.key.map((name) => (columns as KeyColumns)[name]),
      ]);
    }
    resealed += rows.length;
    if (resealed >= most) break;
  }
  return resealed;
}
