/** What is told of a backup that was made, and of a database that was checked. Pure. */
import type { Schemas } from "../client/index.ts";
import { size } from "../format.ts";
import type { DatabaseCheck } from "../host/index.ts";
import { counted } from "./consent.ts";

export type BackupContents = NonNullable<Schemas["Backup"]["contents"]>;

export function describeBackup(
  file: string,
  { bytes, masterKeys, rows }: Pick<BackupContents, "bytes" | "masterKeys" | "rows">,
): readonly string[] {
  const count = (table: string) => rows[`callboard_${table}`] ?? 0;
  return [
    `${file}: ${size(bytes)}, checked`,
    `  ${counted(count("event"), "event", "events")}, ${counted(count("delivery"), "delivery", "deliveries")}, ${counted(count("site"), "site", "sites")}`,
    `  The master key ${masterKeys.join(" and ")} is not in it. Keep a copy of the key in another place: without it, the backup can't be restored.`,
  ];
}

export function describeDatabaseCheck({
  product,
  pending,
  isFileChecked,
  rows,
  secrets,
  problems,
}: DatabaseCheck): readonly string[] {
  const all = Object.values(rows).reduce((sum, count) => sum + count, 0);
  return [
    `${product}: ${problems.length === 0 ? "no problem" : counted(problems.length, "problem", "problems")}`,
    ...problems.map(({ kind, detail }) => `  ${kind}: ${detail}`),
    `  ${counted(all, "row", "rows")} in ${counted(Object.keys(rows).length, "table", "tables")}; ${counted(secrets, "secret", "secrets")} decrypted`,
    ...(isFileChecked ? [] : ["  The files of PostgreSQL are checked with pg_amcheck."]),
    ...(pending.length === 0
      ? []
      : [
          `  The schema needs ${pending.join(", ")}: relations, secrets and the audit log are checked after callboard migrate.`,
        ]),
  ];
}
