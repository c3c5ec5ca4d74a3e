/** What the OpenAPI document says, for every operation. */
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { builtInCatalogue } from "../../../../../src/catalogue/index.ts";
import { ERROR_CODES } from "../../../../../src/errors.ts";
import { openApiDocument } from "../../../../../src/host/web/api/openapi.ts";
import { ROUTES } from "../../../../../src/host/web/api/routes.ts";
import { VERSION } from "../../../../../src/version.ts";
import { isObject } from "../../../../../src/json/object.ts";

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Readonly<Record<string, unknown>> }>>;
}
interface Parameter {
  readonly name?: string;
  readonly in?: string;
  readonly description?: string;
  readonly schema?: object;
  readonly $ref?: string;
}
interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: object; readonly example?: unknown }>>;
  };
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
  const parameters = operations.flatMap((operation) => operation.parameters);
  expect(parameters.filter(({ description, $ref }) => !description && $ref === undefined)).toEqual([]);
});

test("the document has Callboard's version", () => {
  expect(openApiDocument("/", builtInCatalogue)).toMatchObject({ info: { version: VERSION } });
});

describe("error codes", () => {
  const listCodes = ({ responses }: Operation): readonly string[] =>
    Object.values(responses).flatMap(({ $ref = "" }) => {
      const { "x-callboard-codes": codes = [] } =
        document.components.responses[$ref.split("/").at(-1)!] ?? {};
      return codes;
    });

  test("an operation lists those of its path, its query, its body and its own, by their status", () => {
    const [create] = operations.filter(({ operationId }) => operationId === "createSite");
    expect(listCodes(create!)).toEqual(expect.arrayContaining(["CONFLICT", "BODY_SCHEMA", "QUERY_INVALID"]));
    expect(listCodes(create!)).not.toContain("SITE_NOT_FOUND");
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

describe("examples", () => {
  const ajv = new Ajv2020({ strict: false, formats: { "date-time": true, uri: true } });
  ajv.addSchema({ $id: "document", components: document.components });
  const asRoot = (schema: object) =>
    JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')) as object;

  test("every operation with a body has one that its schema allows", () => {
    const faults = operations.flatMap(({ operationId, requestBody }) => {
      const media = requestBody?.content["application/json"];
      if (media === undefined) return [];
      const isAllowed = media.example !== undefined && ajv.validate(asRoot(media.schema), media.example);
      return isAllowed ? [] : [`${operationId}: ${ajv.errorsText()}`];
    });
    expect(faults).toEqual([]);
    expect(operations.filter(({ requestBody }) => requestBody !== undefined).length).toBeGreaterThan(20);
  });

  test("every parameter of a path has one that its schema allows", () => {
    const faults = operations.flatMap(({ operationId, parameters }) =>
      parameters.flatMap(({ in: place, name, schema = {} }) => {
        if (place !== "path") return [];
        const [example] = (schema as { readonly examples?: readonly unknown[] }).examples ?? [];
        return example !== undefined && ajv.validate(schema, example) ? [] : [`${operationId} ${name ?? ""}`];
      }),
    );
    expect(faults).toEqual([]);
  });
});

describe("idempotency keys", () => {
  const takers = operations.filter(({ parameters }) =>
    parameters.some(({ $ref }) => $ref === "#/components/parameters/IdempotencyKey"),
  );

  test("are taken by every POST but those that change nothing, batches, whose events have IDs, responses of listeners, and steps of an erasure", () => {
    const posts = ROUTES.filter(({ method }) => method === "POST").map(({ id }) => id);
    const taken = takers.map(({ operationId }) => operationId);
    expect(taken.filter((id) => !posts.includes(id))).toEqual([]);
    expect(posts.filter((id) => !taken.includes(id))).toEqual([
      "previewInstall",
      "validateDescriptor",
      "previewWebhook",
      "tryBodyFilter",
      "publishEvents",
      "respondAsListener",
      "erase",
    ]);
  });
});
