/** The chain of the audit log: every change to what was written is found, and many transactions at once make one chain. */
import { describe, expect, test } from "vitest";
import { chainAudit, verifyAudit } from "../../../src/host/admin/audit-chain.ts";
import { rekey } from "../../../src/host/admin/rekey.ts";
import { linkAfter, parseCheckpoint } from "../../../src/host/model/audit-chain.ts";
import { appendAudit } from "../../../src/host/store/tables/audit.ts";
import { openDatabase } from "../../../src/host/store/db/database.ts";
import type { Database, Queryable } from "../../../src/host/store/db/database.ts";
import { createSeal } from "../../../src/host/store/seal.ts";
import { writeSetting } from "../../../src/host/store/tables/settings.ts";
import { MASTER_KEY, seal } from "../../support/store.ts";
import type { OpenStore } from "../conformance.ts";

const entry = (detail: string) => ({
  actor: "token:admin",
  address: "127.0.0.1",
  action: "webhook.changed",
  object: "jira/whk_1_1",
  detail,
});

const add = (database: Database, detail: string) => database.write((tx) => appendAudit(tx, entry(detail)));

interface Chained {
  readonly database: Database;
  /** IDs of five entries, in their order. */
  readonly ids: readonly string[];
}

export function auditTests(open: OpenStore): void {
  async function openChained(): Promise<Chained> {
    const database = await chainAudit(await open(), seal);
    for (const detail of ["one", "two", "three", "four", "five"]) await add(database, detail);
    return { database, ids: await listIds(database) };
  }

  test("a chain that nobody touched is verified up to its last entry", async () => {
    const { database, ids } = await openChained();
    expect(await verifyAudit(database.read, seal)).toMatchObject({
      verified: true,
      entries: 5,
      last: { id: ids[4] },
      unchained: 0,
      keyLost: 0,
      problem: undefined,
    });
    expect(await verifyAudit((await chainAudit(await open(), seal)).read, seal)).toMatchObject({
      verified: true,
      entries: 0,
      last: undefined,
    });
  });

  type Change = (q: Queryable, ids: readonly string[]) => Promise<unknown>;
  /** The change, the kind of problem, and the entry that it is found at if the change decides that. */
  const CHANGES: readonly (readonly [string, string, number | undefined, Change])[] = [
    ...["actor", "action", "object", "detail", "address"].map(
      (column) =>
        [
          `an altered ${column}`,
          "altered",
          2,
          (q: Queryable, ids: readonly string[]) =>
            q.query(`UPDATE callboard_audit SET ${column} = 'other' WHERE id = $1`, [ids[2]]),
        ] as const,
    ),
    [
      "an altered time",
      "altered",
      2,
      (q, ids) => q.query("UPDATE callboard_audit SET at = at - 1 WHERE id = $1", [ids[2]]),
    ],
    [
      "a removed entry",
      "missing",
      3,
      (q, ids) => q.query("DELETE FROM callboard_audit WHERE id = $1", [ids[2]]),
    ],
    [
      "the oldest entry removed",
      "missing",
      1,
      (q, ids) => q.query("DELETE FROM callboard_audit WHERE id = $1", [ids[0]]),
    ],
    [
      "the newest entry removed",
      "missing",
      undefined,
      (q, ids) => q.query("DELETE FROM callboard_audit WHERE id = $1", [ids[4]]),
    ],
    ["every entry removed", "missing", undefined, (q) => q.query("DELETE FROM callboard_audit")],
    ["the end removed", "missing", undefined, (q) => q.query("DELETE FROM callboard_audit_head")],
    [
      "the newest entry removed and the end set back",
      "missing",
      undefined,
      async (q, ids) => {
        await q.query("DELETE FROM callboard_audit WHERE id = $1", [ids[4]]);
        const [entry] = await q.query<{ hash: Buffer; mac: Buffer }>(
          "SELECT hash, mac FROM callboard_audit WHERE seq = 4",
        );
        await q.query("UPDATE callboard_audit_head SET seq = 4, hash = $1, mac = $2", [
          entry?.hash,
          entry?.mac,
        ]);
      },
    ],
    [
      "two entries that changed places",
      "altered",
      3,
      async (q, ids) => {
        const place = (id: string | undefined, seq: number) =>
          q.query("UPDATE callboard_audit SET seq = $2 WHERE id = $1", [id, seq]);
        await place(ids[2], 99);
        await place(ids[3], 3);
        await place(ids[2], 4);
      },
    ],
    ["an inserted entry without a place", "unchained", undefined, (q) => appendAudit(q, entry("slipped in"))],
    [
      "an entry with a hash of its own, without the key",
      "forged",
      undefined,
      async (q) => {
        const [last] = await q.query<{ hash: Buffer }>("SELECT hash FROM callboard_audit WHERE seq = 5");
        const content = { ...entry("forged"), id: "f".repeat(32), at: 1 };
        const made = linkAfter(
          { seq: 5, hash: last?.hash ?? Buffer.alloc(0) },
          { no: 1, key: Buffer.alloc(32) },
          content,
        );
        await q.query(
          `INSERT INTO callboard_audit (id, at, actor, action, object, detail, address, seq, key_no, hash, mac)
           VALUES ($1, 1, 'token:admin', 'webhook.changed', 'jira/whk_1_1', 'forged', '127.0.0.1', 6, 1, $2, $3)`,
          [content.id, made.hash, made.mac],
        );
        await q.query("DELETE FROM callboard_audit_head");
      },
    ],
  ];
  describe("verifying fails for", () => {
    test.each(CHANGES)("%s", async (_what, kind, at, change) => {
      const { database, ids } = await openChained();
      // The connection of an attacker knows nothing of the chain.
      const attacker = { dialect: database.dialect, query: database.autocommit.query };
      await change(attacker, ids);
      const { verified, problem, checkpoint } = await verifyAudit(database.read, seal);
      expect({ verified, checkpoint, kind: problem?.kind }).toEqual({
        verified: false,
        checkpoint: undefined,
        kind,
      });
      if (at !== undefined) expect(problem?.id).toBe(ids[at]);
      // What is written afterwards doesn't make it good.
      await add(database, "later");
      expect((await verifyAudit(database.read, seal)).verified).toBe(false);
    });
  });

  test("a log that was set back as a whole fits itself, and no checkpoint of later", async () => {
    const { database } = await openChained();
    const [head] = await database.read.query("SELECT * FROM callboard_audit_head");
    await add(database, "to be hidden");
    const { checkpoint = "" } = await verifyAudit(database.read, seal);
    await database.autocommit.query("DELETE FROM callboard_audit WHERE detail = 'to be hidden'");
    await database.autocommit.query("UPDATE callboard_audit_head SET seq = $1, hash = $2, mac = $3", [
      head?.["seq"],
      head?.["hash"],
      head?.["mac"],
    ]);
    expect((await verifyAudit(database.read, seal)).verified).toBe(true);
    const known = parseCheckpoint(checkpoint);
    expect(await verifyAudit(database.read, seal, known)).toMatchObject({
      verified: false,
      problem: { kind: "checkpoint" },
    });
    await add(database, "harmless");
    expect(await verifyAudit(database.read, seal, known)).toMatchObject({
      verified: false,
      problem: { kind: "checkpoint" },
    });
  });

  test("entries from before the chain are counted, and kept as they were when it began", async () => {
    const unchained = await open();
    for (const detail of ["old one", "old two"]) await add(unchained, detail);
    const database = await chainAudit(unchained, seal);
    await add(database, "new");
    expect(await verifyAudit(database.read, seal)).toMatchObject({
      verified: true,
      entries: 2,
      unchained: 2,
    });
    await database.autocommit.query("UPDATE callboard_audit SET actor = 'other' WHERE detail = 'old two'");
    expect(await verifyAudit(database.read, seal)).toMatchObject({
      verified: false,
      problem: { kind: "altered" },
    });
  });

  test("a second start continues the chain, and text that databases replace doesn't break it", async () => {
    const { database } = await openChained();
    const restarted = await chainAudit(database, seal);
    await add(restarted, "half a character \ud800, a NUL \0 and an emoji 🔑");
    expect(await verifyAudit(restarted.read, seal)).toMatchObject({ verified: true, entries: 6 });
  });

  test("a new master key leaves the chain as it is", async () => {
    const { database } = await openChained();
    await writeSetting(database.autocommit, "sealing_key", seal.sealingKeyId());
    const next = Buffer.alloc(32, 9);
    await rekey(database, createSeal(MASTER_KEY, next), { actor: "token:admin", address: "" });
    const after = createSeal(next);
    const restarted = await chainAudit(database, after);
    await add(restarted, "after");
    expect((await verifyAudit(restarted.read, after)).verified).toBe(true);
  });

  test("a transaction that fails leaves no entry and no gap", async () => {
    const { database } = await openChained();
    await expect(
      database.write(async (tx) => {
        await appendAudit(tx, entry("undone"));
        throw new Error("undone");
      }),
    ).rejects.toThrow("undone");
    await add(database, "six");
    expect(await verifyAudit(database.read, seal)).toMatchObject({ verified: true, entries: 6 });
  });
}

/** Only a shared database has several processes. Each of these has its own connections and nothing else in common. */
export function sharedAuditTests(
  newUrl: () => Promise<string>,
  migrated: (url: string) => Promise<Database>,
  closeLater: (database: Database) => Database,
): void {
  test("three processes that append at once make one chain", { timeout: 60_000 }, async () => {
    const url = await newUrl();
    closeLater(await migrated(url));
    const opened = await Promise.all([1, 2, 3].map(async () => closeLater(await openDatabase(url))));
    // All three begin the chain at once.
    const processes = await Promise.all(opened.map((database) => chainAudit(database, seal)));
    await processes[0]?.write(async (tx) => {
      for (const name of ["row-a", "row-b"]) await writeSetting(tx, name, "0");
    });
    const rounds = 30;
    const rows = ["row-a", "row-b"] as const;
    await Promise.all(
      processes.flatMap((database, process) =>
        Array.from({ length: rounds }, (_, round) =>
          database.write(async (tx) => {
            // Others take the row before they append, these append before they take the row: no order may lead to a deadlock.
            const row = rows[round % 2] ?? "";
            if (process === 0) await writeSetting(tx, row, String(round));
            await appendAudit(tx, entry(`${process}/${round}`));
            if (process !== 0) await writeSetting(tx, row, String(round));
          }),
        ),
      ),
    );
    const [database] = opened;
    if (database === undefined) throw new Error("no database");
    expect(await verifyAudit(database.read, seal)).toMatchObject({ verified: true, entries: 3 * rounds });
  });
}

async function listIds(database: Database): Promise<readonly string[]> {
  return (await database.read.query<{ id: string }>("SELECT id FROM callboard_audit ORDER BY seq")).map(
    ({ id }) => id,
  );
}
