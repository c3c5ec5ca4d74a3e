/**
 * Routes outside of the API and the pages: the products' own APIs, the calls of an add-on, intake and documents. What names somebody
 * else's thing is answered as what does not exist, to a session and a token of a portal and to an add-on alike. The list of routes is the
 * host's own, so that a new route is in it.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROUTES_BEFORE_EXPRESS, ROWS } from "../fixtures/authorization.ts";
import type { Door } from "../fixtures/authorization.ts";
import { hasParameters, listPaths } from "../support/foreign-paths.ts";
import { isAdminRoute, startForeignStage } from "../support/foreign-stage.ts";
import type { ForeignStage, PortalKind } from "../support/foreign-stage.ts";
import { EVENT, FOREIGN_SITE, OWN_SITE } from "../support/portal-stage.ts";
import type { Belongings, PortalSession, PortalStage } from "../support/portal-stage.ts";

/** Of the site and things that do not exist. */
const NOTHING: Belongings = {
  site: "nowhere",
  key: "no.such.addon",
  webhook: "whk_1_9999",
  deliveryOfAddon: "dlv_1_01890000000070008000000000000001",
  deliveryOfWebhook: "dlv_1_01890000000070008000000000000002",
  replayOfAddon: "rpl_1_9998",
  replayOfWebhook: "rpl_1_9999",
  event: "evt_1_01890000000070008000000000000000",
};

/** Doors that a token of a portal is shown at; it opens none of them. */
const DOORS_OF_TOKENS: readonly Door[] = ["bearer", "basic", "tracker", "path"];

/** About a site as a whole: an add-on that is installed there finds itself. What they list is looked at below. */
const OF_OWN_SITE = [
  "GET /:site/rest/api/2/webhook",
  "GET /:site/rest/api/2/webhook/failed",
  "GET /:site/rest/api/3/webhook",
  "GET /:site/rest/api/3/webhook/failed",
  "GET /:site/rest/atlassian-connect/1/app/module/dynamic",
  "GET /:site/rest/atlassian-connect/latest/app/module/dynamic",
  "GET /:site/rest/callboard/1/deliveries",
  "GET /:site/rest/callboard/1/events",
];

let stage: PortalStage;
let routes: readonly string[];
let tokens: ForeignStage["tokens"];
let sessions: ForeignStage["sessions"];
beforeAll(async () => {
  ({ stage, routes, tokens, sessions } = await startForeignStage((route) => !isAdminRoute(route)));
}, 120_000);
afterAll(() => stage.stop());

/** @throws for a route that the table of tests lacks */
function findDoor(route: string): Door {
  if (ROUTES_BEFORE_EXPRESS.includes(route)) return route.endsWith(":token") ? "path" : "bearer";
  const row = ROWS.find(([listed]) => listed === route);
  if (row === undefined) throw new Error(`${route} stands in no table`);
  return row[1];
}

interface Answer {
  readonly status: number;
  readonly text: string;
}
type Ask = (method: string, path: string) => Promise<Answer>;

const createBody = (method: string): object | undefined =>
  ["GET", "DELETE"].includes(method) ? undefined : {};

/** With the token at each place where one can stand. */
const asToken =
  (kind: PortalKind, door: Door): Ask =>
  (method, path) => {
    const token = tokens.get(kind) ?? "";
    const headers =
      door === "basic"
        ? { authorization: `Basic ${btoa(`x:${token}`)}` }
        : { authorization: `Bearer ${token}` };
    return stage.host.call(method, path, createBody(method), { ...headers, "x-trackertoken": token });
  };
const asSession =
  (kind: PortalKind): Ask =>
  (method, path) => {
    const session = sessions.get(kind) as PortalSession;
    return method === "GET" ? session.get(path) : session.post(path);
  };
/** Signed for the path at the site that it names. */
const asAddon: Ask = (method, path) => {
  const [, site = "", below = ""] = /^\/([^/]+)(\/.*)$/.exec(path) ?? [];
  return stage.addon.call(method, below, createBody(method), { site });
};

/** Without what was asked for, and the number of the request. */
function withoutIds({ status, text }: Answer, path: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  const plain = parts.map(decodeURIComponent).reduce((left, part) => left.replaceAll(part, "…"), text);
  return `${status} ${plain.replaceAll(/req_[\w-]+|"requestId":"[^"]*"|value="[\w-]{60,}"/g, "…")}`;
}

/** About what the server has for everybody: documents, keys, and the public catalogue with its form. */
const isOpen = (route: string) => findDoor(route) === "open" || route.includes(" /catalogue/");

const ofAddon = () => routes.filter((route) => hasParameters(route) && findDoor(route) === "jwt");
const behindDoors = () => routes.filter((route) => hasParameters(route) && !isOpen(route));

/** The responses about these things that are not those about nothing. */
async function listTold(among: readonly string[], ids: Belongings, ask: (route: string) => Ask) {
  const told: string[] = [];
  for (const route of among) {
    const [method = ""] = route.split(" ");
    const nothing = { ...NOTHING, ...(ids.site === OWN_SITE ? { site: OWN_SITE } : {}) };
    const paths = listPaths(route, ids);
    const missing = listPaths(route, nothing);
    for (const [index, path] of paths.entries()) {
      const answer = await ask(route)(method, path);
      const expected = await ask(route)(method, missing[index] ?? "");
      const isSame = withoutIds(answer, path) === withoutIds(expected, missing[index] ?? "");
      if (!isSame || answer.status < 400)
        told.push(`${route}: ${answer.status} ${answer.text} / ${expected.status} ${expected.text}`);
    }
  }
  return told;
}

const hasOwnId = (route: string) => /:(?!site)/.test(route);

test("every such route stands in the table of who may do what", () => {
  expect(routes.length).toBeGreaterThan(70);
  expect(routes.map(findDoor)).not.toContain(undefined);
  expect(routes.filter((route) => hasParameters(route) && isOpen(route)).toSorted()).toEqual([
    "GET /:site/rest/plugins/1.0/settings",
    "GET /api/docs/:group",
    "GET /assets/:file",
    "GET /catalogue/:product",
    "GET /catalogue/:product/:event",
    "GET /docs/:slug",
    "GET /docs/images/:name",
    "GET /keys/:kid",
    "GET /schema/:product-global-schema.json",
    "POST /catalogue/:product/:event",
  ]);
});

describe.each(["vendor", "tenant"] as const)("the token of a %s", (kind) => {
  const ask = (route: string) => asToken(kind, findDoor(route));

  test("gets the same of foreign things as of none", { timeout: 120_000 }, async () => {
    for (const ids of [stage.elsewhere, stage.others])
      expect(await listTold(behindDoors(), ids, ask)).toEqual([]);
  });

  test("gets 404 wherever a token could be let in", { timeout: 120_000 }, async () => {
    const shown = behindDoors().filter((route) => DOORS_OF_TOKENS.includes(findDoor(route)));
    expect(shown.length).toBeGreaterThan(15);
    for (const route of shown) {
      for (const path of listPaths(route, stage.others)) {
        const { status } = await ask(route)(route.split(" ")[0] ?? "", path);
        // The token in the path of intake is none of a portal.
        expect([route, status]).toEqual([route, findDoor(route) === "path" ? 401 : 404]);
      }
    }
  });
});

describe.each(["vendor", "tenant"] as const)("the session of a %s", (kind) => {
  test("gets the same of foreign things as of none", { timeout: 120_000 }, async () => {
    for (const ids of [stage.elsewhere, stage.others])
      expect(await listTold(behindDoors(), ids, () => asSession(kind))).toEqual([]);
  });
});

describe("an add-on", () => {
  test("gets the same of another site as of none", { timeout: 120_000 }, async () => {
    expect(ofAddon().length).toBeGreaterThan(25);
    expect(await listTold(ofAddon(), stage.elsewhere, () => asAddon)).toEqual([]);
  });

  test("gets 404 for what belongs to others on its site", { timeout: 120_000 }, async () => {
    const named = ofAddon().filter(hasOwnId);
    expect(await listTold(named, stage.others, () => asAddon)).toEqual([]);
    for (const route of named) {
      for (const path of listPaths(route, stage.others))
        expect([route, (await asAddon(route.split(" ")[0] ?? "", path)).status]).toEqual([route, 404]);
    }
  });

  test("lists nothing of others", async () => {
    const { own, others, elsewhere, otherAddon } = stage;
    const webhooks = [{ jqlFilter: "project = FOREIGN", events: [EVENT] }];
    const url = `${otherAddon.baseUrl}/dynamic`;
    const registered = await otherAddon.call("POST", "/rest/api/2/webhook", { url, webhooks });
    expect(registered.status).toBe(200);
    const listed = ofAddon().filter((route) => route.startsWith("GET ") && !hasOwnId(route));
    expect(listed.toSorted()).toEqual(OF_OWN_SITE);
    const foreign = [...Object.values({ ...others, ...elsewhere }), "FOREIGN", FOREIGN_SITE].filter(
      (value) => !Object.values(own).includes(value),
    );
    for (const route of listed) {
      const { status, text } = await asAddon("GET", (route.split(" ")[1] ?? "").replace(":site", own.site));
      expect([route, status, foreign.filter((value) => text.includes(value))]).toEqual([route, 200, []]);
    }
  });
});
