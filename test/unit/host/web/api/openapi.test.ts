/** What the OpenAPI document says, for every operation. */
import { describe, expect, test } from "vitest";
import { builtInCatalogue } from "../../../../../src/catalogue/index.ts";
import { ERROR_CODES } from "../../../../../src/errors.ts";
import { openApiDocument } from "../../../../../src/host/web/api/openapi.ts";
import { ROUTES } from "../../../../../src/host/web/api/routes.ts";
import { isObject } from "../../../../../src/json/object.ts";

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Readonly<Record<string, unknown>> }>>;
}
interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters: readonly { readonly description?: string; readonly schema: object }[];
  readonly responses: Readonly<Record<string, Content & { readonly $ref?: string }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly tags: readonly { readonly name: string }[];
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly responses: Readonly<Record<string, { readonly "x-callboard-codes": readonly string[] }>>;
  };
}

const document = openApiDocument("/", builtInCatalogue, []) as Document;
const operations = Object.values(document.paths).flatMap((path) => Object.values(path));

/** Every schema within, with its place. */
function schemasIn(value: unknown, place: string): readonly (readonly [string, object])[] {
  if (!isObject(value)) return [];
  const { properties, items, additionalProperties, anyOf } = value;
  const within = [
    ...(isObject(properties) ? Object.entries(properties) : []),
    ["[]", items] as const,
    ["{}", additionalProperties] as const,
    ...(Array.isArray(anyOf) ? anyOf.map((each: unknown, at) => [`|${at}`, each] as const) : []),
  ];
  return [[place, value], ...within.flatMap(([name, each]) => schemasIn(each, `${place}/${name}`))];
}

const schemas = Object.entries(document.components.schemas).flatMap(([name, schema]) =>
  schemasIn(schema, name),
);

test("every response with a body has a named schema, or a choice of named ones", () => {
  const unnamed = operations.flatMap(({ operationId, responses }) =>
    Object.entries(responses).flatMap(([status, { content = {}, $ref }]) => {
      if ($ref !== undefined || status === "204") return [];
      const { schema = {} } = Object.values(content)[0] ?? {};
      const choices = (schema["anyOf"] ?? [schema]) as readonly { readonly $ref?: string }[];
      return choices.every((each) => each.$ref?.startsWith("#/components/schemas/") === true)
        ? []
        : [`${operationId} ${status}`];
    }),
  );
  expect(unnamed).toEqual([]);
});

test("every member of every schema is described, and every enum has a type", () => {
  const bare = schemas.filter(
    ([, schema]) => !("$ref" in schema) && !("description" in schema) && !("anyOf" in schema),
  );
  expect(bare.map(([place]) => place).filter((place) => !place.includes("|"))).toEqual([]);
  const untyped = schemas.filter(([, schema]) => "enum" in schema && !("type" in schema));
  expect(untyped.map(([place]) => place)).toEqual([]);
});

test("every operation has a tag that the document describes, and an identifier as its name", () => {
  const tags = new Set(document.tags.map(({ name }) => name));
  expect(operations.flatMap((each) => each.tags).filter((tag) => !tags.has(tag))).toEqual([]);
  expect(operations.filter(({ operationId }) => !/^[a-z][A-Za-z]+$/.test(operationId))).toEqual([]);
  expect(operations.flatMap(({ parameters }) => parameters).filter((each) => !each.description)).toEqual([]);
});

describe("error codes", () => {
  const codesOf = ({ responses }: Operation): readonly string[] =>
    Object.values(responses).flatMap(({ $ref = "" }) => {
      const { "x-callboard-codes": codes = [] } =
        document.components.responses[$ref.split("/").at(-1)!] ?? {};
      return codes;
    });

  test("an operation lists those of its path, its query, its body and its own, by their status", () => {
    const [create] = operations.filter(({ operationId }) => operationId === "createSite");
    expect(codesOf(create!)).toEqual(expect.arrayContaining(["CONFLICT", "BODY_SCHEMA", "QUERY_INVALID"]));
    expect(codesOf(create!)).not.toContain("SITE_NOT_FOUND");
    for (const operation of operations) {
      for (const [status, { $ref = "" }] of Object.entries(operation.responses)) {
        const codes = document.components.responses[$ref.split("/").at(-1)!]?.["x-callboard-codes"] ?? [];
        const others = codes.filter(
          (code) => ERROR_CODES[code as keyof typeof ERROR_CODES][0] !== Number(status),
        );
        expect([operation.operationId, others]).toEqual([operation.operationId, []]);
      }
    }
  });

  test("every operation is in the table once", () => {
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(
      ROUTES.map(({ id }) => id).sort(),
    );
  });
});

test("every list takes limit and cursor", () => {
  const lists = ROUTES.filter(
    ({ success }) => success.status !== 204 && Object.hasOwn(success.schema["properties"] ?? {}, "next"),
  );
  const unpaged = lists.filter(
    ({ query = {}, method }) => method === "GET" && !("cursor" in query && "limit" in query),
  );
  expect(unpaged.map(({ id }) => id)).toEqual([]);
  expect(lists.length).toBeGreaterThan(15);
});
