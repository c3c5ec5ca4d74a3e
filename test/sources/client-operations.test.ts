/**
 * The generated files of the client are those of the OpenAPI document. After a change of the API they are written again by
 * `npm run client`.
 */
import openapiTS, { astToString } from "openapi-typescript";
import type { OpenAPI3 } from "openapi-typescript";
import { format } from "prettier";
import { expect, test } from "vitest";
import { builtInCatalogue } from "../../src/catalogue/index.ts";
import { isObject } from "../../src/json/object.ts";
import { openApiDocument } from "../../src/host/web/api/openapi.ts";
import { API_BASE, ROUTES } from "../../src/host/web/api/routes.ts";

const OUT = "../../src/client";
const HEADER = "/** Generated from the OpenAPI document by `npm run client`. */\n";
const asSource = (text: string) => format(HEADER + text, { parser: "typescript", printWidth: 110 });

/** What types can't say: rules of members that go together, and the products of another server. */
function withoutRules(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutRules);
  if (!isObject(value)) return value;
  const left = "x-callboard-open" in value ? ["enum"] : ["oneOf", "not"];
  const entries = Object.entries(value).filter(
    ([key, each]) => !left.includes(key) || typeof each === "string",
  );
  return Object.fromEntries(entries.map(([key, each]) => [key, withoutRules(each)]));
}

test("operations.ts has the types of the document", async () => {
  const document = withoutRules(openApiDocument("/", builtInCatalogue, [])) as OpenAPI3;
  const all = astToString(await openapiTS(document, { defaultNonNullable: false }));
  const types = all.replaceAll(/^export type (?:webhooks|\$defs) = .*;$/gm, "");
  await expect(await asSource(types)).toMatchFileSnapshot(`${OUT}/operations.ts`);
}, 60_000);

test("operation-table.ts has the method and path of every operation", async () => {
  const rows = ROUTES.map(({ id, method, path }) => `${id}: ["${method}", "${API_BASE}${path}"],`);
  const table = `export const OPERATIONS = {\n${rows.join("\n")}\n} as const;\n`;
  await expect(await asSource(table)).toMatchFileSnapshot(`${OUT}/operation-table.ts`);
});
