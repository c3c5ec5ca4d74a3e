/**
 * Backup, move, erase and export know every table: a text is put into each column of each table, and found again by all of them.
 * A new column fails here until it was decided what erasing does with it, and a new table until it was decided whether it is exported.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { chainAudit, verifyAudit } from "../../src/host/admin/audit-chain.ts";
import { createErasures } from "../../src/host/care/erasures.ts";
import type { ErasureStep } from "../../src/host/care/erasures.ts";
import { findFate } from "../../src/host/model/erasure-fates.ts";
import { copyTables } from "../../src/host/store/copy-tables.ts";
import type { Database, Queryable } from "../../src/host/store/db/database.ts";
import { countRows, listTables } from "../../src/host/store/schema.ts";
import type { SchemaColumn, SchemaTable } from "../../src/host/store/schema.ts";
import { deliveryUuid } from "../../src/host/model/ids.ts";
import { appendAudit } from "../../src/host/store/tables/audit.ts";
import { forgetNamedKeys } from "../../src/host/store/tables/order.ts";
import {
  addDeliveries,
  addEvents,
  addSite,
  newDelivery,
  newEvent,
  openMigrated,
  seal,
} from "../support/store.ts";

const SUBJECT = "Zoë.Kim@example.com";

const shortName = ({ name }: SchemaTable): string => name.replace(/^callboard_/, "");

/** What an administrator changes or deletes. */
const CONFIGURATION = [
  "addon_property: addon_key name value",
  "api_token: name scopes site_key portal",
  "directory_entry: addon_key descriptor_url name vendor description version edited",
  "endpoint: addon_key origin listener_id pace order_by",
  "installation: addon_key descriptor descriptor_url base_url authentication state granted_scopes",
  "pending_install: addon_key descriptor base_url",
  "product: key document",
  "product_change: product document changes",
  "public_catalogue: product",
  "setting: name value",
  "site: key product name base_url client_key retry_profile install_signing options",
  "subscription: source addon_key event url params filter property_keys inactive_because dynamic body_filter",
  "webhook: name url format project events filter description signature retry_profile inactive_because created_by updated_by body_filter pace order_by template owner batch",
];

/** Callboard's own words: IDs, digests, names of states, event types, keys of sites and add-ons, times. */
const OWN_WORDS = [
  "access_token: lease_id",
  "announced: name subject",
  "api_token: id hash",
  "attempt: delivery_id outcome",
  "audit: id action",
  "batch: id digest",
  "counter: name",
  "delivery: id matched because lease_id last_outcome batch_id",
  "directory_entry: failure_code",
  "event: id digest name about_addon trace_parent terms",
  "failure_notice: delivery_id because",
  "idempotency_key: id request",
  "lifecycle_call: id addon_key event signing outcome",
  "login_link: hash token_id portal site_key",
  "migration: name version usable_from",
  "minute: outcome",
  "polled_event: addon_key event_id",
  "poller: addon_key complete_before",
  "process: id role version bottleneck",
  "reinstall: addon_key",
  "replay: addon_key events state reason cursor result lease_id",
  "response_bytes: receiver",
  "session: hash token_id csrf portal site_key",
  "signing_key: kid public_pem",
  "upm_install: id site_key addon_key",
];

/** Gone within seconds: a listener's with its connection, its responses once the process that waits for them has them. */
const PASSING = [
  "listener: id addon_key forward_to token_id created_by connection",
  "listener_response: listener_id delivery_id response",
];

/** Encrypted, or a digest: a text is not found in it. */
const NOISE = /_sealed$|^audit(?:_head)?\.(?:hash|mac)$|^idempotency_key\.response$/;

const STAYING = new Set(
  [...CONFIGURATION, ...OWN_WORDS, ...PASSING].flatMap((line) => {
    const [table = "", columns = ""] = line.split(": ");
    return columns.split(" ").map((column) => `${table}.${column}`);
  }),
);

/** By table: the export that has it, or why none has. */
const EXPORTS: Readonly<Record<string, string>> = {
  event: "export events",
  delivery: "export deliveries",
  ...Object.fromEntries(
    ["attempt", "batch", "lifecycle_call", "replay"].map((table) => [
      table,
      "the API shows it by delivery, add-on or replay",
    ]),
  ),
  ...Object.fromEntries(
    ["audit", "audit_head", "audit_key"].map((table) => [table, "audit list and audit verify"]),
  ),
  ...Object.fromEntries(
    [
      ...[
        "addon_property",
        "api_token",
        "directory_entry",
        "endpoint",
        "installation",
        "pending_install",
        "product",
      ],
      ...[
        "product_change",
        "public_catalogue",
        "setting",
        "site",
        "subscription",
        "webhook",
        "reinstall",
        "upm_install",
      ],
    ].map((table) => [table, "configuration: a backup has it"]),
  ),
  ...Object.fromEntries(
    [
      ...[
        "access_token",
        "announced",
        "counter",
        "endpoint_hour",
        "failure_notice",
        "idempotency_key",
        "listener",
      ],
      ...[
        "listener_response",
        "login_link",
        "migration",
        "minute",
        "order_key",
        "polled_event",
        "poller",
        "process",
      ],
      ...["rate", "response_bytes", "session", "signing_key"],
    ].map((table) => [table, "a server's own state, or its figures"]),
  ),
};

type Erased = Pick<ErasureStep, "found" | "left" | "scanned">;

async function eraseIn(database: Database, subject: string, confirm: boolean): Promise<Erased> {
  const { step } = createErasures({ database, now: () => 1, drop: () => undefined, wake: () => undefined });
  const by = { actor: "test", address: "127.0.0.1" };
  const [found, left]: [Record<string, number>, Record<string, number>] = [{}, {}];
  let scanned = 0;
  let cursor: string | undefined;
  do {
    const done = await step({ subject, confirm, ...(cursor === undefined ? {} : { cursor }) }, by);
    Object.assign(found, done.found);
    Object.assign(left, done.left);
    scanned += done.scanned;
    cursor = done.cursor;
  } while (cursor !== undefined);
  return { found, left, scanned };
}

const isText = ({ type }: SchemaColumn): boolean => type === "text" || type === "bytes";

describe("every table", () => {
  let database: Database;
  let tables: readonly SchemaTable[];
  beforeEach(async () => {
    database = await openMigrated("sqlite::memory:");
    tables = await listTables(database.read);
  });
  afterEach(() => database.close());

  /** One row in each table, with the subject in every text; `deleted` gives it a time of removal. */
  async function fill(deleted: boolean): Promise<void> {
    for (const { name, columns } of tables) {
      await database.autocommit.query(`DELETE FROM ${name}`);
      const values = columns.map((column) => {
        if (column.type === "bytes") return Buffer.from(`of ${SUBJECT}`);
        if (column.type === "text") return `of ${SUBJECT}`;
        return /^(?:removed|revoked)_at$/.test(column.name) && !deleted ? null : 1;
      });
      await database.autocommit.query(
        `INSERT INTO ${name} (${columns.map((column) => column.name).join(", ")})
         VALUES (${values
           .map((_, index) => `$${index + 1}`)
           .join(", ")
           .replaceAll(/\$(\d\d)/g, "?$1")})`,
        values,
      );
    }
  }

  const erase = (confirm: boolean) => eraseIn(database, SUBJECT, confirm);

  const listPlaces = () =>
    tables.flatMap((table) =>
      table.columns.filter(isText).map(({ name }) => ({ table: shortName(table), column: name })),
    );
  const format = ({ table, column }: { readonly table: string; readonly column: string }) =>
    `${table}.${column}`;

  test.each([false, true])(
    "a text in each column is erased, or has a reason to stay; deleted: %j",
    async (deleted) => {
      await fill(deleted);
      const isErased = (place: ReturnType<typeof listPlaces>[number]) =>
        findFate(
          place.table,
          place.column,
          deleted && /^(?:webhook|subscription|api_token)$/.test(place.table),
        ) !== undefined;
      const [erased, staying] = [
        listPlaces().filter(isErased),
        listPlaces().filter((place) => !isErased(place)),
      ];
      const counted = await erase(false);
      expect(Object.keys(counted.found).toSorted()).toEqual(erased.map(format).toSorted());
      expect(Object.keys(counted.left).toSorted()).toEqual(staying.map(format).toSorted());
      const undecided = staying.map(format).filter((place) => !STAYING.has(place) && !NOISE.test(place));
      expect(undecided).toEqual([]);
    },
  );

  test("no reason is left over", () => {
    const known = new Set(listPlaces().map(format));
    expect([...STAYING].filter((place) => !known.has(place))).toEqual([]);
    expect(STAYING.has("event.body")).toBe(false);
    expect(Object.keys(EXPORTS).toSorted()).toEqual(tables.map(shortName).toSorted());
  });

  test("what is recorded of a text is gone when it was erased", async () => {
    await fill(false);
    // The chain of the audit log needs entries of its own.
    for (const table of ["audit", "audit_head", "audit_key"])
      await database.autocommit.query(`DELETE FROM callboard_${table}`);
    expect(Object.keys((await erase(true)).found)).toContain("delivery.order_key");
    const { found, left } = await erase(false);
    expect(found).toEqual({});
    expect(left).toMatchObject({ "webhook.name": 1, "site.name": 1 });
    const rest = await countRows(database.read);
    expect(rest).toMatchObject({ callboard_order_key: 0, callboard_delivery: 1, callboard_event: 1 });
  });

  test("is moved, and counted by a backup", async () => {
    await fill(false);
    expect(await countRows(database.read)).toEqual(Object.fromEntries(tables.map(({ name }) => [name, 1])));
    const target = await openMigrated("sqlite::memory:");
    const moved = await copyTables({
      from: database.read,
      to: target.autocommit,
      except: ["callboard_migration"],
      onRows: () => undefined,
    });
    await target.close();
    expect(moved.map(({ name, rows }) => `${name} ${rows}`)).toEqual(
      tables.filter(({ name }) => name !== "callboard_migration").map(({ name }) => `${name} 1`),
    );
  });
});

test("a key of order is not forgotten while a delivery of it has not ended", async () => {
  const database = await openMigrated("sqlite::memory:");
  const { no: siteNo } = await addSite(database);
  const event = newEvent(siteNo);
  await database.write(async (tx) => {
    await addEvents(tx, [event]);
    await addDeliveries(tx, [newDelivery(siteNo, event.id, 0), newDelivery(siteNo, event.id, 1)]);
    await tx.query(
      `INSERT INTO callboard_order_key VALUES (${siteNo}, 'w1 a', 1, 1), (${siteNo}, 'w1 b', 1, 1), (${siteNo}, 'w1 c', 1, 1)`,
    );
    for (const [index, [key, state]] of [["w1 a", 0] as const, ["w1 b", 2] as const].entries())
      await tx.query("UPDATE callboard_delivery SET order_key = $1, state = $2 WHERE id = $3", [
        key,
        state,
        deliveryUuid(event.id, index),
      ]);
    await forgetNamedKeys(tx, [
      { siteNo, key: "w1 a" },
      { siteNo, key: "w1 b" },
    ]);
  });
  const left = await database.read.query<{ key: string }>("SELECT key FROM callboard_order_key ORDER BY key");
  await database.close();
  expect(left.map(({ key }) => key)).toEqual(["w1 a", "w1 c"]);
});

describe("many rows", () => {
  let database: Database;
  beforeEach(async () => (database = await openMigrated("sqlite::memory:")));
  afterEach(() => database.close());

  /** Events with the subject, and `bytes` more, in each body. */
  const addEventRows = (count: number, bytes: number) =>
    database.autocommit.query(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
       INSERT INTO callboard_event (site_no, id, name, lane, body, body_size)
       SELECT 1, printf('%032x', i), 'jira:issue_created', 0, '${SUBJECT}' || printf('%.*c', ${bytes}, 'x'), 1 FROM n`,
    );

  test("are all looked through: those at the end of a window, and those of the last, shorter one", async () => {
    await addEventRows(450, 1);
    const { callboard_event: _events, ...others } = await countRows(database.read);
    const rest = Object.values(others).reduce((sum, count) => sum + count, 0);
    expect(await eraseIn(database, SUBJECT, false)).toMatchObject({
      found: { "event.body": 450 },
      scanned: 450 + rest,
    });
    await eraseIn(database, SUBJECT, true);
    // The second scan of an erasure would miss the same rows as its first one.
    const kept = "SELECT id FROM callboard_event WHERE body IS NOT NULL";
    expect(await database.read.query(kept)).toEqual([]);
  });

  test("that are large are moved by statements of 8 MiB, and a row that is larger by itself", async () => {
    await addEventRows(12, 3 * 1024 * 1024);
    await insertEventRow(20 * 1024 * 1024);
    const target = await openMigrated("sqlite::memory:");
    const sizes: number[] = [];
    const to: Queryable = {
      ...target.autocommit,
      query: (sql, bind) => {
        if (sql.startsWith("INSERT INTO callboard_event ")) sizes.push(String(bind?.[0]).length);
        return target.autocommit.query(sql, bind);
      },
    };
    await copyTables({ from: database.read, to, except: ["callboard_migration"], onRows: () => undefined });
    await target.close();
    const [largest = 0, ...others] = sizes.toSorted((a, b) => b - a);
    expect(largest).toBeGreaterThan(20 * 1024 * 1024);
    expect(largest).toBeLessThan(20.1 * 1024 * 1024);
    expect(Math.max(...others)).toBeLessThan(8.1 * 1024 * 1024);
    // Two rows of 3 MiB fit.
    expect(others.length).toBeLessThan(12);
  });

  const insertEventRow = (bytes: number) =>
    database.autocommit.query(
      `INSERT INTO callboard_event (site_no, id, name, lane, body, body_size)
       VALUES (2, 'large', 'jira:issue_created', 0, printf('%.*c', ${bytes}, 'x'), 1)`,
    );
});

test("an address in the audit log is erased, and the log verifies", async () => {
  const database = await chainAudit(await openMigrated("sqlite::memory:"), seal);
  const entry = { actor: "token:a", action: "site.changed", object: "jira", detail: "" };
  for (const address of ["198.51.100.7", "198.51.100.70", "127.0.0.1"])
    await database.write((tx) => appendAudit(tx, { ...entry, address }));
  expect((await eraseIn(database, "198.51.100.70", true)).found).toEqual({ "audit.address": 1 });
  const addresses = await database.read.query(
    "SELECT address FROM callboard_audit WHERE action = 'site.changed' ORDER BY seq",
  );
  const { verified, problem } = await verifyAudit(database.read, seal);
  await database.close();
  expect(addresses.map(({ address }) => address)).toEqual(["198.51.100.7", "[erased]", "127.0.0.1"]);
  expect({ verified, problem }).toEqual({ verified: true, problem: undefined });
});
