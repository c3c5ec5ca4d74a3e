/** Who gets in, and what a form must carry: asked of a real host, as a browser would. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../../../../src/cli/index.ts";
import { startTestHost } from "../../../../support/host.ts";
import type { TestHost } from "../../../../support/host.ts";

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost();
});
afterAll(() => host.stop());

const OWN = () => ({ origin: host.url, "sec-fetch-site": "same-origin" });

function ask(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(host.url + path, { headers, redirect: "manual" });
}

function send(
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = OWN(),
): Promise<Response> {
  return fetch(host.url + path, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers,
    redirect: "manual",
  });
}

const getCookie = (response: Response) => (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";

async function logIn(token = host.token): Promise<string> {
  return getCookie(await send("/admin/login", { token }));
}

async function readCsrf(cookie: string): Promise<string> {
  const page = await (await ask("/admin", { cookie })).text();
  return /name="csrf" value="([\w-]+)"/.exec(page)?.[1] ?? "";
}

async function tokenWith(scopes: readonly string[], site?: string): Promise<string> {
  const made = await host.call("POST", "/api/v1/tokens", {
    name: scopes.join("-"),
    scopes,
    ...(site === undefined ? {} : { site }),
  });
  return (made.body as { token: string }).token;
}

describe("getting in", () => {
  test("without a session every page leads to the login, and back from there", async () => {
    const away = await ask("/admin/deliveries?state=failed");
    expect(away.status).toBe(303);
    expect(away.headers.get("location")).toBe("/admin/login?to=%2Fadmin%2Fdeliveries%3Fstate%3Dfailed");
    const in_ = await send("/admin/login", { token: host.token, to: "/admin/deliveries?state=failed" });
    expect(in_.headers.get("location")).toBe("/admin/deliveries?state=failed");
  });

  test.each(["https://evil.example/", "//evil.example", "/admin/../../x", "javascript:alert(1)", "/adminx"])(
    "after the login nobody is led to %s",
    async (to) => {
      const { headers } = await send("/admin/login", { token: host.token, to });
      expect(headers.get("location")).toBe("/admin");
    },
  );

  test("the cookie cannot be read by scripts nor sent by other sites", async () => {
    const { headers } = await send("/admin/login", { token: host.token });
    expect(headers.get("set-cookie")).toMatch(
      /^callboard-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });

  test("a login replaces the session before it", async () => {
    const before = await logIn();
    const after = getCookie(await send("/admin/login", { token: host.token }, { ...OWN(), cookie: before }));
    expect(after).not.toBe(before);
    expect((await ask("/admin", { cookie: before })).status).toBe(303);
    expect((await ask("/admin", { cookie: after })).status).toBe(200);
  });

  test("a revoked token ends its sessions", async () => {
    const token = await tokenWith(["admin"]);
    const cookie = await logIn(token);
    expect((await ask("/admin", { cookie })).status).toBe(200);
    await host.call("DELETE", `/api/v1/tokens/${token.split("_")[1] ?? ""}`);
    expect((await ask("/admin", { cookie })).status).toBe(303);
  });

  test("`callboard open` prints a link that works once", async () => {
    let out = "";
    const code = await run(["open"], {
      out: (text) => void (out += text),
      note: () => undefined,
      env: { CALLBOARD_URL: host.url, CALLBOARD_TOKEN: host.token },
      readInput: () => Promise.resolve(""),
    });
    expect(code).toBe(0);
    const path = out.trim().slice(host.url.length);
    expect(path).toMatch(/^\/admin\/login\/[\w-]{43}$/);
    // A page elsewhere cannot use it to log somebody in.
    expect((await ask(path, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    const first = await ask(path, { "sec-fetch-site": "none" });
    expect(first.status).toBe(303);
    expect((await ask("/admin", { cookie: getCookie(first) })).status).toBe(200);
    expect((await ask(path)).status).toBe(401);
  });

  test("neither token nor link secret is in the database", async () => {
    const { body } = await host.call("POST", "/api/v1/login-links");
    const secret = (body as { url: string }).url.split("/").at(-1) ?? "";
    const { readFileSync, readdirSync } = await import("node:fs");
    for (const file of readdirSync(host.dataDir).filter((name) => name.startsWith("callboard.sqlite"))) {
      const bytes = readFileSync(`${host.dataDir}/${file}`);
      expect(bytes.includes(secret)).toBe(false);
      expect(bytes.includes(host.token)).toBe(false);
    }
  });
});

describe("forms", () => {
  test.each([
    ["another origin", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
    ["a sandboxed page", { origin: "null" }],
    ["nowhere", {}],
    ["a neighbour on another port", { origin: "http://127.0.0.1:1", "sec-fetch-site": "same-site" }],
  ])("from %s are refused", async (_where, headers) => {
    const cookie = await logIn();
    const csrf = await readCsrf(cookie);
    const answer = await send("/admin/settings/keys", { csrf }, { ...headers, cookie });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain("CSRF");
  });

  test("without the token of the session they are refused", async () => {
    const cookie = await logIn();
    const other = await readCsrf(await logIn());
    for (const csrf of ["", other]) {
      expect((await send("/admin/settings/keys", { csrf }, { ...OWN(), cookie })).status).toBe(403);
    }
    const own = await readCsrf(cookie);
    expect((await send("/admin/settings/keys", { csrf: own }, { ...OWN(), cookie })).status).toBe(303);
  });

  test("a form of a session that has ended is there to be sent again after the login", async () => {
    const late = await send("/admin/settings", { key: "later", product: "jira", name: "<Later>" });
    expect(late.status).toBe(401);
    const page = await late.text();
    const fields = /name="resume-fields" value="([^"]*)"/.exec(page)?.[1] ?? "";
    const again = await send("/admin/login", {
      token: host.token,
      "resume-action": "/admin/settings",
      "resume-fields": fields.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">"),
    });
    const text = await again.text();
    expect(text).toContain('name="name" value="&lt;Later');
    expect(text).toContain('action="/admin/settings"');
  });
});

describe("rights", () => {
  test("a token that may only read sees pages and changes nothing", async () => {
    const cookie = await logIn(await tokenWith(["read"]));
    expect((await ask("/admin/addons", { cookie })).status).toBe(200);
    expect((await ask("/admin/settings", { cookie })).status).toBe(403);
    const csrf = await readCsrf(cookie);
    expect(
      (await send("/admin/addons", { csrf, url: "http://127.0.0.1:1/" }, { ...OWN(), cookie })).status,
    ).toBe(403);
  });

  test("a token of one site reaches that site only", async () => {
    const cookie = await logIn(await tokenWith(["admin"], "jira"));
    const page = await (await ask("/admin", { cookie })).text();
    expect(page).toContain("site=jira");
    expect(page).not.toContain("site=confluence");
    expect((await ask("/admin/webhooks/backlog", { cookie })).status).toBe(403);
    expect((await ask("/admin/deliveries?site=backlog", { cookie })).status).toBe(403);
    // What belongs to the whole host is not for it, whatever its scopes.
    for (const path of [
      "/admin/settings",
      "/admin/settings/tokens",
      "/admin/settings/keys",
      "/admin/audit",
    ]) {
      expect((await ask(path, { cookie })).status, path).toBe(403);
    }
  });

  test("a session cannot be used on the API, nor a token on the pages", async () => {
    const cookie = await logIn();
    expect((await ask("/api/v1/sites", { cookie })).status).toBe(401);
    expect((await ask("/admin", { authorization: `Bearer ${host.token}` })).status).toBe(303);
  });
});

describe("answers", () => {
  test("every page has the strict policy, and nothing of it is stored", async () => {
    const cookie = await logIn();
    const { headers } = await ask("/admin", { cookie });
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-frame-options")).toBe("DENY");
  });

  test("what is not there is said with a page and the request id", async () => {
    const cookie = await logIn();
    const missing = await ask("/admin/nowhere", { cookie });
    expect(missing.status).toBe(404);
    const page = await missing.text();
    expect(page).toContain(missing.headers.get("x-request-id") ?? "no id");
    expect(page).not.toMatch(/aria-current="page"|Try again/);
    const gone = await ask("/admin/deliveries/dlv_1_0", { cookie });
    expect(gone.status).toBe(404);
    expect(await gone.text()).toContain('<a href="/admin/deliveries?site=jira" aria-current="page">');
  });

  test("all that a browser loads is below 20 KB", async () => {
    let bytes = 0;
    for (const file of ["callboard.css", "callboard.js", "callboard.svg"]) {
      const answer = await ask(`/assets/${file}`, { "accept-encoding": "gzip" });
      expect(answer.headers.get("content-encoding")).toBe("gzip");
      const { gzipSync } = await import("node:zlib");
      bytes += gzipSync(await answer.text(), { level: 9 }).length;
    }
    expect(bytes).toBeLessThan(20_000);
  });
});

test("wrong tokens from one address are refused after five", async () => {
  const other = await startTestHost();
  try {
    const statuses: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      const answer = await fetch(`${other.url}/admin/login`, {
        method: "POST",
        body: new URLSearchParams({ token: "cb_wrong" }),
        headers: { origin: other.url },
      });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
  } finally {
    await other.stop();
  }
});
