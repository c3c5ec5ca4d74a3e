/** Sessions and login links over a real database, hours in an instant. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSessions } from "../../../../src/host/admin/sessions.ts";
import type { Sessions } from "../../../../src/host/admin/sessions.ts";
import type { Database } from "../../../../src/host/store/db/database.ts";
import { portalHashes } from "../../../../src/host/store/db/migrations/0029-portal-hashes.ts";
import { hashToken, insertToken } from "../../../../src/host/store/tables/tokens.ts";
import { openMigrated } from "../../../support/store.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TOKEN = "cbt_a_token";
const REFUSED = expect.objectContaining({ code: "AUTH_INVALID" });

let database: Database;
let sessions: Sessions;
let now: number;

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1);
  database = await openMigrated("sqlite::memory:");
  sessions = createSessions(database, () => now);
  const token = {
    id: "t1",
    name: "mine",
    scopes: ["admin"],
    siteKey: undefined,
    createdAt: now,
    lastUsedAt: undefined,
    revokedAt: undefined,
    expiresAt: now + 30 * 24 * HOUR,
  } as const;
  await database.write((tx) => insertToken(tx, token, hashToken(TOKEN)));
});
afterEach(() => database.close());

const begin = async () => (await sessions.beginWithToken(TOKEN, "10.0.0.1")).secret;

describe("a session", () => {
  test("ends when nobody has used it for twelve hours", async () => {
    const secret = await begin();

    now += 12 * HOUR;
    expect((await sessions.find(secret))?.token.name).toBe("mine");
    now += 12 * HOUR;
    expect(await sessions.find(secret)).toBeDefined();
    now += 12 * HOUR + 1;
    expect(await sessions.find(secret)).toBeUndefined();
  });

  test("ends after a week, however much it was used", async () => {
    const secret = await begin();

    for (let hours = 0; hours < 7 * 24; hours += 6) {
      expect(await sessions.find(secret), `after ${hours} hours`).toBeDefined();
      now += 6 * HOUR;
    }
    now += 1;

    expect(await sessions.find(secret)).toBeUndefined();
  });

  test("ends with its token", async () => {
    const secret = await begin();
    await database.write((tx) => tx.query("UPDATE callboard_api_token SET revoked_at = $1", [now]));

    expect(await sessions.find(secret)).toBeUndefined();
    await expect(begin()).rejects.toThrow(REFUSED);
  });

  test("ends by itself when somebody ends it, and not with another one", async () => {
    const [one, other] = [await begin(), await begin()];

    await sessions.end(one);

    expect(await sessions.find(one)).toBeUndefined();
    expect(await sessions.find(other)).toBeDefined();
    expect(await sessions.find("never begun")).toBeUndefined();
  });
});

describe("a login link", () => {
  const link = async () =>
    (await sessions.createLink("t1", { actor: "token:mine", address: "10.0.0.1" })).secret;

  test("works until ten minutes have passed, and once", async () => {
    const secret = await link();

    now += 10 * MINUTE - 1;
    await expect(sessions.beginWithLink(secret, "10.0.0.1")).resolves.toMatchObject({ token: { id: "t1" } });
    await expect(sessions.beginWithLink(secret, "10.0.0.1")).rejects.toThrow(REFUSED);
  });

  test("does not work from then on", async () => {
    const secret = await link();

    now += 10 * MINUTE;
    await expect(sessions.beginWithLink(secret, "10.0.0.1")).rejects.toThrow(REFUSED);
    await expect(sessions.beginWithLink("never made", "10.0.0.1")).rejects.toThrow(REFUSED);
  });
});

describe("during an upgrade, a process from before portals", () => {
  const PORTAL = { kind: "vendor", addonKey: "org.example.bell" } as const;
  const PORTAL_TOKEN = "cbt_of_a_portal";
  /** The statements by which it finds what a secret stands for. */
  const findByOld = async (table: string, secret: string) =>
    database.read.query(`SELECT * FROM callboard_${table} WHERE hash = $1`, [hashToken(secret)]);

  beforeEach(async () => {
    const token = {
      id: "t2",
      name: "bell",
      scopes: ["read"],
      siteKey: undefined,
      portal: PORTAL,
      createdAt: now,
      lastUsedAt: undefined,
      revokedAt: undefined,
    } as const;
    await database.write((tx) => insertToken(tx, token, hashToken(PORTAL_TOKEN)));
  });

  test("finds no link, session or token of a portal, which it would give all rights", async () => {
    const by = { actor: "t", address: "" };
    const into = { portal: PORTAL, siteKey: undefined, lifetimeMs: HOUR };
    const { secret: narrowed } = await sessions.createLink("t1", by, into);
    const { secret: ofToken } = await sessions.createLink("t2", by);
    expect(await findByOld("login_link", narrowed)).toEqual([]);
    expect(await findByOld("login_link", ofToken)).toEqual([]);
    expect(await sessions.isPortalLink(narrowed)).toBe(true);
    expect(await findByOld("api_token", PORTAL_TOKEN)).toEqual([]);
    const begun = [
      await sessions.beginWithLink(narrowed, ""),
      await sessions.beginWithLink(ofToken, ""),
      await sessions.beginWithToken(PORTAL_TOKEN, ""),
    ];
    for (const { secret } of begun) {
      expect(await findByOld("session", secret)).toEqual([]);
      const found = await sessions.find(secret);
      expect(found?.portal ?? found?.token.portal).toEqual(PORTAL);
      await sessions.end(secret);
      expect(await sessions.find(secret)).toBeUndefined();
    }
    await expect(sessions.beginWithLink(narrowed, "")).rejects.toThrow(REFUSED);
  });

  test("finds every other session, link and token", async () => {
    const { secret } = await sessions.createLink("t1", { actor: "t", address: "" });
    expect(await findByOld("login_link", secret)).toHaveLength(1);
    expect(await findByOld("api_token", TOKEN)).toHaveLength(1);
    expect(await findByOld("session", await begin())).toHaveLength(1);
  });
});

test("what portals had before their hashes were marked is found, and by nobody from before portals", async () => {
  const by = { actor: "t", address: "" };
  const into = { portal: { kind: "tenant", owner: "Tide" } as const, siteKey: undefined, lifetimeMs: HOUR };
  const { secret } = await sessions.createLink("t1", by, into);
  const { secret: session } = await sessions.beginWithLink(secret, "");
  const plain = await begin();
  await database.write((tx) => tx.query("UPDATE callboard_session SET hash = replace(hash, 'portal:', '')"));
  for (const statement of portalHashes.statements(database.dialect)) {
    await database.write((tx) => tx.query(statement));
  }
  expect(await sessions.find(session)).toMatchObject({ portal: into.portal });
  expect(await sessions.find(plain)).toMatchObject({ portal: undefined });
  const rows = await database.read.query<{ hash: string }>("SELECT hash FROM callboard_session");
  expect(rows.filter(({ hash }) => hash.startsWith("portal:"))).toHaveLength(1);
});
