/** Walks the table of who may do what: every route with every caller, at a real host. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { CALLERS, INTAKE_ROUTES, ROWS, cellsOf, requestOf } from "../fixtures/authorization.ts";
import { startCallers } from "../support/callers.ts";
import type { Callers } from "../support/callers.ts";
import { recordRoutes } from "../support/recorded-routes.ts";

const SITES = ["jira", "backlog", "tracker"];

let callers: Callers;
let routes: readonly string[];
beforeAll(async () => {
  const recorded = recordRoutes();
  callers = await startCallers(SITES);
  recorded.stop();
  routes = [...recorded.routesOf(), ...INTAKE_ROUTES];
});
afterAll(() => callers.stop());

test("every route that the host has stands in the table once, and no other", () => {
  expect(ROWS.map(([route]) => route).sort()).toEqual([...routes].sort());
});

test.each(ROWS)("%s", async (...row) => {
  const [route, door] = row;
  const cells: Record<string, string> = {};
  for (const caller of CALLERS) cells[caller] = await callers.knock(caller, { ...requestOf(route), door });
  expect(cells).toEqual(cellsOf(row));
});
