/** Properties that add-ons keep with the host: a JSON value each, under a name. */
import { int, text } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";

interface AddonProperty {
  readonly siteNo: number;
  readonly addonKey: string;
  readonly name: string;
  /** JSON text. */
  readonly value: string;
}

const properties = defineTable<AddonProperty>({
  name: "addon_property",
  key: ["siteNo", "addonKey", "name"],
  columns: { siteNo: int(), addonKey: text(), name: text(), value: text() },
});

export async function listPropertyNames(
  q: Queryable,
  siteNo: number,
  addonKey: string,
): Promise<readonly string[]> {
  const rows = await q.query<{ name: string }>(
    `SELECT name FROM ${properties.name} WHERE site_no = $1 AND addon_key = $2 ORDER BY name`,
    [siteNo, addonKey],
  );
  return rows.map(({ name }) => name);
}

/** Its JSON text. */
export async function findProperty(
  q: Queryable,
  siteNo: number,
  addonKey: string,
  name: string,
): Promise<string | undefined> {
  return (await properties.find(q, { siteNo, addonKey, name }))?.value;
}

export async function saveProperty(
  tx: Queryable,
  property: {
    readonly siteNo: number;
    readonly addonKey: string;
    readonly name: string;
    readonly value: string;
  },
): Promise<void> {
  await properties.save(tx, property);
}

export async function deleteProperty(
  tx: Queryable,
  siteNo: number,
  addonKey: string,
  name: string,
): Promise<void> {
  await properties.delete(tx, { siteNo, addonKey, name });
}
