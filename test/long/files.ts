/**
 * Tests that wait for real processes, real clocks and several databases: `npm run test:long` runs them, so that `npm test`
 * ends while a person waits. A file that is not named here is run by `npm test`.
 */
export const LONG_FILES: readonly string[] = [
  "test/crash/short.test.ts",
  "test/integration/host/delivery/announce.test.ts",
  "test/integration/host/delivery/engine.test.ts",
  "test/integration/host/delivery/pause.test.ts",
  "test/integration/addon/key-server.test.ts",
  "test/integration/alerts.test.ts",
  "test/integration/certificate-expiring.test.ts",
  "test/integration/clocks.test.ts",
  "test/integration/egress/stall.test.ts",
  "test/integration/first-run.test.ts",
  "test/integration/inspector.test.ts",
  "test/integration/lost-key.test.ts",
  "test/integration/observed.test.ts",
  "test/integration/operational-events-turns.test.ts",
  "test/integration/operational-events-watch.test.ts",
  "test/integration/operational-events.test.ts",
  "test/integration/postgres-limits.test.ts",
  "test/integration/postgres-pooler.test.ts",
  "test/integration/replay-kills.test.ts",
  "test/integration/resume-in-force.test.ts",
  "test/integration/stop.test.ts",
  "test/integration/withdrawal.test.ts",
  "test/store/migrations.test.ts",
  "test/store/pgbouncer.test.ts",
];
