/**
 * What a portal reaches, route by route: whatever names somebody else's thing is answered as what does not exist. The list of routes
 * is the host's own, so that a new route is in it.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasParameters, listPaths } from "../support/foreign-paths.ts";
import { isAdminRoute, startForeignStage } from "../support/foreign-stage.ts";
import type { ForeignStage, PortalKind } from "../support/foreign-stage.ts";
import type { Belongings, PortalStage } from "../support/portal-stage.ts";

/** Routes that have no ID in their path and are there for the portal. What they show is looked at below. */
const OWN_ROUTES: Readonly<Record<PortalKind, readonly string[]>> = {
  vendor: [
    "GET /api/v1/sites",
    "GET /api/v1/catalogue",
    "GET /api/v1/deliveries",
    "POST /api/v1/redeliveries",
    "POST /api/v1/cancellations",
    "POST /api/v1/login-links",
    "GET /admin",
    "GET /admin/addons",
    "GET /admin/deliveries",
    "GET /admin/deliveries/export",
    "GET /admin/deliveries/redeliver",
    "POST /admin/deliveries/redeliver",
    "GET /admin/deliveries/cancel",
    "POST /admin/deliveries/cancel",
    "GET /admin/replays",
    "GET /admin/catalogue",
    "GET /admin/search",
  ],
  tenant: [
    "GET /api/v1/sites",
    "GET /api/v1/catalogue",
    "GET /api/v1/deliveries",
    "POST /api/v1/redeliveries",
    "POST /api/v1/cancellations",
    "POST /api/v1/login-links",
    "GET /admin",
    "GET /admin/webhooks",
    "GET /admin/deliveries",
    "GET /admin/deliveries/export",
    "GET /admin/deliveries/redeliver",
    "POST /admin/deliveries/redeliver",
    "GET /admin/deliveries/cancel",
    "POST /admin/deliveries/cancel",
    "GET /admin/replays",
    "GET /admin/catalogue",
    "GET /admin/search",
  ],
};

/** Routes about a site of the portal as a whole, or about a product of such a site. */
const SITE_ROUTES: Readonly<Record<PortalKind, readonly string[]>> = {
  vendor: [
    "GET /api/v1/sites/:site/addons",
    "POST /api/v1/sites/:site/replays",
    "GET /api/v1/sites/:site/replays",
    "GET /admin/replays/:site",
    "GET /admin/replays/:site/new",
    "POST /admin/replays/:site/new",
  ],
  tenant: [
    "GET /api/v1/sites/:site/webhooks",
    "POST /api/v1/sites/:site/webhooks",
    "POST /api/v1/sites/:site/webhooks/execute",
    "POST /api/v1/sites/:site/webhooks/preview",
    "POST /api/v1/sites/:site/body-filters/try",
    "POST /api/v1/sites/:site/replays",
    "GET /api/v1/sites/:site/replays",
    "GET /admin/webhooks/:site",
    "GET /admin/webhooks/:site/new",
    "POST /admin/webhooks/:site/new",
    "GET /admin/replays/:site",
    "GET /admin/replays/:site/new",
    "POST /admin/replays/:site/new",
  ],
};

/** Are there before anybody is known. A link is a secret, and no ID. */
const LOGINS = [
  "GET /admin/login",
  "POST /admin/login",
  "GET /admin/login/:secret",
  "POST /admin/login/:secret",
  "POST /admin/logout",
];

let stage: PortalStage;
let routes: readonly string[];
let tokens: ForeignStage["tokens"];
let sessions: ForeignStage["sessions"];
beforeAll(async () => {
  ({ stage, routes, tokens, sessions } = await startForeignStage(
    (route) => isAdminRoute(route) && !LOGINS.includes(route),
  ));
}, 120_000);
afterAll(() => stage.stop());

async function ask(kind: PortalKind, route: string, path: string): Promise<number> {
  const [method = ""] = route.split(" ");
  if (path.startsWith("/admin")) {
    const session = sessions.get(kind);
    const reply = method === "POST" ? await session?.post(path) : await session?.get(path);
    return reply?.status ?? 0;
  }
  const body = ["GET", "DELETE"].includes(method) ? undefined : {};
  const headers = { authorization: `Bearer ${tokens.get(kind) ?? ""}` };
  return (await stage.host.call(method, path, body, headers)).status;
}

async function listFound(
  kind: PortalKind,
  among: readonly string[],
  ids: Belongings,
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const route of among) {
    for (const path of listPaths(route, ids)) {
      if ((await ask(kind, route, path)) !== 404) found.add(route);
    }
  }
  return [...found].sort();
}

describe.each(["vendor", "tenant"] as const)("the portal of a %s", (kind) => {
  test("finds nothing of another site", { timeout: 120_000 }, async () => {
    expect(await listFound(kind, routes.filter(hasParameters), stage.elsewhere)).toEqual([]);
  });

  test("finds nothing of others on its own site", { timeout: 120_000 }, async () => {
    const found = await listFound(kind, routes.filter(hasParameters), stage.others);
    expect(found).toEqual([...SITE_ROUTES[kind]].sort());
  });

  test("has no page and no operation that is about the whole server", { timeout: 120_000 }, async () => {
    const among = routes.filter((route) => !hasParameters(route));
    expect(await listFound(kind, among, stage.others)).toEqual([...OWN_ROUTES[kind]].sort());
  });

  test("lists nothing of others", { timeout: 120_000 }, async () => {
    const { others, elsewhere, own } = stage;
    const shown = [...OWN_ROUTES[kind], ...SITE_ROUTES[kind]].filter((route) => route.startsWith("GET "));
    const leaked: string[] = [];
    for (const route of shown) {
      const path = (route.split(" ")[1] ?? "").replace(":site", own.site);
      const reply = path.startsWith("/admin")
        ? await sessions.get(kind)?.get(path)
        : await stage.host.call("GET", path, undefined, {
            authorization: `Bearer ${tokens.get(kind) ?? ""}`,
          });
      for (const [name, value] of [...Object.entries(others), ...Object.entries(elsewhere)]) {
        if (!Object.values(own).includes(value) && reply?.text.includes(value))
          leaked.push(`${path} shows ${name} ${value}`);
      }
    }
    expect(leaked).toEqual([]);
  });

  test("an operation that names a receiver in its body finds its own only", async () => {
    const { own, others } = stage;
    const headers = { authorization: `Bearer ${tokens.get(kind) ?? ""}` };
    const since = new Date(Date.now() - 60_000).toISOString();
    const path = `/api/v1/sites/${own.site}/replays`;
    for (const to of [{ addon: others.key }, { webhook: others.webhook }]) {
      expect((await stage.host.call("POST", path, { to, since, dryRun: true }, headers)).status).toBe(404);
    }
    const to = kind === "vendor" ? { addon: own.key } : { webhook: own.webhook };
    expect((await stage.host.call("POST", path, { to, since, dryRun: true }, headers)).status).toBe(202);
  });

  test.each(["preview", "execute"])("the %s of an edited webhook finds its own only", async (operation) => {
    const { own, others } = stage;
    const headers = { authorization: `Bearer ${tokens.get(kind) ?? ""}` };
    const path = `/api/v1/sites/${own.site}/webhooks/${operation}`;
    const values = { name: "Draft", url: "http://127.0.0.1:9999/x", events: ["jira:issue_created"] };
    const ask = async (change: object) =>
      (await stage.host.call("POST", path, { ...values, event: "jira:issue_created", ...change }, headers))
        .status;
    expect(await ask({ id: others.webhook })).toBe(404);
    expect(await ask({ id: own.webhook })).toBe(kind === "tenant" ? 200 : 404);
    expect(await ask({})).toBe(kind === "tenant" ? 200 : 404);
  });

  test("the preview of a tenant shows no operational events, which tell of others", async () => {
    const headers = { authorization: `Bearer ${tokens.get("tenant") ?? ""}` };
    const draft = { name: "Spy", url: "http://127.0.0.1:9999/x", event: "addon.installed" };
    const body = { ...draft, events: ["addon.installed"] };
    const path = `/api/v1/sites/${stage.own.site}/webhooks/preview`;
    expect((await stage.host.call("POST", path, body, headers)).status).toBe(422);
  });

  test("redelivers and cancels nothing of others", async () => {
    const headers = { authorization: `Bearer ${tokens.get(kind) ?? ""}` };
    const filter = { state: "delivered" };
    const all = await stage.host.call("POST", "/api/v1/redeliveries", { filter, dryRun: true });
    const own = await stage.host.call("POST", "/api/v1/redeliveries", { filter, dryRun: true }, headers);
    expect(all.body.count).toBeGreaterThanOrEqual(6);
    expect(own.body.count).toBe(1);
  });
});
