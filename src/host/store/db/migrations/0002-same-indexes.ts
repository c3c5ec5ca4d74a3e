/**
 * The first step was edited twice before its first release, and databases made before that have three other indexes. It also
 * gives each step the versions that an older Callboard is judged by.
 */
import type { Dialect } from "../dialect.ts";

const INDEXES = [
  { name: "callboard_event_name", on: "callboard_event", columns: "(name, site_no, id)", where: "" },
  {
    name: "callboard_delivery_failed",
    on: "callboard_delivery",
    columns: "(site_no, id, endpoint_no)",
    where: " WHERE state = 3",
  },
  {
    name: "callboard_delivery_endpoint",
    on: "callboard_delivery",
    columns: "(endpoint_no, site_no, id)",
    where: "",
  },
] as const;

/** SQLite cannot ask before it makes an index again; PostgreSQL can, and spares a large database the work. */
function remake(
  { name, on, columns, where }: (typeof INDEXES)[number],
  { name: dialect }: Dialect,
): string[] {
  const drop = `DROP INDEX IF EXISTS ${name}`;
  const create = `CREATE INDEX ${name} ON ${on} ${columns}${where}`;
  if (dialect === "sqlite") return [drop, create];
  return [
    `DO $$ BEGIN
       IF NOT EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                      WHERE i.indrelid = '${on}'::regclass AND c.relname = '${name}'
                        AND pg_get_indexdef(c.oid) LIKE '%${columns}%') THEN
         ${drop};
         ${create};
       END IF;
     END $$`,
  ];
}

export const sameIndexes = {
  name: "0002-same-indexes",
  usableFrom: "0.1.0",
  statements: (dialect: Dialect): readonly string[] => [
    ...INDEXES.flatMap((index) => remake(index, dialect)),
    `ALTER TABLE callboard_migration ADD COLUMN version ${dialect.types.text}`,
    `ALTER TABLE callboard_migration ADD COLUMN usable_from ${dialect.types.text}`,
  ],
};
