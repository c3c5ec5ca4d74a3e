/** Properties that add-ons keep with the host: a JSON value each, under a name. */
import type { Queryable } from "../db/database.ts";

export async function listPropertyNames(
  q: Queryable,
  siteNo: number,
  addonKey: string,
): Promise<readonly string[]> {
  const rows = await q.query<{ name: string }>(
    "SELECT name FROM callboard_addon_property WHERE site_no = $1 AND addon_key = $2 ORDER BY name",
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
  const [row] = await q.query<{ value: string }>(
    "SELECT value FROM callboard_addon_property WHERE site_no = $1 AND addon_key = $2 AND name = $3",
    [siteNo, addonKey, name],
  );
  return row?.value;
}

export async function saveProperty(
  tx: Queryable,
  siteNo: number,
  addonKey: string,
  name: string,
  value: string,
): Promise<void> {
  await tx.query(
    `INSERT INTO callboard_addon_property (site_no, addon_key, name, value) VALUES ($1, $2, $3, $4)
     ON CONFLICT (site_no, addon_key, name) DO UPDATE SET value = excluded.value`,
    [siteNo, addonKey, name, value],
  );
}

export async function deleteProperty(
  tx: Queryable,
  siteNo: number,
  addonKey: string,
  name: string,
): Promise<void> {
  await tx.query("DELETE FROM callboard_addon_property WHERE site_no = $1 AND addon_key = $2 AND name = $3", [
    siteNo,
    addonKey,
    name,
  ]);
}
