/** The documentation of the API has everything that the OpenAPI document has. */
import { expect, test } from "vitest";
import { builtInCatalogue } from "../../../../../src/catalogue/index.ts";
import { openApiDocument } from "../../../../../src/host/web/api/openapi.ts";
import { GROUPS, ROUTES } from "../../../../../src/host/web/api/routes.ts";
import { describeErrors, describeGroups } from "../../../../../src/host/web/present/api-docs.ts";
import type { ApiDocument } from "../../../../../src/host/web/present/api-docs.ts";

const document = openApiDocument("/", builtInCatalogue, []) as ApiDocument;
const groups = describeGroups(document);
const operations = groups.flatMap((group) => group.operations);

test("every operation is on the page of its group", () => {
  expect(operations.map(({ id }) => id).toSorted()).toEqual(ROUTES.map(({ id }) => id).toSorted());
  expect(groups.map(({ name }) => name)).toEqual(Object.keys(GROUPS));
  expect(new Set(groups.map(({ slug }) => slug)).size).toBe(groups.length);
  expect(groups.map(({ slug }) => slug)).toContain("outgoing-webhooks");
});

test("every schema that a page names is on it", () => {
  const missing = groups.flatMap(({ name, operations: own, schemas }) => {
    const known = new Set(schemas.map((schema) => schema.name));
    const types = [
      ...own.flatMap(({ body, success, parameters }) => [body, success.body, ...parameters]),
      ...schemas,
      ...schemas.flatMap(({ members }) => members),
      ...own.flatMap(({ body }) => body?.members ?? []),
    ].flatMap((each) => each?.type ?? []);
    return types.flatMap(({ schema }) =>
      schema === undefined || known.has(schema) ? [] : [`${name}: ${schema}`],
    );
  });
  expect(missing).toEqual([]);
});

test("an operation has its parameters, its body, its responses and its codes", () => {
  const [create] = operations.filter(({ id }) => id === "createWebhook");
  expect(create).toMatchObject({
    method: "POST",
    path: "/api/v1/sites/{site}/webhooks",
    summary: "Create an outgoing webhook",
  });
  expect(create?.parameters.map(({ place, name }) => `${place} ${name}`)).toEqual([
    "path site",
    "header Idempotency-Key",
  ]);
  expect(create?.body?.members.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["name", "url", "format"]),
  );
  expect(create?.success).toMatchObject({ status: "201", body: { type: [{ schema: "ChangedWebhook" }] } });
  expect(create?.problems.find(({ status }) => status === "409")?.codes).toContain("IDEMPOTENCY_CONFLICT");
});

test("an example request has a value in the place of each parameter, and the body of the document", () => {
  expect(operations.map(({ example }) => example.path).filter((path) => path.includes("{"))).toEqual([]);
  const [test] = operations.filter(({ id }) => id === "testWebhook");
  expect(test?.example).toEqual({
    path: "/api/v1/sites/board/webhooks/whk_1_1/execute",
    body: '{\n  "event": "jira:issue_created"\n}',
  });
});

test("every code that an operation lists has its status and meaning", () => {
  const known = new Set(describeErrors(document).codes.map(({ code }) => code));
  const listed = operations.flatMap(({ problems }) => problems.flatMap(({ codes }) => codes));
  expect(listed.filter((code) => !known.has(code as never))).toEqual([]);
  expect(known.has("STORE_LOCKED")).toBe(false);
});
