/** The steps of the schema: released ones never change, and a database is brought up to date whole, once, and with patience. */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { createHost } from "../../src/host/index.ts";
import { openDatabase } from "../../src/host/store/db/database.ts";
import type { Database } from "../../src/host/store/db/database.ts";
import { POSTGRES, SQLITE } from "../../src/host/store/db/dialect.ts";
import { migrate } from "../../src/host/store/db/migrate.ts";
import { MIGRATIONS } from "../../src/host/store/db/migrations/index.ts";
import type { Migration } from "../../src/host/store/db/migrations/index.ts";
import { silentLogger } from "../../src/logger.ts";
import { recordingLogger } from "../support/recording-logger.ts";
import { startTestHost } from "../support/host.ts";
import { startPostgres } from "../support/postgres.ts";
import type { Postgres } from "../support/postgres.ts";
import { answer204, startReceiver } from "../support/http-receiver.ts";
import { dump } from "../support/store.ts";
import { waitFor } from "../support/wait-for.ts";

/** Of the statements for SQLite and PostgreSQL. A step that was released gets a line here, which is never changed again. */
const RELEASED: Readonly<Record<string, string>> = {
  "0001-first": "3474bcdb8df72fb22e676d17bb8f24be9ccbfaa631ef9e250e4f7792eb3e217a",
  "0002-same-indexes": "b5cc9977e52b21f1cb5fe43a7844dd797b80d28e43f5c027b754433801f32602",
  "0004-withdrawal": "b5f51bcbefd85c254845683805111ba887b095ce018296a4d91e40a9f8054f4c",
  "0005-endpoint-life": "5a0d6d61da44ab1d05336a6bff6732ac99fad6c0839568baec29c8252d97b5e9",
  "0006-trace-parent": "e0219082d7cc52bc7ed94d58799ac6919bfcd8e4678f68d55ce4c5aaab049690",
  "0008-response-bytes": "e297872bfd01abcea7dd1f3aba03c62914ac094a96d43e2e7f1268ef41d1d1ea",
  "0009-announcements": "01adbf2e43ac82efe3b4305c7e2df8b9279a5c35fc903de865d9a49e8e58c8a5",
  "0010-replays": "f2beea6fc16eab62452f8321677b6298b909e1647f67f47a470ab1f114437230",
  "0011-endpoint-hours": "93dc8dd5cdb147252ef152b399b1f36f6cce94325751cbe361121ebbec18eb5d",
  "0012-keys-and-chain": "0dbd6c07d1d16bc0978e3dfed8f9f83db466e149b29fe4b58bb328e58fa47129",
  "0013-registry-changes": "902ec15867519ae5b4f6d4e88bb4061b633389eff6186b2d189b17dcd4f3b61f",
  "0014-body-filter": "4a9fd11881acca67040eab40d471b64ee93463bf956cf98641c09223f0340268",
  "0015-products": "7a0073f3c6e8cbbadf70a9c348eb4d1595c949b3540cfb1d022a316981289679",
  "0016-public-catalogue": "e3169a9a996893fe784c538996bf16f7dfe5dc188d98bd495864b694e4d24484",
  "0017-scopes-and-directory": "fc1c3bddeb31792d294b446cdbcfe9b179f4e656dcf2f87df2b338c5e4568572",
  "0018-proxy": "9a6268d412a1dc5ecfd5c37c8a99ac3aa33c88c3100c47cb2465ee2362e5c75d",
  "0019-idempotency-keys": "aca5d7c223c31c6e71b22c201316dd66eb2ab1d8dc530f5a7c38ee82d171788a",
  "0020-listeners": "b6d652f90d1c5c2bd892d9bf5d376ca8cf8a06abbbcc34782f99a6a55b203bcc",
  "0021-process-bottleneck": "c3ebffd3be63d0783f0323e690a9abb2a451e4cb6d480fe1024bd0ecc3c4f65c",
  "0022-receiver-access": "2e9169a9139d602280530dce284cec9b525b9c714f1c8ec80be94542e2236123",
  "0023-pace": "1b91b9274a10e460270c24b38dca8d10bc950c5ce6f6ee6d6124cbef5ac3c572",
  "0024-order": "27be7bb5e43b1badb5601e90a905026b90f8e42ea673d5d69b89e1bb44f355e6",
  "0025-webhook-formats": "c6f02baafd576c4b125f8ec25da1e8c04337e18dbfa9dfcedd593e7966341221",
  "0026-portals": "a98e747530e4067963a5d5b42b99d35ec494c642ac250b0222bdb6ba2825e02d",
  "0027-batches": "f16f58e4988ad555707360695791bb69609f0e26c51c99a6537951a6300b88ce",
  "0028-endpoint-access": "1c0293480d568be23886d266e3c48bc4b5abb1d7a0564d112762e52a226e9427",
  "0029-portal-hashes": "f6c5ceab36a3883699a172efeff14b6343fa136937cd35df0294f61c3641251c",
  "0048-troubled-endpoints": "a5551ac9c39f4025874212f89f78bbf495c18d31370c31b181bc91a16b06fb75",
  "0049-newest-of-all-sites": "3917237b279150c63a5ba3b4836f8f979cba9adc7c1e7e0acea2bd33d1d1b534",
};

const hashStatements = ({ statements }: Migration) =>
  createHash("sha256")
    .update(JSON.stringify([statements(SQLITE), statements(POSTGRES)]))
    .digest("hex");

let postgres: Postgres;
const directory = mkdtempSync(join(tmpdir(), "callboard-steps-"));
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres.stop();
  rmSync(directory, { recursive: true, force: true });
});
const opened: Database[] = [];
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});
async function open(url: string): Promise<Database> {
  const database = await openDatabase(url);
  opened.push(database);
  return database;
}

test("the steps that were released are what they were", () => {
  expect(Object.fromEntries(MIGRATIONS.map((step) => [step.name, hashStatements(step)]))).toEqual(RELEASED);
});

test("the steps are numbered in order, each with a number of its own", () => {
  const numbers = MIGRATIONS.map(({ name }) => Number(/^(\d{4})-[a-z0-9-]+$/.exec(name)?.[1]));
  expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other));
});

/** The statements of the first step as they were before it was edited. */
const EARLIER: Readonly<Record<string, readonly (readonly [now: string, then: string])[]>> = {
  "three indexes ago": [
    [
      "callboard_delivery (site_no, id, endpoint_no) WHERE state = 3",
      "callboard_delivery (site_no, id) WHERE state = 3",
    ],
    ["callboard_event (name, site_no, id)", "callboard_event (site_no, name, id)"],
    ["callboard_delivery (endpoint_no, site_no, id)", "callboard_delivery (site_no, endpoint_no, id)"],
  ],
  "two indexes ago": [
    ["callboard_event (name, site_no, id)", "callboard_event (site_no, name, id)"],
    ["callboard_delivery (endpoint_no, site_no, id)", "callboard_delivery (site_no, endpoint_no, id)"],
  ],
};

function firstAs(edits: readonly (readonly [now: string, then: string])[]): Migration {
  const [first] = MIGRATIONS;
  return {
    ...first!,
    statements: (dialect) =>
      edits.reduce((statements, [now, then]) => {
        expect(statements.filter((statement) => statement.includes(now))).toHaveLength(1);
        return statements.map((statement) => statement.replace(now, then));
      }, first!.statements(dialect)),
  };
}

async function readSchema({ read, dialect }: Database): Promise<readonly unknown[]> {
  return dialect.name === "sqlite"
    ? read.query("SELECT type, name, sql FROM sqlite_master ORDER BY name")
    : [
        ...(await read.query(
          `SELECT table_name, column_name, data_type, collation_name, is_nullable FROM information_schema.columns
           WHERE table_schema = 'public' ORDER BY table_name, column_name`,
        )),
        ...(await read.query(
          "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname",
        )),
      ];
}

let files = 0;
const DATABASES = {
  SQLite: () => Promise.resolve(`sqlite:${join(directory, `${(files += 1)}.sqlite`)}`),
  PostgreSQL: () => postgres.newUrl(),
};
const [firstStep] = MIGRATIONS;
/** A step after all that there are. */
const next = (statements: readonly string[], change: Partial<Migration> = {}): Migration => ({
  name: "9000-next",
  usableFrom: "0.1.0",
  statements: () => statements,
  ...change,
});

test("the log has one line for a new database, and two for each step of a later version", async () => {
  const database = await open(await DATABASES.SQLite());
  const { logger, lines } = recordingLogger();
  await migrate(database, { logger });
  await migrate(database, { logger });
  await migrate(database, { logger, migrations: [...MIGRATIONS, next(["CREATE TABLE later (id INTEGER)"])] });
  expect(lines().map(({ event, step, steps }) => [event, step ?? steps])).toEqual([
    ["store.created", MIGRATIONS.length],
    ["store.migrating", "9000-next"],
    ["store.migrated", "9000-next"],
  ]);
});

describe.each(Object.entries(DATABASES))("on %s", (_name, newUrl) => {
  test.each(Object.entries(EARLIER))(
    "a database made %s gets the schema of a new one",
    async (_when, edits) => {
      const [old, fresh] = [await open(await newUrl()), await open(await newUrl())];
      await migrate(fresh);
      await migrate(old, { migrations: [firstAs(edits)] });
      expect(await readSchema(old)).not.toEqual(await readSchema(fresh));

      await migrate(old);

      expect(await readSchema(old)).toEqual(await readSchema(fresh));
    },
  );

  test("a step that fails changes nothing, and those before it stay", async () => {
    const database = await open(await newUrl());
    await migrate(database, { migrations: [firstStep!] });
    const before = await readSchema(database);
    const broken = next(["CREATE TABLE callboard_half (no INTEGER)", "SELECT not_a_function()"], {
      name: "0002-x",
    });

    await expect(migrate(database, { migrations: [firstStep!, broken] })).rejects.toThrow(/not_a_function/);

    expect(await readSchema(database)).toEqual(before);
    expect(await migrate(database)).toEqual(MIGRATIONS.slice(1).map(({ name }) => name));
  });

  test("a version that a later one has locked out is refused with both versions, and writes nothing", async () => {
    const url = await newUrl();
    const database = await open(url);
    const later = next(["ALTER TABLE callboard_site RENAME COLUMN name TO title"], { usableFrom: "9.8.0" });
    await migrate(database, { version: "9.9.0", migrations: [...MIGRATIONS, later] });
    const before = await dump(database.read);
    await database.close();
    opened.pop();
    const dataDir = mkdtempSync(join(directory, "data-"));
    const config = readConfig({
      CALLBOARD_DATA_DIR: dataDir,
      CALLBOARD_DATABASE_URL: url,
      CALLBOARD_MASTER_KEY: "0123456789abcdef".repeat(4),
      CALLBOARD_PORT: "0",
    });
    const bytes = () =>
      url.startsWith("sqlite:") ? readFileSync(url.slice("sqlite:".length)) : Buffer.alloc(0);
    const bytesBefore = bytes();

    await expect(createHost({ config, logger: silentLogger }).start()).rejects.toMatchObject({
      code: "STORE_TOO_NEW",
      message: expect.stringMatching(/9\.9\.0.*9\.8\.0.*this is Callboard 1\./) as string,
    });

    expect(bytes()).toEqual(bytesBefore);
    expect(readdirSync(dataDir)).toEqual([]);
    expect(await dump((await open(url)).read)).toBe(before);
  });

  test("a step of which nothing is known but its name locks out, too", async () => {
    const database = await open(await newUrl());
    await migrate(database);
    await database.autocommit.query("INSERT INTO callboard_migration (name, applied_at) VALUES ($1, $2)", [
      "0999-of-a-later-version",
      1,
    ]);

    await expect(migrate(database)).rejects.toMatchObject({
      code: "STORE_TOO_NEW",
      message: expect.stringContaining("0999-of-a-later-version") as string,
    });
  });

  test("a version within the range that a later one names runs, and leaves its steps alone", async () => {
    const database = await open(await newUrl());
    const later = next(["ALTER TABLE callboard_site ADD COLUMN color TEXT"], { usableFrom: "0.1.0" });
    await migrate(database, { version: "0.9.0", migrations: [...MIGRATIONS, later] });

    expect(await migrate(database, { version: "0.1.0" })).toEqual([]);
  });
});

describe("on PostgreSQL", () => {
  test("a step may take longer than any statement of the hot path, and who comes meanwhile waits and says so", async () => {
    const url = await postgres.newUrl();
    const [one, two] = [await open(url), await open(url)];
    await migrate(one);
    const slow = [...MIGRATIONS, next(["SELECT pg_sleep(14)::text"])];
    const told: string[] = [];
    const logger = { ...silentLogger, info: (event: string) => void told.push(event) };
    const isMigrating = async () =>
      expect(
        await two.read.query("SELECT 1 AS one FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'"),
      ).toHaveLength(1);

    const first = migrate(one, { migrations: slow });
    await waitFor(isMigrating);
    const second = migrate(two, { migrations: slow, logger });

    await waitFor(() => expect(told).toEqual(["store.migration-awaited"]));
    expect(await first).toEqual(["9000-next"]);
    expect(await second).toEqual([]);
    // The connection that was so patient is as impatient as the others again.
    expect(await one.read.query("SHOW statement_timeout")).toEqual([{ statement_timeout: "10s" }]);
  }, 60_000);

  test("a role that may only read and write rows runs a host on a finished schema, and cannot migrate", async () => {
    const url = await postgres.newUrl();
    const owner = await open(url);
    await migrate(owner);
    const role = `rows_only_${Math.random().toString(36).slice(2)}`;
    for (const statement of [
      `CREATE ROLE ${role} LOGIN PASSWORD 'rows'`,
      "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
      `GRANT USAGE ON SCHEMA public TO ${role}`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`,
    ]) {
      await owner.autocommit.query(statement);
    }
    const asRole = Object.assign(new URL(url), { username: role, password: "rows" }).href;
    const receiver = await startReceiver(answer204);

    const host = await startTestHost({
      CALLBOARD_DATABASE_URL: asRole,
      CALLBOARD_MASTER_KEY: "0123456789abcdef".repeat(4),
      CALLBOARD_ADMIN_TOKEN: "a-token-of-a-role-with-rows-only",
    });
    try {
      await host.call("POST", "/api/v1/sites/jira/webhooks", { name: "Board", url: receiver.url });
      const posted = await host.call("POST", "/api/v1/sites/jira/events", {
        event: "jira:issue_created",
        payload: { issue: { key: "DEMO-1" } },
      });
      expect(posted.status).toBe(202);
      await waitFor(() => expect(receiver.received).toHaveLength(1));
    } finally {
      await host.stop();
      await receiver.close();
    }
    const limited = await open(asRole);
    await expect(
      migrate(limited, { migrations: [...MIGRATIONS, next(["CREATE TABLE callboard_more (no INTEGER)"])] }),
    ).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining("callboard migrate") as string,
    });
  });
});
