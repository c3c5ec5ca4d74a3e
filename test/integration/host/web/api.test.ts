/** The API as a whole, over a real server: an add-on installed, an event fired, its delivery read, redelivered, cancelled. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestHost } from "../../../support/host.ts";
import type { TestHost } from "../../../support/host.ts";
import { waitFor } from "../../../support/wait-for.ts";

interface Addon {
  readonly url: string;
  /** Statuses answered to webhooks, in order; 204 when there are none left. */
  readonly answers: number[];
  readonly bodies: string[];
  readonly stop: () => Promise<void>;
}

/** An add-on that takes whatever it is sent; how tokens verify is looked at elsewhere. */
async function startAddon(): Promise<Addon> {
  const answers: number[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      if (request.url === "/atlassian-connect.json") {
        response.setHeader("content-type", "application/json");
        response.end(
          JSON.stringify({
            key: "com.example.board",
            name: "Board",
            baseUrl: url,
            authentication: { type: "jwt" },
            lifecycle: { installed: "/installed" },
            modules: { webhooks: [{ event: "jira:issue_created", url: "/created" }] },
          }),
        );
      } else if (request.url === "/created") {
        bodies.push(body);
        response.writeHead(answers.shift() ?? 204, { "x-answered-by": "board" }).end();
      } else {
        response.writeHead(204).end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    answers,
    bodies,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

let host: TestHost;
let addon: Addon;
beforeAll(async () => {
  host = await startTestHost({ CALLBOARD_RETRY_SCHEDULE: "1h,1h" });
  addon = await startAddon();
});
afterAll(async () => {
  await host.stop();
  await addon.stop();
});

const fire = (body: object = {}) =>
  host.call("POST", "/api/v1/sites/jira/events", { event: "jira:issue_created", ...body });
const show = async (id: string) => (await host.call("GET", `/api/v1/deliveries/${id}`)).body;
const showIn = (id: string, state: string) =>
  waitFor(async () => {
    const delivery = await show(id);
    expect(delivery.state).toBe(state);
    return delivery;
  });

describe("the way of an event", () => {
  test("a descriptor is told valid without installing anything", async () => {
    const descriptorUrl = `${addon.url}/atlassian-connect.json`;
    const { status, body } = await host.call("POST", "/api/v1/descriptors/validate", { descriptorUrl });
    expect([status, body.valid, body.key]).toEqual([200, true, "com.example.board"]);
    expect((await host.call("GET", "/api/v1/sites/jira/addons")).body.items).toEqual([]);
    const bad = await host.call("POST", "/api/v1/descriptors/validate", { descriptor: { key: "x" } });
    expect(bad.body.valid).toBe(false);
    expect(bad.body.errors.length).toBeGreaterThan(0);
  });

  test("an add-on is installed, listed and shown", async () => {
    const installed = await host.call("POST", "/api/v1/sites/jira/addons", {
      descriptorUrl: `${addon.url}/atlassian-connect.json`,
    });
    expect(installed.status).toBe(201);
    expect(installed.body).toMatchObject({
      key: "com.example.board",
      state: "enabled",
      webhooks: [
        { event: "jira:issue_created", url: "/created", resolvedUrl: `${addon.url}/created`, params: {} },
      ],
      lifecycle: [{ event: "installed", outcome: "accepted", status: 204, signing: "RS256" }],
    });
    expect(installed.text).not.toMatch(/sharedSecret|secret/i);
    const listed = await host.call("GET", "/api/v1/sites/jira/addons");
    expect(listed.body.items[0]).toMatchObject({ key: "com.example.board", state: "enabled" });
  });

  test("a delivery is shown with its attempt, token claims, body and answer", async () => {
    const fired = await fire({ payload: { issue: { key: "DEMO-7" } } });
    expect(fired.status).toBe(202);
    const shown = await showIn(fired.body.deliveries[0].id, "delivered");
    expect(shown).toMatchObject({
      site: "jira",
      event: "jira:issue_created",
      addonKey: "com.example.board",
      webhookId: null,
      url: `${addon.url}/created`,
      attempts: [{ number: 1, outcome: "accepted", cause: null, response: { status: 204, cut: false } }],
    });
    const [attempt] = shown.attempts;
    expect(Object.keys(attempt.request.claims)).toEqual(["iss", "iat", "exp", "qsh"]);
    const headers = Object.fromEntries(attempt.request.headers);
    expect(headers.authorization).toBe("JWT [masked]");
    expect(Object.fromEntries(attempt.response.headers)["x-answered-by"]).toBe("board");
    expect(shown.body).toBe(addon.bodies.at(-1));
    expect(JSON.parse(shown.body).issue.key).toBe("DEMO-7");
  });

  test("a failure says why and what to try; redelivering keeps the id and goes on counting", async () => {
    addon.answers.push(404);
    const fired = await fire();
    const { id } = fired.body.deliveries[0];
    const failed = await showIn(id, "failed");
    expect(failed).toMatchObject({ reason: "rejected", attempts: [{ errorClass: "http-404" }] });
    expect(failed.attempts[0].remedy).toContain("descriptor");

    const again = await host.call("POST", `/api/v1/deliveries/${id}/redeliver`);
    expect([again.status, again.body.state, again.body.redeliveries]).toEqual([202, "waiting", 1]);
    const delivered = await showIn(id, "delivered");
    expect(delivered.attempts.map((attempt: { number: number }) => attempt.number)).toEqual([1, 2]);
    expect(Object.fromEntries(delivered.attempts[1].request.headers)["x-callboard-redelivery"]).toBe("1");
  });

  test("a waiting delivery is brought forward, or cancelled, and then cannot be cancelled again", async () => {
    addon.answers.push(503, 503);
    const one = (await fire()).body.deliveries[0].id;
    await waitFor(async () => expect((await show(one)).attempts).toHaveLength(1));
    expect((await host.call("POST", `/api/v1/deliveries/${one}/redeliver`)).body.redeliveries).toBe(0);
    await waitFor(async () => expect((await show(one)).attempts).toHaveLength(2));
    const cancelled = await host.call("POST", `/api/v1/deliveries/${one}/cancel`);
    expect(cancelled.body).toMatchObject({ state: "failed", reason: "cancelled" });
    const twice = await host.call("POST", `/api/v1/deliveries/${one}/cancel`);
    expect([twice.status, twice.body.code]).toEqual([409, "DELIVERY_STATE"]);
  });

  test("many are counted first, then reopened in the secondary lane", async () => {
    const filter = { state: "failed", site: "jira", addon: "com.example.board" };
    const counted = await host.call("POST", "/api/v1/redeliveries", { filter, dryRun: true });
    expect(counted.body).toEqual({ count: 1, more: false, dryRun: true });
    expect((await host.call("POST", "/api/v1/redeliveries", { filter })).body.count).toBe(1);
    await waitFor(async () => {
      const { body } = await host.call("GET", "/api/v1/deliveries?site=jira&state=delivered");
      expect(body.items.filter((item: { flow: string }) => item.flow === "secondary")).toHaveLength(1);
    });
    const refused = await host.call("POST", "/api/v1/redeliveries", { filter: { state: "waiting" } });
    expect([refused.status, refused.body.code]).toEqual([422, "BODY_SCHEMA"]);
  });

  test("an event shows where it went and where not", async () => {
    const { body: fired } = await host.call("POST", "/api/v1/sites/jira/events", {
      event: "jira:issue_deleted",
    });
    const shown = await host.call("GET", `/api/v1/sites/jira/events/${fired.id}`);
    expect(shown.body).toMatchObject({ event: "jira:issue_deleted", matched: [], skipped: [], others: 1 });
    const elsewhere = await host.call("GET", `/api/v1/sites/backlog/events/${fired.id}`);
    expect([elsewhere.status, elsewhere.body.code]).toEqual([404, "EVENT_NOT_FOUND"]);
    const listed = await host.call("GET", "/api/v1/sites/jira/events?event=jira:issue_deleted&limit=1");
    expect(listed.body.items).toHaveLength(1);
  });

  test("status counts what was attempted, and endpoints show their breaker", async () => {
    await waitFor(async () => {
      const { body } = await host.call("GET", "/api/v1/status?site=jira");
      expect(body.items[0].attempts.ok).toBeGreaterThanOrEqual(3);
      expect(body.items[0].success).toBeGreaterThan(0);
    });
    const { body } = await host.call("GET", "/api/v1/endpoints?site=jira");
    expect(body.items[0]).toMatchObject({
      addonKey: "com.example.board",
      origin: addon.url,
      breaker: "closed",
    });
  });

  test("disable, enable, rotate, upgrade and uninstall each answer with the callbacks made", async () => {
    const path = "/api/v1/sites/jira/addons/com.example.board";
    expect((await host.call("POST", `${path}/disable`)).body.state).toBe("disabled");
    expect((await host.call("POST", `${path}/enable`)).body.state).toBe("enabled");
    expect((await host.call("POST", `${path}/rotate-secret`)).body.lifecycle[0].event).toBe("installed");
    const dry = await host.call("POST", `${path}/upgrade?dryRun=true`);
    expect(dry.body).toMatchObject({ kind: "upgrade", diff: { added: [], removed: [] }, originChange: null });
    expect((await host.call("POST", `${path}/upgrade`)).status).toBe(200);
    expect((await host.call("DELETE", path)).status).toBe(200);
    const gone = await host.call("GET", path);
    expect([gone.status, gone.body.code]).toEqual([404, "ADDON_NOT_FOUND"]);
  });

  test("every change of the way here stands in the audit, newest first", async () => {
    const { body } = await host.call("GET", "/api/v1/audit?limit=500");
    const actions = new Set(body.items.map((entry: { action: string }) => entry.action));
    for (const action of [
      "addon.installed",
      "delivery.redelivered",
      "delivery.cancelled",
      "deliveries.redelivered",
    ]) {
      expect(actions).toContain(action);
    }
    expect(body.items.every((entry: { actor: string }) => entry.actor === "token:first")).toBe(true);
  });
});

describe("sites", () => {
  test("a site is added, changed, used and removed", async () => {
    const made = await host.call("POST", "/api/v1/sites", {
      key: "staging",
      product: "jira",
      name: "Staging",
    });
    expect([made.status, made.body.baseUrl]).toEqual([201, `${host.url}/staging`]);
    const changed = await host.call("PATCH", "/api/v1/sites/staging", {
      baseUrl: "https://jira.example",
      retryProfile: "jira",
    });
    expect(changed.body).toMatchObject({
      baseUrl: "https://jira.example",
      retryProfile: "jira",
      name: "Staging",
    });
    const back = await host.call("PATCH", "/api/v1/sites/staging", { baseUrl: null, retryProfile: null });
    expect(back.body).toMatchObject({ baseUrl: `${host.url}/staging`, retryProfile: null });
    expect((await host.call("DELETE", "/api/v1/sites/staging")).status).toBe(204);
    expect((await host.call("GET", "/api/v1/sites/staging")).body.code).toBe("SITE_NOT_FOUND");
  });

  test("a token of one site sees that site only", async () => {
    const { body } = await host.call("POST", "/api/v1/tokens", {
      name: "b",
      scopes: ["admin"],
      site: "backlog",
    });
    const auth = { authorization: `Bearer ${body.token}` };
    const get = (path: string) => host.call("GET", `/api/v1${path}`, undefined, auth);
    expect((await get("/sites")).body.items.map((site: { key: string }) => site.key)).toEqual(["backlog"]);
    expect((await get("/deliveries")).body.items).toEqual([]);
    for (const path of ["/sites/jira", "/deliveries?site=jira", "/tokens", "/settings", "/audit"]) {
      expect((await get(path)).body.code, path).toBe("SCOPE");
    }
    const { body: list } = await host.call("GET", "/api/v1/deliveries?limit=1");
    expect((await get(`/deliveries/${list.items[0].id}`)).body.code).toBe("SCOPE");
  });
});

describe("catalogue, keys and settings", () => {
  test("an event of the catalogue comes with sample and schema; a near name is told", async () => {
    const { body } = await host.call("GET", "/api/v1/catalogue/jira/jira:issue_created");
    expect(body).toMatchObject({ event: "jira:issue_created", status: "current" });
    expect(body.sample.issue).toBeDefined();
    const near = await host.call("GET", "/api/v1/catalogue/jira/issue_created");
    expect([near.status, near.body.detail]).toEqual([404, expect.stringContaining("jira:issue_created")]);
    const elsewhere = await host.call("GET", "/api/v1/catalogue/jira/page_created");
    expect(elsewhere.body.detail).toContain('"page_created" is an event type of confluence, not of jira');
    expect((await host.call("GET", "/api/v1/catalogue/trello")).body.code).toBe("PRODUCT_UNKNOWN");
  });

  test("an event of Confluence comes in the envelope that is asked for, with how well that one is known", async () => {
    const path = "/api/v1/catalogue/confluence/space_created";
    const { body: usual } = await host.call("GET", path);
    const { body: cloud } = await host.call("GET", `${path}?envelope=cloud`);
    expect([usual.confidence, cloud.confidence]).toEqual(["source", "guessed"]);
    expect(usual.sample).toHaveProperty("userKey");
    expect(cloud.sample).toHaveProperty("userAccountId");
    expect((await host.call("GET", `${path}?envelope=paper`)).body.code).toBe("QUERY_INVALID");
  });

  test("a rotated key signs, and both stay available to whoever kept their kid", async () => {
    const { body } = await host.call("POST", "/api/v1/keys/rotate");
    expect(body.items).toHaveLength(2);
    expect(JSON.stringify(body)).not.toContain("PRIVATE");
    for (const { path } of body.items) {
      const key = await host.call("GET", path, undefined, { authorization: "" });
      expect(key.text).toMatch(/^-----BEGIN PUBLIC KEY-----/);
    }
  });

  test("a retired key is withdrawn at once, and the one that signs is not", async () => {
    await host.call("POST", "/api/v1/keys/rotate");
    const { items } = (await host.call("GET", "/api/v1/keys")).body;
    const inUse = await host.call("POST", `/api/v1${items[0].path}/withdraw`);
    expect([inUse.status, inUse.body.code]).toEqual([409, "KEY_IN_USE"]);
    const withdrawn = await host.call("POST", `/api/v1${items[1].path}/withdraw`);
    expect(withdrawn.body.items[1].withdrawnAt).toBeTypeOf("string");
    const [kept, gone] = await Promise.all(
      items.slice(0, 2).map(({ path }: { path: string }) => host.call("GET", path)),
    );
    expect([kept!.status, gone!.status]).toEqual([200, 404]);
    expect(kept!.headers.get("cache-control")).toBe("public, max-age=60");
    const unknown = await host.call("POST", "/api/v1/keys/none/withdraw");
    expect([unknown.status, unknown.body.code]).toEqual([404, "KEY_NOT_FOUND"]);
  });

  test("a rekey without a next key is refused by name", async () => {
    const refused = await host.call("POST", "/api/v1/master-key/rekey");
    expect([refused.status, refused.body.code]).toEqual([409, "REKEY_NO_KEY"]);
  });

  test("a token can expire, and is then accepted nowhere", async () => {
    const expiresAt = new Date(Date.now() + 700).toISOString();
    const made = await host.call("POST", "/api/v1/tokens", { name: "short", scopes: ["read"], expiresAt });
    expect(made.body.expiresAt).toBe(expiresAt);
    const bearer = { authorization: `Bearer ${made.body.token}` };
    expect((await host.call("GET", "/api/v1/keys", undefined, bearer)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect((await host.call("GET", "/api/v1/keys", undefined, bearer)).status).toBe(401);
    for (const wrong of ["soon", "2020-01-01T00:00:00Z", ""]) {
      const refused = await host.call("POST", "/api/v1/tokens", {
        name: "x",
        scopes: ["read"],
        expiresAt: wrong,
      });
      expect([refused.status, refused.body.errors[0].pointer]).toEqual([422, "/expiresAt"]);
    }
  });

  test("the last admin token can't be revoked, and a token of one site doesn't count", async () => {
    const { items } = (await host.call("GET", "/api/v1/tokens")).body;
    const admins = items.filter(
      (token: { scopes: string[]; site: string | null; revokedAt: string | null }) =>
        token.scopes.includes("admin") && token.site === null && token.revokedAt === null,
    );
    expect(admins).toHaveLength(1);
    await host.call("POST", "/api/v1/tokens", { name: "of a site", scopes: ["admin"], site: "jira" });
    const refused = await host.call("DELETE", `/api/v1/tokens/${admins[0].id}`);
    expect([refused.status, refused.body.code]).toEqual([409, "TOKEN_LAST_ADMIN"]);
    const other = await host.call("POST", "/api/v1/tokens", { name: "other", scopes: ["admin"] });
    expect((await host.call("DELETE", `/api/v1/tokens/${other.body.id}`)).status).toBe(204);
  });

  test("what is kept how long may be changed", async () => {
    const changed = await host.call("PATCH", "/api/v1/settings", { retentionMs: 86_400_000 });
    expect(changed.body.retentionMs).toBe(86_400_000);
    expect((await host.call("PATCH", "/api/v1/settings", { retentionMs: 5 })).body.errors).toEqual([
      { pointer: "/retentionMs", detail: "must be >= 3600000" },
    ]);
  });
});
