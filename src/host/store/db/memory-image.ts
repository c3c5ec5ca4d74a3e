/** A copy of a SQLite database as SQL text: many databases in memory begin as one that was made once. */
import type { Queryable, Row } from "./queryable.ts";

/** Resolves to the statements that make an empty database the same as this one. */
export async function takeImage(q: Queryable): Promise<string> {
  const objects = await q.query<{ type: string; name: string; sql: string }>(
    `SELECT type, name, sql FROM sqlite_master
     WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid`,
  );
  const statements = objects.map(({ sql }) => sql);
  for (const { name } of objects.filter(({ type }) => type === "table")) {
    const columns = (await q.query<{ name: string }>(`SELECT name FROM pragma_table_info('${name}')`)).map(
      (column) => `"${column.name}"`,
    );
    const quoted = columns.map((column) => `quote(${column})`).join(" || ', ' || ");
    const rows = await q.query<Row & { readonly written: string }>(
      `SELECT ${quoted} AS written FROM ${name}`,
    );
    for (const { written } of rows)
      statements.push(`INSERT INTO ${name} (${columns.join(", ")}) VALUES (${written})`);
  }
  return `BEGIN;\n${statements.join(";\n")};\nCOMMIT;`;
}
