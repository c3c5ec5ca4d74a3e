/** Walks the table of who may do what at the Inspector: every route with every caller, HEAD, OPTIONS and the other methods. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { signAsHost } from "../../src/addon/index.ts";
import {
  INSPECTOR_CALLERS,
  INSPECTOR_ROWS,
  toInspectorCells,
  toInspectorPath,
} from "../fixtures/inspector-routes.ts";
import type { InspectorCaller } from "../fixtures/inspector-routes.ts";
import { startHostKeys } from "../support/host-keys.ts";
import type { HostKeys } from "../support/host-keys.ts";
import { SECRET, startInspectorSite } from "../support/inspector-site.ts";
import type { InspectorSite } from "../support/inspector-site.ts";
import { recordRoutes } from "../support/recorded-routes.ts";

const TOKEN = "the-access-token-of-the-inspector";
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

let keys: HostKeys;
let site: InspectorSite;
let cookie = "";
let routes: readonly string[];
beforeAll(async () => {
  keys = await startHostKeys();
  await start();
});
afterAll(async () => {
  await site.stop();
  await keys.close();
});

async function start(): Promise<void> {
  const recorded = recordRoutes();
  site = await startInspectorSite(keys, { accessToken: TOKEN });
  recorded.stop();
  routes = recorded.listRoutes();
  const login = await fetch(`${site.url}/login`, {
    method: "POST",
    body: new URLSearchParams({ token: TOKEN }),
    redirect: "manual",
  });
  cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
}

let wrongGuesses = 0;

async function createHeaders(caller: InspectorCaller, path: string): Promise<Record<string, string>> {
  switch (caller) {
    case "none":
      return {};
    case "wrong":
      // Guesses are limited per address: a fresh Inspector counts anew.
      if ((wrongGuesses += 1) % 8 === 0) {
        await site.stop();
        await start();
      }
      return { authorization: "Bearer wrong" };
    case "token":
      return { authorization: `Bearer ${TOKEN}` };
    case "cookie":
      return { cookie, "sec-fetch-site": "same-origin" };
    case "cookie:cross":
      return { cookie, "sec-fetch-site": "cross-site", origin: "https://stranger.example" };
    case "host":
      return {
        ...signAsHost({
          clientKey: "site-1",
          sharedSecret: SECRET,
          url: site.url + path,
          baseUrl: site.url,
          body: Buffer.alloc(0),
          deliveryId: "dlv_1",
          at: Date.now(),
        }),
      };
  }
}

async function knock(caller: InspectorCaller, method: string, path: string): Promise<string> {
  const headers = await createHeaders(caller, path);
  const isLogin = method === "POST" && path === "/login";
  const token = caller === "token" ? TOKEN : "wrong";
  const response = await fetch(site.url + path, {
    method,
    headers,
    redirect: "manual",
    ...(isLogin ? { body: new URLSearchParams({ token }) } : {}),
  });
  await response.body?.cancel();
  const isAboutMethods = response.status === 405 || (method === "OPTIONS" && response.status === 200);
  return [
    response.status,
    response.headers.get("location")?.replace(/\?.*/, ""),
    isAboutMethods ? response.headers.get("allow")?.split(", ").sort().join(", ") : undefined,
    response.headers.get("access-control-allow-origin") ?? undefined,
  ]
    .filter((part) => part !== undefined)
    .join(" ");
}

async function cellsFor(method: string, path: string): Promise<Record<string, string>> {
  const cells: Record<string, string> = {};
  for (const caller of INSPECTOR_CALLERS) cells[caller] = await knock(caller, method, path);
  return cells;
}

test("every route that the Inspector has stands in the table once, and no other", () => {
  expect([...new Set(routes)].sort()).toEqual(INSPECTOR_ROWS.map(([route]) => route).sort());
});

test.each(INSPECTOR_ROWS)("%s", async (...row) => {
  const [route] = row;
  expect(await cellsFor(route.split(" ")[0] ?? "", toInspectorPath(route))).toEqual(toInspectorCells(row));
});

test.each(INSPECTOR_ROWS.filter(([route]) => route.startsWith("GET ")))("HEAD for %s", async (...row) => {
  expect(await cellsFor("HEAD", toInspectorPath(row[0]))).toEqual(toInspectorCells(row));
});

test.each([...new Set(INSPECTOR_ROWS.map(([route]) => toInspectorPath(route)))])(
  "other methods of %s",
  async (path) => {
    const own = INSPECTOR_ROWS.filter(([route]) => toInspectorPath(route) === path).map(
      ([route]) => route.split(" ")[0] ?? "",
    );
    const supported = METHODS.filter((method) => own.includes(method === "HEAD" ? "GET" : method)).sort();
    for (const method of METHODS.filter((each) => !supported.includes(each))) {
      // Who is not logged in learns nothing of paths.
      const letIn = `405 ${supported.join(", ")}`;
      const isForm = method !== "GET" && method !== "HEAD";
      const expected = toInspectorCells([`${method} ${path}`, isForm ? "form" : "page", letIn]);
      expect([method, await cellsFor(method, path)]).toEqual([method, expected]);
    }
  },
);

test("no origin is let in by CORS, at any path", async () => {
  for (const [route] of INSPECTOR_ROWS) {
    for (const caller of INSPECTOR_CALLERS) {
      const response = await knock(caller, "OPTIONS", toInspectorPath(route));
      expect([route, caller, response]).toEqual([
        route,
        caller,
        expect.stringMatching(/^(?:200 [A-Z, ]+|303 \/login|403)$/),
      ]);
    }
  }
});

test.each([
  ["a form that is too large", "POST", "/login", `token=${"x".repeat(11_000)}`, 413],
  ["a path that does not decode", "GET", "/captures/%zz/body", undefined, 400],
  ["a form in another alphabet", "POST", "/login", undefined, 415],
])("%s is the caller's mistake, not a failure", async (title, method, path, body, status) => {
  const type = `application/x-www-form-urlencoded${title.includes("alphabet") ? "; charset=utf-7" : ""}`;
  const response = await fetch(site.url + path, {
    method,
    headers: { "content-type": type, authorization: `Bearer ${TOKEN}` },
    ...(method === "POST" ? { body: body ?? "token=x" } : {}),
  });
  expect(response.status).toBe(status);
  expect(await response.text()).not.toMatch(/ {4}at |node_modules/);
});
