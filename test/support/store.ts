/** Rows for tests of the store: whole and plain, so that a test names only what it is about. */
import { openDatabase } from "../../src/host/store/db/database.ts";
import type { Database, Queryable } from "../../src/host/store/db/database.ts";
import { insertDeliveries } from "../../src/host/store/tables/deliveries.ts";
import { insertEvents } from "../../src/host/store/tables/events.ts";
import { migrate } from "../../src/host/store/db/migrate.ts";
import { createSeal } from "../../src/host/store/seal.ts";
import { insertSite } from "../../src/host/store/tables/sites.ts";
import { prepareSchema } from "./prepared.ts";
import { newSite } from "./rows.ts";
import type { NewDelivery } from "../../src/host/model/delivery.ts";
import type { EventRecord } from "../../src/host/model/event.ts";
import type { Site } from "../../src/host/model/site.ts";

export * from "./rows.ts";

export const MASTER_KEY = Buffer.alloc(32, 7);
export const seal = createSeal(MASTER_KEY);

export async function openMigrated(url: string): Promise<Database> {
  await prepareSchema(url);
  const database = await openDatabase(url);
  await migrate(database);
  return database;
}

export function addSite(database: Database, key = "jira"): Promise<Site> {
  return database.write((tx) => insertSite(tx, newSite(key)));
}

/** The events as they are read again. */
export function addEvents(tx: Queryable, events: readonly EventRecord[]): Promise<void> {
  return insertEvents(
    tx,
    events.map(({ body, ...event }) => ({ ...event, body: Buffer.from(body) })),
  );
}

/** The deliveries with their times just as they are, whatever the database's clock shows. */
export async function addDeliveries(tx: Queryable, deliveries: readonly NewDelivery[]): Promise<void> {
  await insertDeliveries(tx, deliveries, 0);
  for (const { siteNo, id, dueAt, lease } of deliveries) {
    await tx.query(
      "UPDATE callboard_delivery SET due_at = $3, lease_until = $4 WHERE site_no = $1 AND id = $2",
      [siteNo, id, dueAt, lease?.until ?? null],
    );
  }
}

/** Every table with all of its rows, as text: what somebody sees who gets hold of a dump. */
export async function dump(q: Queryable): Promise<string> {
  const tables = await q.query<{ name: string }>(
    q.dialect.name === "sqlite"
      ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'callboard_%'"
      : "SELECT tablename AS name FROM pg_tables WHERE tablename LIKE 'callboard_%'",
  );
  const texts = await Promise.all(
    tables.map(async ({ name }) => {
      const rows = await q.query(`SELECT * FROM ${name}`);
      const values = rows.flatMap((row) => Object.values(row));
      return values
        .map((value) => (Buffer.isBuffer(value) ? value.toString("latin1") : String(value)))
        .join("\n");
    }),
  );
  return texts.join("\n");
}
