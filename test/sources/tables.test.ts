/** The tables that people read say what the code does. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { listAcceptedScopes } from "../../src/host/web/http/access.ts";
import { METRICS } from "../../src/host/observe/metric-table.ts";
import { openApiDocument } from "../../src/host/web/api/openapi.ts";
import { PAGES } from "../../src/host/web/pages/index.ts";
import { API_BASE, ROUTES } from "../../src/host/web/api/routes.ts";
import { ROWS } from "../fixtures/authorization.ts";
import { builtInCatalogue } from "../../src/catalogue/index.ts";

const ROOT = join(import.meta.dirname, "../..");

test("docs/metrics.md has the same rows as the table of the metrics", () => {
  const rows = readFileSync(join(ROOT, "docs/metrics.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `callboard_"))
    .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")));
  expect(rows.map(([, name, kind, meaning, labels]) => [name, [kind, meaning, labels]])).toEqual(
    Object.entries(METRICS).map(([name, [kind, meaning, labels]]) => [
      name,
      [kind, meaning, labels.join(", ")],
    ]),
  );
});

test("docs/api.md has the same rows as the API table", () => {
  const rows = readFileSync(join(ROOT, "docs/api.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.replaceAll(/ +/g, " "));
  expect(rows).toEqual(
    ROUTES.map(
      ({ method, path, scope, summary, success }) =>
        `| \`${method} ${path}\` | ${listAcceptedScopes(scope)
          .map((each) => `\`${each}\``)
          .join(" or ")} | ${summary} | ${success.status} |`,
    ),
  );
});

test("every route of the API and every page has its row in test/fixtures/authorization.ts", () => {
  const api = ROUTES.map(
    ({ method, path }) => `${method} ${API_BASE}${path.replaceAll(/\{(\w+)\}/g, ":$1")}`,
  );
  const pages = PAGES.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  const rows = new Set(ROWS.map(([route]) => route));
  expect([...api, ...pages].filter((route) => !rows.has(route))).toEqual([]);
});

describe("the OpenAPI document", () => {
  interface Operation {
    readonly operationId: string;
    readonly parameters: readonly { readonly name: string; readonly in: string }[];
  }
  const { paths } = openApiDocument("/", builtInCatalogue) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };

  test("has every route once", () => {
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    expect(operations).toHaveLength(ROUTES.length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(ROUTES.length);
  });

  test("names every parameter of every path", () => {
    for (const [path, operations] of Object.entries(paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      for (const { parameters } of Object.values(operations)) {
        expect(parameters.filter((each) => each.in === "path").map(({ name }) => name)).toEqual(names);
      }
    }
  });

  test("every route that changes something needs more than the scope read, but for checks that save nothing and logging in with what one has", () => {
    const weak = ROUTES.filter(({ method, scope }) => method !== "GET" && scope === "read");
    expect(weak.map(({ path }) => path)).toEqual([
      "/descriptors/validate",
      "/sites/{site}/body-filters/try",
      "/login-links",
    ]);
  });
});
