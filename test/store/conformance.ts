/** The store conformance suite: what every database that Callboard runs on must do, and alike. */
import { afterEach, describe } from "vitest";
import type { Database } from "../../src/host/store/db/database.ts";
import { openMigrated } from "../support/store.ts";
import { auditTests, sharedAuditTests } from "./suite/audit.ts";
import { bodyFilterTests } from "./suite/body-filters.ts";
import { databaseTests } from "./suite/database.ts";
import { deliveryTests } from "./suite/deliveries.ts";
import { directoryTests } from "./suite/directory.ts";
import { eventTests } from "./suite/events.ts";
import { leaseTests } from "./suite/leases.ts";
import { levelTests } from "./suite/levels.ts";
import { modelTests } from "./suite/models.ts";
import { fileTests, owningTests } from "./suite/own-file.ts";
import { orderTests, sharedOrderTests } from "./suite/order.ts";
import { pageTests } from "./suite/pages.ts";
import { registryTests } from "./suite/registry.ts";
import { secretTests } from "./suite/secrets.ts";
import { snapshotTests } from "./suite/snapshots.ts";

/** A migrated database of its own, closed after the test. */
export type OpenStore = () => Promise<Database>;

/**
 * How a database is used: owned by one process, in memory or in a file, or shared by many, directly or through a pooler, or with the
 * statements of a distributed one.
 */
export type StoreKind = "memory" | "file" | "shared" | "pooled" | "distributed";

export function describeStore(name: string, kind: StoreKind, newUrl: () => Promise<string>): void {
  const isShared = kind !== "memory" && kind !== "file";
  const opened: Database[] = [];
  const closeLater = (database: Database): Database => {
    opened.push(database);
    return database;
  };
  const open: OpenStore = async () => closeLater(await openMigrated(await newUrl()));

  describe(name, () => {
    afterEach(async () => {
      for (const database of opened.splice(0)) await database.close();
    });
    describe("transactions", () => databaseTests(open));
    describe("the registry", () => registryTests(open));
    describe("the directory", () => directoryTests(open));
    describe("body filters", () => bodyFilterTests(open));
    describe("tables as models", () => modelTests(open));
    describe("the registry in memory", () => snapshotTests(open, kind));
    describe("events and figures", () => eventTests(open));
    describe("deliveries", () => deliveryTests(open));
    describe("order by key", () => orderTests(open));
    describe("what pages ask for", () => pageTests(open));
    describe("levels for metrics", () => levelTests(open));
    describe("secrets, tokens and settings", () => secretTests(open));
    describe("the audit log", () => {
      auditTests(open);
      if (isShared) sharedAuditTests(newUrl, openMigrated, closeLater);
    });
    if (isShared) {
      const has = { notices: kind !== "pooled", plans: kind !== "distributed" };
      describe("leases", () => leaseTests(newUrl, closeLater, has));
      describe("keys of several processes", () => sharedOrderTests(newUrl, closeLater, kind === "shared"));
    } else describe("an owner", () => owningTests(open));
    if (kind === "file") describe("the file", () => fileTests(newUrl));
  });
}
