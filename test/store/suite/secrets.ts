/** Secrets at rest: sealed to the master key and to their row, and nowhere to be read. */
import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { adoptSealingKey, rekey } from "../../../src/host/admin/rekey.ts";
import type { TokenPlace } from "../../../src/host/model/cursor.ts";
import type { Database } from "../../../src/host/store/db/database.ts";
import {
  findInstallation,
  listInstallations,
  listPendingInstalls,
  saveInstallation,
  savePendingInstall,
} from "../../../src/host/store/tables/installations.ts";
import {
  findPublicKey,
  insertSigningKey,
  listSigningKeys,
  retireSigningKeys,
  withdrawSigningKey,
} from "../../../src/host/store/tables/keys.ts";
import { createSeal, masterKeyId } from "../../../src/host/store/seal.ts";
import type { Seal } from "../../../src/host/store/seal.ts";
import { SEALED_COLUMNS, listKeysInUse } from "../../../src/host/store/sealed-values.ts";
import { readSetting, writeSetting } from "../../../src/host/store/tables/settings.ts";
import {
  findToken,
  findTokenByHash,
  hashToken,
  insertToken,
  hasOtherAdminToken,
  listExpiringTokens,
  listTokens,
  listUnrevokedTokens,
  revokeToken,
  touchTokens,
} from "../../../src/host/store/tables/tokens.ts";
import type { ApiToken } from "../../../src/host/store/tables/tokens.ts";
import {
  endpoints,
  ensureEndpoint,
  listEndpoints,
  listEndpointsAt,
} from "../../../src/host/store/tables/endpoints.ts";
import { listSites } from "../../../src/host/store/tables/sites.ts";
import { listWebhooks, saveWebhook } from "../../../src/host/store/tables/webhooks.ts";
import { MASTER_KEY, addSite, dump, newInstallation, newWebhook, seal } from "../../support/store.ts";
import type { OpenStore } from "../conformance.ts";

const CANARIES = [
  "canary-shared",
  "canary-previous",
  "canary-pending",
  "canary-webhook",
  "canary-key",
  "canary-token",
];
const [SHARED = "", PREVIOUS = "", PENDING = "", WEBHOOK = "", KEY = "", TOKEN = ""] = CANARIES;

export function secretTests(open: OpenStore): void {
  test("no secret can be read in a dump", async () => {
    const database = await open();
    const { no } = await addSite(database);
    await database.write(async (tx) => {
      const one = newInstallation(no, "one", { sharedSecret: SHARED, previousSecret: PREVIOUS });
      await saveInstallation(tx, seal, one);
      await savePendingInstall(tx, seal, { ...one, sharedSecret: PENDING, startedAt: 1 });
      await saveWebhook(tx, seal, newWebhook(no, 1, { secret: WEBHOOK }));
      await insertSigningKey(tx, seal, {
        kid: "k1",
        privatePem: KEY,
        publicPem: "public-half",
        createdAt: 1,
        retiredAt: undefined,
      });
      await insertToken(tx, tokenRecord("t1"), hashToken(TOKEN));
    });

    const text = await dump(database.read);

    expect(text).toContain("public-half");
    expect(CANARIES.filter((canary) => text.includes(canary))).toEqual([]);
  });

  test("the secrets of an endpoint are read by way of the seal alone, and sealed to its row", async () => {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    const sealed = endpoints.sealedBy(seal);
    const headers = (value: string) => ({ value: [["x-api-key", value]] as const, since: 1 });
    await database.write(async (tx) => {
      for (const addonKey of ["one", "two"])
        await ensureEndpoint(tx, siteNo, { kind: "addon", addonKey }, "https://addon.example.com");
    });
    const [one, two] = await listEndpoints(database.read, siteNo);
    await database.write((tx) => sealed.set(tx, { siteNo, no: one!.no }, { headers: headers(SHARED) }));

    expect(await sealed.list(database.read, { siteNo }, { order: "no" })).toMatchObject([
      { no: one!.no, headers: headers(SHARED), tls: undefined },
      { no: two!.no, headers: undefined },
    ]);
    const plain = await listEndpointsAt(database.read, [{ siteNo, endpointNo: one!.no }]);
    expect(plain[0]).not.toHaveProperty("headers");
    expect(await dump(database.read)).not.toContain(SHARED);
    await database.write((tx) =>
      tx.query(
        `UPDATE callboard_endpoint SET headers_sealed =
           (SELECT headers_sealed FROM callboard_endpoint WHERE site_no = $1 AND no = $2) WHERE site_no = $1 AND no = $3`,
        [siteNo, one!.no, two!.no],
      ),
    );
    await expect(sealed.list(database.read, { siteNo })).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  test("a secret is not sealed without the key of its row", async () => {
    const database = await open();
    const { no: siteNo } = await addSite(database);
    const setting = database.write((tx) =>
      endpoints.sealedBy(seal).set(tx, { siteNo }, { tls: { value: { authorities: "a" }, since: 1 } }),
    );
    await expect(setting).rejects.toThrow("give its no");
  });

  test("another master key opens nothing", async () => {
    const database = await open();
    const { no } = await addSite(database);
    await database.write((tx) =>
      saveInstallation(tx, seal, newInstallation(no, "one", { sharedSecret: SHARED })),
    );

    const reading = findInstallation(database.read, createSeal(Buffer.alloc(32, 8)), no, "one");

    await expect(reading).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  test("a value that is sealed in a format of a later version is not taken for one under another key", () => {
    const sealed = seal.seal("table|row|column", SHARED);
    sealed[0] = 3;

    expect(() => seal.open("table|row|column", sealed)).toThrow(
      expect.objectContaining({
        code: "STORE_TOO_NEW",
        message: expect.stringContaining("format 3") as string,
      }),
    );
  });

  test("a sealed value moved to another row does not open", async () => {
    const database = await open();
    const { no } = await addSite(database);
    await database.write(async (tx) => {
      await saveInstallation(tx, seal, newInstallation(no, "one", { sharedSecret: SHARED }));
      await saveInstallation(tx, seal, newInstallation(no, "two", { sharedSecret: "other" }));
      const [one] = await tx.query<{ secret_sealed: Buffer }>(
        "SELECT secret_sealed FROM callboard_installation WHERE addon_key = 'one'",
      );
      await tx.query("UPDATE callboard_installation SET secret_sealed = $1 WHERE addon_key = 'two'", [
        one?.secret_sealed,
      ]);
    });

    expect((await findInstallation(database.read, seal, no, "one"))?.sharedSecret).toBe(SHARED);
    await expect(findInstallation(database.read, seal, no, "two")).rejects.toMatchObject({
      code: "CONFIG_INVALID",
    });
  });

  test("signing keys are listed newest first, and retired together", async () => {
    const database = await open();
    const key = (kid: string, createdAt: number) => ({
      kid,
      privatePem: `private ${kid}`,
      publicPem: `public ${kid}`,
      createdAt,
      retiredAt: undefined,
    });
    await database.write(async (tx) => {
      await insertSigningKey(tx, seal, key("old", 1));
      await retireSigningKeys(tx, 5, 9);
      await insertSigningKey(tx, seal, key("new", 2));
    });

    const [newest, oldest] = await listSigningKeys(database.read, seal);

    expect(newest).toEqual(key("new", 2));
    expect(oldest).toMatchObject({ kid: "old", privatePem: "private old" });
    expect(oldest).toMatchObject({ retiredAt: 5, withdrawnAt: 9 });
    expect(await findPublicKey(database.read, "old", 8)).toBe("public old");
    expect(await findPublicKey(database.read, "old", 9)).toBeUndefined();
    expect(await findPublicKey(database.read, "new", 9)).toBe("public new");
    await database.write((tx) => withdrawSigningKey(tx, "old", 6));
    expect(await findPublicKey(database.read, "old", 7)).toBeUndefined();
  });

  describe("a new master key", () => {
    const next = randomBytes(32);

    async function fill(): Promise<Database> {
      const database = await open();
      const { no } = await addSite(database);
      await database.write(async (tx) => {
        for (let index = 0; index < 130; index += 1) {
          const secrets = { sharedSecret: `shared ${index}`, previousSecret: `before ${index}` };
          await saveInstallation(tx, seal, newInstallation(no, `addon-${index}`, secrets));
        }
        await savePendingInstall(tx, seal, {
          ...newInstallation(no, "pending"),
          sharedSecret: "pending",
          startedAt: 1,
        });
        await saveWebhook(tx, seal, newWebhook(no, 1, { secret: "whsec_one" }));
        await insertSigningKey(tx, seal, {
          kid: "k",
          privatePem: "private",
          publicPem: "public",
          createdAt: 1,
          retiredAt: undefined,
        });
      });
      return database;
    }
    const opensAll = async (database: Database, with_: Seal) => {
      const [site] = await listSites(database.read);
      const no = site!.no;
      const installations = await listInstallations(database.read, with_, no);
      expect(installations.map(({ sharedSecret }) => sharedSecret).toSorted()).toEqual(
        Array.from({ length: 130 }, (_, index) => `shared ${index}`).toSorted(),
      );
      expect((await listPendingInstalls(database.read, with_))[0]?.sharedSecret).toBe("pending");
      expect((await listWebhooks(database.read, with_, no))[0]?.secret).toBe("whsec_one");
      expect((await listSigningKeys(database.read, with_))[0]?.privatePem).toBe("private");
    };
    const BY = { actor: "token:t", address: "127.0.0.1" };

    test("replaces the old one in calls that may be interrupted anywhere, and every value opens throughout", async () => {
      const database = await fill();
      const both = createSeal(MASTER_KEY, next);
      await adoptSealingKey(database, both);

      const first = await rekey(database, both, BY);
      expect(first).toMatchObject({ done: 100, remaining: 163 });
      // As after a kill: a new process with the same two keys goes on where the last one ended.
      const again = createSeal(MASTER_KEY, next);
      await adoptSealingKey(database, again);
      expect(again.sealingKeyId()).toBe(masterKeyId(next));
      await opensAll(database, again);
      const results = [];
      do results.push(await rekey(database, again, BY));
      while (results.at(-1)!.remaining > 0);
      expect(results.map(({ done }) => done)).toEqual([100, 63]);
      await opensAll(database, again);

      const swapped = createSeal(next);
      await adoptSealingKey(database, swapped);
      await opensAll(database, swapped);
      expect(await listKeysInUse(database.read)).toEqual([masterKeyId(next)]);
      expect((await rekey(database, again, BY)).done).toBe(0);
    });

    test("is demanded of a process that lacks it, and of a rekey", async () => {
      const database = await fill();
      await expect(rekey(database, seal, BY)).rejects.toMatchObject({ code: "REKEY_NO_KEY" });
      await rekey(database, createSeal(MASTER_KEY, next), BY);
      const wrongs = [createSeal(MASTER_KEY), createSeal(next), createSeal(MASTER_KEY, randomBytes(32))];
      for (const wrong of wrongs) {
        await expect(adoptSealingKey(database, wrong)).rejects.toMatchObject({
          code: "CONFIG_INVALID",
          message: expect.stringMatching(/master key [0-9a-f]{8}, which this process does not have/),
        });
      }
      await opensAll(database, createSeal(next, MASTER_KEY));
    });

    test("reaches every sealed column of the schema", async () => {
      const database = await open();
      const columns: string[] = [];
      for (const { table, column } of await listSealedColumns(database)) columns.push(`${table}.${column}`);
      expect(SEALED_COLUMNS.map(({ table, column }) => `${table.name}.${column}`).toSorted()).toEqual(
        columns.toSorted(),
      );
    });
  });

  test("a token is found by its hash until it is revoked, and stays in the list", async () => {
    const database = await open();
    const record = tokenRecord("t1");
    await database.write(async (tx) => {
      await insertToken(tx, record, hashToken(TOKEN));
      await touchTokens(tx, new Map([["t1", 2 ** 53 - 1]]));
    });
    const touched = { ...record, lastUsedAt: 2 ** 53 - 1 };
    expect(await findTokenByHash(database.read, hashToken(TOKEN))).toEqual(touched);
    expect(await findTokenByHash(database.read, hashToken("another"))).toBeUndefined();

    await database.write((tx) => revokeToken(tx, "t1"));

    expect(await findTokenByHash(database.read, hashToken(TOKEN))).toBeUndefined();
    expect((await findToken(database.read, "t1"))?.revokedAt).toBeTypeOf("number");
    expect(await listTokens(database.read, { after: undefined, limit: 10 })).toHaveLength(1);
  });

  test("few tokens are read where many were revoked: those that are left, that expire soon, of another administrator", async () => {
    const database = await open();
    const ofServer = { siteKey: undefined, scopes: ["admin"] } as const;
    const tokens: readonly (Partial<ApiToken> & Pick<ApiToken, "id">)[] = [
      { id: "admin" },
      { id: "revoked", revokedAt: 1, expiresAt: 150 },
      { id: "expired", expiresAt: 100 },
      { id: "soon", expiresAt: 200, scopes: ["read"] },
      { id: "later", expiresAt: 201, siteKey: "jira" },
      { id: "portal", portal: { kind: "tenant", owner: "o" }, scopes: ["admin"] },
    ];
    await database.write(async (tx) => {
      for (const token of tokens)
        await insertToken(tx, { ...tokenRecord(token.id), ...ofServer, ...token }, hashToken(token.id));
    });
    const ids = (listed: readonly ApiToken[]) => listed.map(({ id }) => id).toSorted();
    expect(ids(await listTokens(database.read, { after: undefined, limit: 10 }))).toHaveLength(6);
    expect(ids(await listUnrevokedTokens(database.read))).toEqual([
      "admin",
      "expired",
      "later",
      "portal",
      "soon",
    ]);
    expect(ids(await listExpiringTokens(database.read, { after: 100, until: 200 }))).toEqual(["soon"]);
    expect(await hasOtherAdminToken(database.read, "admin", 100)).toBe(false);
    expect(await hasOtherAdminToken(database.read, "admin", 99)).toBe(true);
    expect(await hasOtherAdminToken(database.read, "later", 100)).toBe(true);
  });

  test("tokens are listed page by page, those used last first, then by their time of creation", async () => {
    const database = await open();
    const uses = { a: undefined, b: 5, c: undefined, d: 7, e: 5 };
    await database.write(async (tx) => {
      for (const [id, lastUsedAt] of Object.entries(uses))
        await insertToken(
          tx,
          {
            ...tokenRecord(id),
            lastUsedAt,
            createdAt: id === "a" ? 2 : 1,
            ...(id === "e" ? { revokedAt: 9 } : {}),
          },
          hashToken(id),
        );
    });
    const listed: string[] = [];
    let after: TokenPlace | undefined;
    do {
      const page = await listTokens(database.read, { after, limit: 2 });
      listed.push(page.map(({ id }) => id).join(""));
      const last = page.at(-1);
      after = last && { ...last, lastUsedAt: last.lastUsedAt ?? 0 };
    } while (after !== undefined);
    expect(listed).toEqual(["db", "ec", "a", ""]);
  });

  test("a setting is replaced", async () => {
    const database = await open();
    await database.write((tx) => writeSetting(tx, "name", "one"));
    await database.write((tx) => writeSetting(tx, "name", "two"));

    expect(await readSetting(database.read, "name")).toBe("two");
  });
}

async function listSealedColumns(
  database: Database,
): Promise<readonly { readonly table: string; readonly column: string }[]> {
  return database.read.query(
    database.dialect.name === "sqlite"
      ? `SELECT m.name AS "table", c.name AS "column" FROM sqlite_master m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND c.name LIKE '%\\_sealed' ESCAPE '\\'`
      : `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
         WHERE table_schema = current_schema() AND column_name LIKE '%\\_sealed'`,
  );
}

function tokenRecord(id: string) {
  return {
    id,
    name: "first",
    scopes: ["read", "ingest"] as const,
    siteKey: "jira",
    createdAt: 1,
    lastUsedAt: undefined,
    revokedAt: undefined,
  };
}
