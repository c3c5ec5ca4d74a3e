import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TO_LOOK_UP, createAccess, requireSite } from "../../../../src/host/web/http/access.ts";
import { hashToken } from "../../../../src/host/store/tables/tokens.ts";
import type { ApiToken, Scope } from "../../../../src/host/store/tables/tokens.ts";
import { startTestHost } from "../../../support/host.ts";
import type { TestHost } from "../../../support/host.ts";

function record(scopes: readonly Scope[], siteKey?: string): ApiToken {
  return { id: "t1", name: "t", scopes, siteKey, createdAt: 0, lastUsedAt: undefined, revokedAt: undefined };
}

function createTestAccess(token: ApiToken, now?: () => number, wall?: () => number) {
  const seen: string[] = [];
  const touched: ReadonlyMap<string, number>[] = [];
  const access = createAccess(
    {
      findByHash: (hash) => {
        seen.push(hash);
        return Promise.resolve(hash === hashToken("good") ? token : undefined);
      },
      touch: (usedAt) => {
        touched.push(usedAt);
        return Promise.resolve();
      },
    },
    now,
    wall,
  );
  return { access, seen, touched };
}

const bearer = { authorization: "Bearer good" };

describe("scopes", () => {
  const included: readonly (readonly [Scope, readonly Scope[]])[] = [
    ["admin", ["admin", "read", "events:write", "ingest"]],
    ["read", ["read"]],
    ["events:write", ["events:write", "ingest"]],
    ["ingest", ["ingest"]],
  ];
  test.each(included)("%s lets in where %j is asked for, and nowhere else", async (scope, allowed) => {
    const { access } = createTestAccess(record([scope]));
    for (const asked of ["admin", "read", "events:write", "ingest"] as const) {
      const answer = access.authorize(bearer, { scope: asked });
      if (allowed.includes(asked)) expect((await answer).tokenId).toBe("t1");
      else await expect(answer).rejects.toMatchObject({ code: "SCOPE", status: 403 });
    }
  });

  test("where several scopes are enough, each of them lets in, and the refusal names them all", async () => {
    const { access } = createTestAccess(record(["events:write"]));
    await expect(access.authorize(bearer, { scope: TO_LOOK_UP })).resolves.toBeDefined();
    const { access: other } = createTestAccess(record(["ingest"]));
    await expect(other.authorize(bearer, { scope: TO_LOOK_UP })).rejects.toMatchObject({
      code: "SCOPE",
      message: "This needs a token with the scope read or events:write",
    });
  });

  test("an expired token is refused, also while it is cached", async () => {
    let at = 1_000;
    const { access } = createTestAccess(
      { ...record(["read"]), expiresAt: 2_000 },
      () => at,
      () => at,
    );
    expect((await access.authorize(bearer, { scope: "read" })).tokenId).toBe("t1");
    at = 2_000;
    await expect(access.authorize(bearer, { scope: "read" })).rejects.toMatchObject({ code: "AUTH_INVALID" });
  });

  test("a token of one site does not reach another", async () => {
    const { access } = createTestAccess(record(["admin"], "jira"));
    await expect(access.authorize(bearer, { scope: "admin", siteKey: "jira" })).resolves.toBeDefined();
    await expect(access.authorize(bearer, { scope: "admin", siteKey: "backlog" })).rejects.toMatchObject({
      code: "SCOPE",
    });
    expect(() => requireSite({ siteKey: "jira" }, undefined)).toThrow("for the site jira only");
  });
});

describe("credentials", () => {
  test.each([
    ["no header", {}, "AUTH_MISSING"],
    ["an unknown token", { authorization: "Bearer bad" }, "AUTH_INVALID"],
    ["another scheme", { authorization: "JWT good" }, "AUTH_INVALID"],
    ["Basic where a bearer token is asked for", { authorization: `Basic ${btoa("a:good")}` }, "AUTH_INVALID"],
    ["a token with a space in it", { authorization: "Bearer go od" }, "AUTH_INVALID"],
  ] as const)("%s is refused", async (_name, headers, code) => {
    const { access } = createTestAccess(record(["admin"]));
    await expect(access.authorize(headers, { scope: "read" })).rejects.toMatchObject({ code, status: 401 });
  });

  test("Basic takes the token as password, whatever the user name, and may hold colons", async () => {
    const { access } = createTestAccess(record(["admin"]));
    for (const user of ["admin", "", "anybody"]) {
      const headers = { authorization: `Basic ${btoa(`${user}:good`)}` };
      expect((await access.authorizeBasic(headers, { scope: "admin" })).actor).toBe("token:t");
    }
  });

  test("a token is looked up once in five seconds, and at once after it was forgotten", async () => {
    let now = 0;
    const { access, seen } = createTestAccess(record(["read"]), () => now);
    for (let i = 0; i < 5; i++) await access.authorize(bearer, { scope: "read" });
    expect(seen).toHaveLength(1);
    now = 5_000;
    await access.authorize(bearer, { scope: "read" });
    expect(seen).toHaveLength(2);
    access.forget();
    await access.authorize(bearer, { scope: "read" });
    expect(seen).toHaveLength(3);
  });

  test("uses are noted together, the last one of each token", async () => {
    const { access, touched } = createTestAccess(record(["read"]));
    await access.authorize(bearer, { scope: "read" });
    const between = Date.now();
    await access.authorize(bearer, { scope: "read" });
    await access.flush();
    await access.flush();
    expect(touched).toEqual([new Map([["t1", expect.any(Number)]])]);
    expect(touched[0]?.get("t1")).toBeGreaterThanOrEqual(between);
  });
});

describe("tokens over the API", () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost();
  });
  afterAll(() => host.stop());

  test("a token is shown once, works at once, and is dead at once when revoked", async () => {
    const made = await host.call("POST", "/api/v1/tokens", { name: "ci", scopes: ["read"], site: "jira" });
    expect(made.status).toBe(201);
    expect(made.body.token).toMatch(/^cb_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/);
    const auth = { authorization: `Bearer ${made.body.token}` };
    expect((await host.call("GET", "/api/v1/tokens", undefined, auth)).body.code).toBe("SCOPE");

    const listed = await host.call("GET", "/api/v1/tokens");
    expect(listed.text).not.toContain(made.body.token);
    expect(listed.body.items.map((item: { name: string }) => item.name)).toEqual(["first", "ci"]);

    expect((await host.call("DELETE", `/api/v1/tokens/${made.body.id}`)).status).toBe(204);
    expect((await host.call("GET", "/api/v1/tokens", undefined, auth)).body.code).toBe("AUTH_INVALID");
  });

  test("a token for a site that is not there is refused, and so is revoking one that is not", async () => {
    const made = await host.call("POST", "/api/v1/tokens", { name: "x", scopes: ["read"], site: "nowhere" });
    expect([made.status, made.body.code]).toEqual([404, "SITE_NOT_FOUND"]);
    expect((await host.call("DELETE", "/api/v1/tokens/zz")).body.code).toBe("TOKEN_NOT_FOUND");
  });
});
