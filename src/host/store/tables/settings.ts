/** Named values that outlive a process: what was made at the first start, and what an administrator changed. */
import type { InstallSources } from "../../model/directory.ts";
import { text } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";

const settings = defineTable<{ readonly name: string; readonly value: string }>({
  name: "setting",
  key: ["name"],
  columns: { name: text(), value: text() },
});

export async function readSetting(q: Queryable, name: string): Promise<string | undefined> {
  return (await settings.find(q, { name }))?.value;
}

export function writeSetting(tx: Queryable, name: string, value: string): Promise<void> {
  return settings.save(tx, { name, value });
}

const INSTALL_SOURCES = "install_sources";

/** "anywhere" until an administrator changes it. */
export async function readInstallSources(q: Queryable): Promise<InstallSources> {
  return (await readSetting(q, INSTALL_SOURCES)) === "directory" ? "directory" : "anywhere";
}

export const writeInstallSources = (tx: Queryable, sources: InstallSources): Promise<void> =>
  writeSetting(tx, INSTALL_SOURCES, sources);

/** Writes the value unless another process did so since `before` was read; true when it was written. */
export async function replaceSetting(
  tx: Queryable,
  name: string,
  before: string | undefined,
  value: string,
): Promise<boolean> {
  if (before === undefined) return settings.insertNew(tx, { name, value });
  return (await settings.set(tx, { name, value: before }, { value })) > 0;
}
