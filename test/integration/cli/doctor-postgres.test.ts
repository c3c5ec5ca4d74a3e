/** `callboard doctor` on PostgreSQL: each problem of a replica and of an outbox is planted, and found. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { OUTBOX_DDL } from "../../../src/host/outbox/ddl.ts";
import { describeOn } from "../../support/databases.ts";
import { examine } from "../../support/examine.ts";
import { freePort } from "../../support/free-port.ts";
import { onDatabase } from "../../support/pg-client.ts";
import { MASTER_KEY } from "../../support/program.ts";

let dataDir: string;
beforeAll(() => (dataDir = mkdtempSync(join(tmpdir(), "callboard-doctor-"))));
afterAll(() => rmSync(dataDir, { recursive: true }));

describeOn("PostgreSQL", (newUrl) => {
  let url: string;
  let env: Readonly<Record<string, string>>;
  beforeEach(async () => {
    url = await newUrl();
    env = { CALLBOARD_DATA_DIR: dataDir, CALLBOARD_DATABASE_URL: url, CALLBOARD_MASTER_KEY: MASTER_KEY };
  });

  test("a read URL that leads to the primary itself", async () => {
    const { code, of } = await examine({ ...env, CALLBOARD_READ_URL: url });
    expect(code).toBe(1);
    expect(of("read-url")).toMatchObject([
      { verdict: "problem", detail: expect.stringContaining("the server is not a replica") as string },
    ]);
    const away = `postgres://u:canary@127.0.0.1:${await freePort()}/c`;
    const { of: ofAway } = await examine({ ...env, CALLBOARD_READ_URL: away });
    expect(ofAway("read-url")).toMatchObject([{ verdict: "warning" }]);
    expect(JSON.stringify(ofAway("read-url"))).not.toContain("canary");
  });

  test("an outbox without its table, without rights, and with rows that were refused", async () => {
    const outbox = await newUrl();
    const look = async (at = outbox) => (await examine({ ...env, CALLBOARD_OUTBOX_URL: at })).of("outbox");
    expect(await look()).toMatchObject([
      { verdict: "problem", detail: expect.stringContaining("callboard_outbox does not exist") as string },
    ]);
    await onDatabase(outbox, OUTBOX_DDL);
    expect(await look()).toMatchObject([{ verdict: "ok", detail: "the table is there, 0 rows wait" }]);
    const role = `reader_${Date.now()}`;
    await onDatabase(
      outbox,
      `CREATE ROLE ${role} LOGIN PASSWORD 'canary'; GRANT SELECT, UPDATE ON callboard_outbox TO ${role}`,
    );
    const limited = new URL(outbox);
    [limited.username, limited.password] = [role, "canary"];
    expect(await look(limited.href)).toMatchObject([
      { verdict: "problem", detail: expect.stringContaining("may not read, update and delete") as string },
    ]);
    await onDatabase(
      outbox,
      `DROP OWNED BY ${role}; DROP ROLE ${role};
       INSERT INTO callboard_outbox (site, event, payload, refused_at) VALUES ('a', 'b', '{}', now()), ('a', 'b', '{}', NULL)`,
    );
    expect(await look()).toMatchObject([{ verdict: "warning", detail: "1 row of the outbox was refused" }]);
  });
});
