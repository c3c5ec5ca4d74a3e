/** Sessions and login links over a real database, hours in an instant. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSessions } from "../../../../src/host/admin/sessions.ts";
import type { Sessions } from "../../../../src/host/admin/sessions.ts";
import type { Database } from "../../../../src/host/store/db/database.ts";
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
