/** Secrets at rest: sealed to the master key and to their row, and nowhere to be read. */
import { expect, test } from "vitest";
import {
  saveInstallation,
  findInstallation,
  savePendingInstall,
} from "../../../src/host/store/installations.ts";
import { insertSigningKey, listSigningKeys, retireSigningKeys } from "../../../src/host/store/keys.ts";
import { createSeal } from "../../../src/host/store/seal.ts";
import { readSetting, writeSetting } from "../../../src/host/store/settings.ts";
import {
  findToken,
  findTokenByHash,
  hashToken,
  insertToken,
  listTokens,
  revokeToken,
  touchTokens,
} from "../../../src/host/store/tokens.ts";
import { saveWebhook } from "../../../src/host/store/webhooks.ts";
import { addSite, dump, newInstallation, newWebhook, seal } from "../../support/store.ts";
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
    sealed[0] = 2;

    expect(() => seal.open("table|row|column", sealed)).toThrow(
      expect.objectContaining({
        code: "STORE_TOO_NEW",
        message: expect.stringContaining("format 2") as string,
      }),
    );
  });

  test("a sealed value moved to another row does not open", async () => {
    const database = await open();
    const { no } = await addSite(database);
    await database.write(async (tx) => {
      await saveInstallation(tx, seal, newInstallation(no, "one", { sharedSecret: SHARED }));
      await saveInstallation(tx, seal, newInstallation(no, "two", { sharedSecret: "other" }));
      await tx.query(
        `UPDATE callboard_installation SET secret_sealed =
           (SELECT secret_sealed FROM callboard_installation WHERE addon_key = 'one') WHERE addon_key = 'two'`,
      );
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
      await retireSigningKeys(tx);
      await insertSigningKey(tx, seal, key("new", 2));
    });

    const [newest, oldest] = await listSigningKeys(database.read, seal);

    expect(newest).toEqual(key("new", 2));
    expect(oldest).toMatchObject({ kid: "old", privatePem: "private old" });
    expect(oldest?.retiredAt).toBeTypeOf("number");
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
    expect(await listTokens(database.read)).toHaveLength(1);
  });

  test("a setting is replaced", async () => {
    const database = await open();
    await database.write((tx) => writeSetting(tx, "name", "one"));
    await database.write((tx) => writeSetting(tx, "name", "two"));

    expect(await readSetting(database.read, "name")).toBe("two");
  });
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
