/** What an administrator's tools and browser must not be talked into. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startReceiver } from "../support/http-receiver.ts";
import { startTestHost } from "../support/host.ts";
import type { TestHost } from "../support/host.ts";
import { logIn } from "../support/page-session.ts";
import type { PageSession } from "../support/page-session.ts";
import { expectProblem } from "../support/problem.ts";

let host: TestHost;
let session: PageSession;
beforeAll(async () => {
  host = await startTestHost();
  session = await logIn(host);
});
afterAll(() => host.stop());

const WEBHOOK = { name: "x", url: "https://hooks.example.org/h", format: "backlog" };
const SITES = "/api/v1/sites";
const WEBHOOKS = "/api/v1/sites/backlog/webhooks";
const HTML = "<img src=x onerror=alert(1)>";

describe("values", () => {
  const refused: readonly (readonly [string, string, object, number, string])[] = [
    ["a webhook without a name", WEBHOOKS, { ...WEBHOOK, name: "" }, 422, "BODY_SCHEMA"],
    [
      "http in Projectrak's format",
      "/api/v1/sites/projectrak/webhooks",
      { ...WEBHOOK, url: "http://hooks.example.org/h", format: "projectrak" },
      422,
      "URL_SCHEME",
    ],
    ["another product's format", WEBHOOKS, { ...WEBHOOK, format: "projectrak" }, 422, "WEBHOOK_FORMAT"],
    [
      "a line break in a header",
      WEBHOOKS,
      { ...WEBHOOK, headers: { "X-A": "b\r\nX-B: c" } },
      422,
      "HEADER_VALUE",
    ],
    ["a private address", WEBHOOKS, { ...WEBHOOK, url: "https://10.0.0.1/h" }, 422, "IP_DENIED"],
    [
      "a password in the URL",
      WEBHOOKS,
      { ...WEBHOOK, url: "https://a:b@hooks.example.org" },
      422,
      "URL_CREDENTIALS",
    ],
    ["a webhook of an unknown site", `${SITES}/nowhere/webhooks`, WEBHOOK, 404, "SITE_NOT_FOUND"],
    ["a site with a reserved key", SITES, { key: "admin", product: "jira", name: "A" }, 422, "BODY_SCHEMA"],
    ["a site with a key of no use", SITES, { key: "../x", product: "jira", name: "A" }, 422, "BODY_SCHEMA"],
    ["a site of an unknown product", SITES, { key: "a", product: "trello", name: "A" }, 422, "BODY_SCHEMA"],
    ["a site that exists", SITES, { key: "jira", product: "jira", name: "A" }, 409, "CONFLICT"],
    ["a token with an unknown scope", "/api/v1/tokens", { name: "x", scopes: ["root"] }, 422, "BODY_SCHEMA"],
  ];
  test.each(refused)("%s is refused, and nothing is stored", async (_title, path, body, status, code) => {
    const list = async () =>
      [
        await host.call("GET", SITES),
        await host.call("GET", WEBHOOKS),
        await host.call("GET", "/api/v1/tokens"),
      ].map((reply) => (reply.body.items as unknown[]).length);
    const before = await list();

    expectProblem(await host.call("POST", path, body), status, code);

    expect(await list()).toEqual(before);
  });

  test("a name with markup is kept as it is, and shown as text", async () => {
    const made = await host.call("POST", WEBHOOKS, { ...WEBHOOK, name: HTML });
    expect([made.status, made.body.name]).toEqual([201, HTML]);
    const page = await (await session.get("/admin/webhooks/backlog")).text();
    expect(page).toContain("&lt;img src=x");
    expect(page).not.toContain("<img src=x");
  });

  test("an answer with markup is shown as text", async () => {
    const receiver = await startReceiver((_request, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end(`<script>alert(1)</script>${HTML}`),
    );
    const made = await host.call("POST", WEBHOOKS, { ...WEBHOOK, url: receiver.url });
    const { body } = await host.call("POST", `${WEBHOOKS}/${made.body.id}/execute`, {
      event: "issue_created",
    });
    const page = await session.get(`/admin/deliveries/${body.deliveryId}`);
    const text = await page.text();
    expect(text).toContain("&lt;script&gt;alert(1)");
    expect(text).not.toContain("<script>alert");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    await receiver.close();
  });
});

describe("forged requests", () => {
  const NEW_SITE = { key: "forged", product: "jira", name: "Forged" };
  const refused: readonly (readonly [string, Readonly<Record<string, string>>, boolean])[] = [
    ["of another origin", { origin: "https://evil.example.org" }, true],
    ["of no origin", { origin: "" }, true],
    ["of the origin null", { origin: "null" }, true],
    ["that the browser calls cross-site", { "sec-fetch-site": "cross-site" }, true],
    ["of our own origin without the session's token", {}, false],
  ];
  test.each(refused)("a form %s is refused", async (_title, headers, withToken) => {
    const fields = { ...NEW_SITE, ...(withToken ? { csrf: session.csrf } : {}) };
    const reply = await session.post("/admin/settings", fields, headers);
    expect(reply.status).toBe(403);
    expect(await reply.text()).toContain("CSRF");
    expect((await host.call("GET", `${SITES}/forged`)).status).toBe(404);
  });

  test("a form with the token of another session is refused", async () => {
    const other = await logIn(host);
    const reply = await session.post("/admin/settings", { ...NEW_SITE, csrf: other.csrf });
    expect(reply.status).toBe(403);
  });

  test("the API knows no cookies", async () => {
    const headers = { authorization: "", cookie: session.cookie, origin: "https://evil.example.org" };
    expectProblem(await host.call("POST", WEBHOOKS, WEBHOOK, headers), 401, "AUTH_MISSING");
  });

  test("a login from another origin is refused", async () => {
    const reply = await session.post(
      "/admin/login",
      { token: host.token },
      { origin: "https://evil.example.org" },
    );
    expect([reply.status, reply.headers.get("set-cookie")]).toEqual([403, null]);
  });

  test("a session that was ended lets nobody in", async () => {
    const other = await logIn(host);
    expect((await other.post("/admin/logout", { csrf: other.csrf })).status).toBe(303);
    const reply = await other.get("/admin");
    expect([reply.status, reply.headers.get("location")]).toEqual([
      303,
      expect.stringContaining("/admin/login"),
    ]);
  });

  test("wrong tokens are counted", async () => {
    const statuses: number[] = [];
    for (let tries = 0; tries < 7; tries += 1) {
      statuses.push((await session.post("/admin/login", { token: "cb_wrong" })).status);
    }
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(statuses.at(-1)).toBe(429);
  });
});
