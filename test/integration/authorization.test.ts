/** Walks the table of who may do what: every route with every caller, at a real host. */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  CALLERS,
  ROUTES_BEFORE_EXPRESS,
  METHOD_CALLERS,
  PATH_ROWS,
  ROWS,
  toCells,
  toHeadCells,
  toRequest,
} from "../fixtures/authorization.ts";
import { addressOfClient, startCallers } from "../support/callers.ts";
import type { Callers } from "../support/callers.ts";
import { freePort } from "../support/free-port.ts";
import { startTestHost } from "../support/host.ts";
import { quickRequest } from "../support/raw-request.ts";
import { recordRoutes } from "../support/recorded-routes.ts";

const SITES = ["jira", "backlog", "tracker"];

let callers: Callers;
let routes: readonly string[];
beforeAll(async () => {
  const recorded = recordRoutes();
  callers = await startCallers(SITES);
  recorded.stop();
  routes = [...recorded.listRoutes(), ...ROUTES_BEFORE_EXPRESS];
});
afterAll(() => callers.stop());

test("every route that the host has stands in the table once, and no other", () => {
  expect(ROWS.map(([route]) => route).sort()).toEqual([...routes].sort());
});

test.each(ROWS)("%s", async (...row) => {
  const [route, door] = row;
  const cells: Record<string, string> = {};
  for (const caller of CALLERS) cells[caller] = await callers.knock(caller, { ...toRequest(route), door });
  expect(cells).toEqual(toCells(row));
});

test.each(ROWS.filter(([route]) => route.startsWith("GET ")))("HEAD for %s", async (...row) => {
  const [route, door] = row;
  const cells: Record<string, string> = {};
  for (const caller of CALLERS) {
    cells[caller] = await callers.knock(caller, { ...toRequest(route), door, method: "HEAD" });
  }
  expect(cells).toEqual(toHeadCells(row));
});

test.each(PATH_ROWS)("other methods of $route", async ({ route, supported, refused }) => {
  const ask = async (method: string) => {
    const request = toRequest(`${method} ${route}`);
    const responses = new Set<string>();
    for (const caller of METHOD_CALLERS) {
      // The token in a path is one like any other.
      responses.add(await callers.knock(caller, { ...request, door: "bearer" }));
    }
    return [...responses];
  };
  const sorted = (responses: readonly string[]) =>
    responses.map((response) =>
      response.replace(/\((.*)\)/, (_whole, list: string) => `(${list.split(", ").sort().join(", ")})`),
    );
  const list = `(${[...supported].sort().join(", ")})`;
  for (const method of refused) {
    const code = method === "HEAD" ? "405" : "405 METHOD_NOT_ALLOWED";
    expect([method, sorted(await ask(method))]).toEqual([method, [`${code} ${list}`]]);
  }
  // No origin is let in by CORS.
  expect(["OPTIONS", sorted(await ask("OPTIONS"))]).toEqual(["OPTIONS", [`200 ${list}`]]);
});

test("an address of its own for metrics serves nothing else, to any caller", async () => {
  const port = await freePort();
  const host = await startTestHost({
    CALLBOARD_METRICS_LISTEN: `127.0.0.1:${port}`,
    CALLBOARD_PROFILE: "prod",
    CALLBOARD_TRUSTED_PROXIES: "127.0.0.1",
  });
  let client = 0;
  const ask = async (method: string, path: string) => {
    // Many clients, so that none is slowed down for its many refusals.
    const response = await quickRequest({
      url: `http://127.0.0.1:${port}${path}`,
      method,
      headers: { authorization: `Bearer ${host.token}`, "x-forwarded-for": addressOfClient((client += 1)) },
    });
    return `${response.status}`;
  };
  const served = new Set(["/healthz", "/readyz", "/metrics"]);
  const wrong: string[] = [];
  for (const { route } of PATH_ROWS) {
    const { path } = toRequest(`GET ${route}`);
    for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      const isRead = ["GET", "HEAD", "OPTIONS"].includes(method);
      const expected = served.has(path) ? (isRead ? "200" : "405") : "404";
      const given = await ask(method, path);
      if (given !== expected) wrong.push(`${method} ${path}: ${given}, not ${expected}`);
    }
  }
  await host.stop();
  expect(wrong).toEqual([]);
});
