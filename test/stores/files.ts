/**
 * What `npm run test:stores` runs on PostgreSQL. The first list runs there alone; `npm test` or
 * `npm run test:long` runs the second one as well, on SQLite.
 */
export const POSTGRES_FILES: readonly string[] = [
  "test/integration/addon-in-sql.test.ts",
  "test/integration/cli/doctor-postgres.test.ts",
  "test/integration/distribute-interrupted.test.ts",
  "test/integration/endpoints.test.ts",
  "test/integration/outbox.test.ts",
  "test/integration/own-product-processes.test.ts",
  "test/integration/pause.test.ts",
  "test/integration/products-postgres.test.ts",
  "test/integration/publish-in-transaction.test.ts",
  "test/integration/registry-postgres.test.ts",
  "test/integration/roles.test.ts",
  "test/integration/several-processes.test.ts",
  "test/integration/tls-doors.test.ts",
  "test/store/postgres-connections.test.ts",
];

export const FILES_FOR_BOTH: readonly string[] = [
  "test/bad-input/text.test.ts",
  "test/integration/cli/db.test.ts",
  "test/integration/cli/erase.test.ts",
  "test/integration/distribution.test.ts",
  "test/integration/host/admin/keyed-requests.test.ts",
  "test/integration/host/delivery-log/list.test.ts",
  "test/integration/host/delivery-log/poll-events.test.ts",
  "test/integration/host/delivery/backlog.test.ts",
  "test/integration/host/events/group-commit.test.ts",
  "test/integration/host/delivery/clock.test.ts",
  "test/integration/host/retention/retention.test.ts",
  "test/integration/host/unloaded-sites.test.ts",
  "test/integration/batches.test.ts",
  "test/integration/order.test.ts",
  "test/integration/order-upkeep.test.ts",
  "test/integration/pace.test.ts",
  "test/integration/redeliver.test.ts",
  "test/integration/replay.test.ts",
  "test/store/conformance.test.ts",
];

/** Of both lists, in this order. */
export const LONGEST_FILES: readonly string[] = [
  "test/store/conformance.test.ts",
  "test/integration/outbox.test.ts",
  "test/integration/pace.test.ts",
  "test/integration/cli/db.test.ts",
  "test/integration/batches.test.ts",
  "test/integration/endpoints.test.ts",
];
