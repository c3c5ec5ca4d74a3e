/** `callboard db check` finds what is planted; `callboard db move` moves every row, or nothing. */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startChild } from "../../support/child-command.ts";
import { describeOn, newDistributedUrl, newSingleUrl } from "../../support/databases.ts";
import { startTestHost } from "../../support/host.ts";
import type { TestHost } from "../../support/host.ts";
import { startReceiver } from "../../support/http-receiver.ts";
import type { Receiver } from "../../support/http-receiver.ts";
import { onDatabase } from "../../support/pg-client.ts";
import { runAlone } from "../../support/run-alone.ts";
import { executeOn } from "../../support/sqlite-statement.ts";
import { waitFor } from "../../support/wait-for.ts";

const SITE = "/api/v1/sites/jira";
const KEY = {
  CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"),
  CALLBOARD_ADMIN_TOKEN: "a-token-that-the-tests-know",
};

let folder: string;
let receiver: Receiver;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "callboard-db-"));
  receiver = await startReceiver(({ url }, response) => {
    if (url === "/down") response.writeHead(503).end();
    else response.writeHead(200).end(Buffer.from([0, 255, 128, 10, 0]));
  });
});
afterAll(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

const FORGET_LAST_STEP =
  "DELETE FROM callboard_migration WHERE name = (SELECT MAX(name) FROM callboard_migration)";

/** One delivery with a response in bytes, and one that waits. */
async function use(host: TestHost): Promise<void> {
  const webhooks = { events: ["jira:issue_created"], generateSecret: true, retryProfile: "jira" };
  for (const name of ["up", "down"])
    await host.call("POST", `${SITE}/webhooks`, { ...webhooks, name, url: `${receiver.url}/${name}` });
  await host.call("POST", `${SITE}/events`, {
    event: "jira:issue_created",
    payload: { issue: { key: "BURN-1", summary: 'Zoë 🚀 \\ "\u2028' } },
  });
  await waitFor(async () => expect(await findStates(host)).toEqual(["delivered", "waiting"]));
}

async function findStates(host: TestHost): Promise<readonly string[]> {
  const { body } = await host.call("GET", "/api/v1/deliveries");
  return (body as { items: { state: string }[] }).items.map(({ state }) => state).toSorted();
}

interface Check {
  readonly ok: boolean;
  readonly secrets: number;
  readonly rows: Readonly<Record<string, number>>;
  readonly problems: readonly { readonly kind: string; readonly detail: string }[];
}

async function check(env: Readonly<Record<string, string>>): Promise<{ code: number; result: Check }> {
  const { code, out, notes } = await runAlone(env, ["db", "check", "--json"]);
  expect(notes).toBe("");
  return { code, result: JSON.parse(out) as Check };
}

describeOn("SQLite", () => {
  let used: string;
  let file: string;
  beforeAll(async () => {
    const dataDir = join(folder, "used");
    const host = await startTestHost({ ...KEY, CALLBOARD_DATA_DIR: dataDir });
    await use(host);
    await host.host.stop();
    used = join(dataDir, "callboard.sqlite");
  });
  beforeEach(() => {
    file = join(mkdtempSync(join(folder, "copy-")), "callboard.sqlite");
    copyFileSync(used, file);
  });
  const environment = () => ({
    ...KEY,
    CALLBOARD_DATABASE_URL: `sqlite:${file}`,
    CALLBOARD_DATA_DIR: folder,
  });

  test("a database that was used has no problem", async () => {
    const { code, result } = await check(environment());
    expect({ code, ok: result.ok, problems: result.problems }).toEqual({ code: 0, ok: true, problems: [] });
    expect(result.rows).toMatchObject({ callboard_delivery: 2, callboard_webhook: 2 });
    // Signing key, key of the audit log, secrets of the webhooks.
    expect(result.secrets).toBe(4);
  });

  const PLANTED: Readonly<Record<string, readonly [sql: string, kind: string, detail: RegExp]>> = {
    "an attempt without its delivery": [
      "DELETE FROM callboard_delivery WHERE state = 2",
      "relation",
      /^1 rows of attempt have no delivery/,
    ],
    "deliveries without their event": [
      "DELETE FROM callboard_event",
      "relation",
      /^2 rows of delivery have no event/,
    ],
    "deliveries without their endpoint": [
      "DELETE FROM callboard_endpoint WHERE no = (SELECT MAX(no) FROM callboard_endpoint)",
      "relation",
      /of delivery have no endpoint/,
    ],
    "deliveries without their subscription": [
      "DELETE FROM callboard_subscription WHERE no = 1",
      "relation",
      /^1 rows of delivery have no subscription/,
    ],
    "a delivery without its batch": [
      "UPDATE callboard_delivery SET batch_id = 'none' WHERE state = 2",
      "relation",
      /^1 rows of delivery have no batch/,
    ],
    "a subscription without its endpoint": [
      "UPDATE callboard_subscription SET endpoint_no = 99 WHERE no = 1",
      "relation",
      /^1 rows of subscription have no endpoint/,
    ],
    "a subscription without its webhook": [
      "DELETE FROM callboard_webhook WHERE no = 1",
      "relation",
      /^1 rows of subscription have no webhook/,
    ],
    "an endpoint without its webhook": [
      "DELETE FROM callboard_webhook WHERE no = 1",
      "relation",
      /^1 rows of endpoint have no webhook/,
    ],
    "a session without its token": [
      "INSERT INTO callboard_session (hash, token_id, csrf, created_at, last_seen_at) VALUES ('a', 'none', 'b', 1, 1)",
      "relation",
      /^1 rows of session have no api_token/,
    ],
    "a login link without its token": [
      "INSERT INTO callboard_login_link (hash, token_id, expires_at) VALUES ('a', 'none', 1)",
      "relation",
      /^1 rows of login_link have no api_token/,
    ],
    "a secret of another row": [
      "UPDATE callboard_webhook SET secret_sealed = (SELECT secret_sealed FROM callboard_webhook WHERE no = 1) WHERE no = 2",
      "secret",
      /secret_sealed of 1\/2 can't be decrypted/,
    ],
    "an entry of the audit log that was altered": [
      "UPDATE callboard_audit SET actor = 'someone else' WHERE seq = 1",
      "audit",
      /was altered/,
    ],
  };
  test.each(Object.entries(PLANTED))("%s is found", async (_what, [sql, kind, detail]) => {
    await executeOn(file, sql);
    const { code, result } = await check(environment());
    expect(code).toBe(1);
    expect(result.problems).toContainEqual({ kind, detail: expect.stringMatching(detail) as string });
  });

  test("what a deleted site sent is no problem", async () => {
    await executeOn(
      file,
      `DELETE FROM callboard_site WHERE key = 'jira';
       DELETE FROM callboard_webhook; DELETE FROM callboard_subscription; DELETE FROM callboard_endpoint`,
    );
    const { code, result } = await check(environment());
    expect({ code, problems: result.problems }).toEqual({ code: 0, problems: [] });
    expect(result.rows).toMatchObject({ callboard_delivery: 2, callboard_webhook: 0 });
  });

  test("with an older schema the missing steps are named, and the contents are not looked at", async () => {
    await executeOn(file, `${FORGET_LAST_STEP}; DELETE FROM callboard_event`);
    const { code, out } = await runAlone(environment(), ["db", "check", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      pending: [expect.stringMatching(/^\d{4}-/) as string],
      secrets: 0,
    });
    // Nor is it moved.
    const moved = await runAlone(KEY, ["db", "move", `sqlite:${file}`, "postgres://nobody@127.0.0.1:1/none"]);
    expect(moved.code).toBe(1);
    expect(moved.notes).toMatch(/error\[MOVE_SOURCE\].*callboard migrate/);
  });

  const addStep = (usableFrom: string) =>
    executeOn(
      file,
      `INSERT INTO callboard_migration (name, applied_at, version, usable_from) VALUES ('9000-later', 1, '99.0.0', '${usableFrom}')`,
    );

  test.each([
    [["migrate"]],
    [["db", "check"]],
    [["db", "move", "SOURCE", "postgres://nobody@127.0.0.1:1/none"]],
    [["keys", "reset", "--lost-master-key", "--dry-run"]],
  ])("of a later version is refused by %j, and stays as it is", async (args) => {
    await addStep("99.0.0");
    const before = readFileSync(file);
    const words = args.map((word) => (word === "SOURCE" ? `sqlite:${file}` : word));
    const { code, out, notes } = await runAlone(environment(), words);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(notes).toMatch(
      /^error\[STORE_TOO_NEW\]: Callboard 99\.0\.0 has changed the database.*Start the later version/,
    );
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("that a later version has added to is checked, and not moved without the additions", async () => {
    await addStep("0.1.0");
    expect((await check(environment())).code).toBe(0);
    const moved = await runAlone(KEY, ["db", "move", `sqlite:${file}`, "postgres://nobody@127.0.0.1:1/none"]);
    expect(moved.code).toBe(1);
    expect(moved.notes).toMatch(
      /error\[MOVE_SOURCE\]: Callboard 99\.0\.0 .*9000-later.*Move it with that version/,
    );
  });

  test("while the master key is replaced, secrets of both keys are decrypted", async () => {
    const { CALLBOARD_MASTER_KEY: old } = KEY;
    const key = { CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"), CALLBOARD_MASTER_KEY_NEXT: old };
    const { code, result } = await check({ ...environment(), ...key });
    expect({ code, secrets: result.secrets }).toEqual({ code: 0, secrets: 4 });
  });

  test("a damaged file is found, and nothing else is asked of it", async () => {
    const handle = openSync(file, "r+");
    for (let at = 4096 * 8; at < statSync(file).size; at += 4096 * 2)
      writeSync(handle, randomBytes(2048), 0, 2048, at);
    closeSync(handle);
    const { code, out, notes } = await runAlone(environment(), ["db", "check", "--json"]);
    expect(code).toBe(1);
    expect(out + notes).toMatch(/"kind": "integrity"|"code":"STORE_INVALID"/);
  });

  test.each([[["db", "check"]], [["migrate"]]])(
    "%j leaves a file as it is that is no database",
    async (args) => {
      writeFileSync(file, "no database at all");
      const { code, notes } = await runAlone(environment(), args);
      expect({ code, notes }).toEqual({
        code: 1,
        notes: `error[STORE_INVALID]: ${file} is no SQLite database, and stays as it is (SQLITE_NOTADB)\n`,
      });
      expect(readFileSync(file, "utf8")).toBe("no database at all");
    },
  );

  test("without the master key every secret is named", async () => {
    const { code, result } = await check({
      ...environment(),
      CALLBOARD_MASTER_KEY: randomBytes(32).toString("hex"),
    });
    expect(code).toBe(1);
    expect(result.problems.map(({ kind }) => kind)).toEqual(["secret", "secret", "secret", "secret"]);
  });

  test("a file that is not there, and one that a server uses, are refused", async () => {
    const nowhere = { ...environment(), CALLBOARD_DATABASE_URL: `sqlite:${join(folder, "nowhere")}` };
    expect(await runAlone(nowhere, ["db", "check"])).toMatchObject({ code: 4 });
    const host = await startTestHost(environment());
    const { code, notes } = await runAlone(environment(), ["db", "check"]);
    await host.host.stop();
    expect({ code, notes }).toEqual({
      code: 1,
      notes: expect.stringContaining("error[STORE_LOCKED]") as string,
    });
  });

  test("the target of a move must be PostgreSQL, and its source a file", async () => {
    const other = `sqlite:${join(folder, "other.sqlite")}`;
    expect((await runAlone(KEY, ["db", "move", `sqlite:${file}`, other])).notes).toContain(
      "error[MOVE_TARGET]",
    );
    const postgres = "postgres://nobody@127.0.0.1:1/none";
    expect((await runAlone(KEY, ["db", "move", postgres, postgres])).notes).toContain("error[MOVE_SOURCE]");
    expect((await runAlone(KEY, ["db", "move", `sqlite:${folder}/nowhere`, postgres])).code).toBe(4);
    expect((await runAlone(KEY, ["db", "move", `sqlite:${file}`])).code).toBe(2);
  });
});

describeOn("PostgreSQL", () => {
  let file: string;
  let url: string;
  let environment: Readonly<Record<string, string>>;
  beforeEach(async () => {
    const dataDir = mkdtempSync(join(folder, "moved-"));
    const host = await startTestHost({ ...KEY, CALLBOARD_DATA_DIR: dataDir });
    await use(host);
    await host.host.stop();
    file = join(dataDir, "callboard.sqlite");
    url = await newSingleUrl();
    environment = { ...KEY, CALLBOARD_DATABASE_URL: url };
  });
  const move = (...flags: readonly string[]) =>
    runAlone(environment, ["db", "move", `sqlite:${file}`, ...flags]);
  const onTarget = (sql: string) => onDatabase(url, sql);

  test("a moved host has everything, and sends what waited", async () => {
    const { code, out, notes } = await move("--json");
    expect({ code, notes }).toEqual({ code: 0, notes: "" });
    const { rows, masterKeys } = JSON.parse(out) as {
      readonly rows: number;
      readonly masterKeys: readonly string[];
    };
    expect(rows).toBeGreaterThan(10);
    expect(masterKeys).toHaveLength(1);

    expect(await check(environment)).toMatchObject({ code: 0, result: { ok: true, secrets: 4 } });
    const host = await startTestHost(environment);
    expect(await findStates(host)).toEqual(["delivered", "waiting"]);
    expect((await host.call("GET", "/api/v1/audit/verify")).body).toMatchObject({ verified: true });
    await host.call("POST", `${SITE}/events`, { event: "jira:issue_created", payload: {} });
    await waitFor(async () =>
      expect((await findStates(host)).filter((each) => each === "delivered")).toHaveLength(2),
    );
    await host.host.stop();
    // The source is as it was.
    const before = await startTestHost({ ...KEY, CALLBOARD_DATABASE_URL: `sqlite:${file}` });
    expect(await findStates(before)).toEqual(["delivered", "waiting"]);
    await before.host.stop();
  });

  test("a distributed target is refused, with what to do instead", async () => {
    const distributed = { ...KEY, CALLBOARD_DATABASE_URL: await newDistributedUrl() };
    const { code, notes } = await runAlone(distributed, ["db", "move", `sqlite:${file}`]);
    expect(code).toBe(1);
    expect(notes).toMatch(/error\[MOVE_TARGET\].*are distributed.*callboard db distribute/);
  });

  test("a target with rows is refused", async () => {
    await onTarget("INSERT INTO callboard_setting (name, value) VALUES ('a', 'b')");
    const { code, notes } = await move();
    expect({ code, notes }).toEqual({
      code: 1,
      notes: expect.stringContaining("error[MOVE_TARGET]") as string,
    });
  });

  test.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)(
    "a move that %s ends moves nothing, and the next one does",
    async (signal) => {
      await executeOn(
        file,
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
       INSERT INTO callboard_event (site_no, id, name, lane, body, body_size)
       SELECT 1, printf('019a0000000070008%011x0000', i), 'jira:issue_created', 0, '{}', 2 FROM n`,
      );
      const command = startChild(environment, ["db", "move", `sqlite:${file}`]);
      await waitFor(async () => {
        const [row] = await onTarget(
          "SELECT count(*)::int AS writers FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'INSERT INTO callboard_event%'",
        );
        expect(row, command.notes()).toEqual({ writers: 1 });
      }, 30_000);
      command.child.kill(signal);
      expect(await command.ended).toBe(signal === "SIGKILL" ? signal : 1);
      if (signal !== "SIGKILL")
        expect(command.notes()).toBe("error[INTERRUPTED]: The move was interrupted, and nothing was moved\n");
      expect(await onTarget("SELECT COUNT(*)::int AS count FROM callboard_site")).toEqual([{ count: 0 }]);
      // PostgreSQL notices after its statement that a killed process is gone.
      await waitFor(async () => expect(await move()).toMatchObject({ code: 0, notes: "" }), 30_000);
      expect(await onTarget("SELECT COUNT(*)::int AS count FROM callboard_event")).toEqual([
        { count: 100_001 },
      ]);
    },
    90_000,
  );

  test("a target on which a server runs is refused", async () => {
    const host = await startTestHost(environment);
    const { code, notes } = await move();
    await host.host.stop();
    expect({ code, notes }).toEqual({
      code: 1,
      notes: expect.stringContaining("error[STORE_LOCKED]") as string,
    });
  });

  test("a value that PostgreSQL can't store moves nothing, and the next move does", async () => {
    await executeOn(file, "UPDATE callboard_webhook SET description = 'a' || char(0) || 'b' WHERE no = 2");
    const { code, notes } = await move();
    expect({ code, notes }).toEqual({
      code: 1,
      notes: expect.stringContaining("error[MOVE_SOURCE]") as string,
    });
    expect(notes).toContain("callboard_webhook");
    expect(await onTarget("SELECT COUNT(*)::int AS count FROM callboard_event")).toEqual([{ count: 0 }]);
    await executeOn(file, "UPDATE callboard_webhook SET description = 'ab' WHERE no = 2");
    expect((await move()).code).toBe(0);
  });

  test("a row that is written otherwise is found, and nothing is moved", async () => {
    await onTarget(`CREATE FUNCTION alter_row() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN NEW.duration_ms := NEW.duration_ms + 1; RETURN NEW; END $$;
      CREATE TRIGGER alter_row BEFORE INSERT ON callboard_attempt FOR EACH ROW EXECUTE FUNCTION alter_row()`);
    const { code, notes } = await move();
    expect({ code, notes }).toEqual({
      code: 1,
      notes: expect.stringContaining("error[MOVE_DIFFERS]") as string,
    });
    expect(await onTarget("SELECT COUNT(*)::int AS count FROM callboard_site")).toEqual([{ count: 0 }]);
  });

  test("a row more than the source has is found, and nothing is moved", async () => {
    await onTarget(`CREATE FUNCTION add_row() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO callboard_setting (name, value) VALUES ('zzz', '') ON CONFLICT DO NOTHING; RETURN NEW; END $$;
      CREATE TRIGGER add_row AFTER INSERT ON callboard_attempt FOR EACH ROW EXECUTE FUNCTION add_row()`);
    const { code, notes } = await move();
    expect({ code, notes }).toEqual({
      code: 1,
      notes: expect.stringContaining("error[MOVE_DIFFERS]") as string,
    });
    expect(notes).toContain("callboard_setting");
    expect(await onTarget("SELECT COUNT(*)::int AS count FROM callboard_site")).toEqual([{ count: 0 }]);
  });

  test("rows whose other row is missing are found", async () => {
    expect((await move()).code).toBe(0);
    await onTarget("DELETE FROM callboard_event");
    const { code, result } = await check(environment);
    expect(code).toBe(1);
    expect(result.problems).toMatchObject([{ kind: "relation" }]);
  });
});
