/** The types of a product, held against values and against the compiler. */
import fc from "fast-check";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { BUILT_IN_PRODUCTS, builtInCatalogue, defineProduct } from "../../../src/catalogue/index.ts";
import type { ProductData } from "../../../src/catalogue/index.ts";
import { toProductDocument } from "../../../src/catalogue/document/describe.ts";
import { inspectProduct } from "../../../src/catalogue/document/parse.ts";
import { writeProductTypes } from "../../../src/catalogue/document/types.ts";
import { compileTypes } from "../../support/compile-types.ts";
import { changedDocuments, createPort, harbor } from "../../support/product-document.ts";

/** Compiles types with values of event types: each is assigned to the type of its body. */
function compileWith(
  text: string,
  map: string,
  values: readonly (readonly [event: string, value: unknown])[],
) {
  const assigned = values.map(
    ([event, value], index) =>
      `const value${index} = ${JSON.stringify(value)} as const;\n` +
      `export const body${index}: ${map}[${JSON.stringify(event)}] = value${index};`,
  );
  return compileTypes({
    "product.d.ts": text,
    "values.ts": [`import type { ${map} } from "./product.js";`, ...assigned].join("\n"),
  });
}

const allSamples = (data: ProductData) => {
  const product = defineProduct(data);
  return product.eventTypes.map((type) => [type.event, type.sample()] as const);
};

test("samples of an own product are bodies, with the members of its envelope", () => {
  const data = harbor() as unknown as ProductData;
  expect(compileWith(writeProductTypes(data), "HarborEvents", allSamples(data))).toEqual([]);
});

test.each([...BUILT_IN_PRODUCTS, builtInCatalogue.require("callboard")])(
  "$key: every sample is a body of its type",
  (product) => {
    const data = toProductDocument(product);
    const map = `${product.key.charAt(0).toUpperCase()}${product.key.slice(1)}Events`;
    expect(compileWith(writeProductTypes(data), map, allSamples(data))).toEqual([]);
  },
);

describe("a body that its schema refuses is refused by its type", () => {
  const data = createPort({
    moved: {
      type: "object",
      required: ["crane", "state", "path"],
      additionalProperties: false,
      properties: {
        crane: { type: "integer" },
        state: { enum: ["up", "down", null] },
        path: { prefixItems: [{ type: "number" }, { type: "string" }], minItems: 1, items: false },
        tags: { type: "array", items: { type: "string" } },
        note: { type: ["string", "null"] },
      },
    },
  });
  const good = { crane: 4, state: "up", path: [1, "a"], tags: ["x"], note: null };

  test.each<[string, object]>([
    ["as it is", good],
    ["with a missing optional item and member", { crane: 4, state: null, path: [1] }],
  ])("good: %s", (_name, value) => {
    expect(compileWith(writeProductTypes(data), "PortEvents", [["moved", value]])).toEqual([]);
  });

  test.each<[string, object]>([
    ["a member is missing", { state: "up", path: [1] }],
    ["another type", { ...good, crane: "4" }],
    ["a value that is not in the enum", { ...good, state: "sideways" }],
    ["null where it is not allowed", { ...good, tags: null }],
    ["an item of another type", { ...good, path: [1, 2] }],
    ["one item too many", { ...good, path: [1, "a", 3] }],
    ["a required item is missing", { ...good, path: [] }],
  ])("wrong: %s", (_name, value) => {
    expect(compileWith(writeProductTypes(data), "PortEvents", [["moved", value]])).toEqual([
      expect.stringMatching(
        /is not assignable to type 'Moved'|is missing in type .* but required in type 'Moved'/,
      ),
    ]);
  });
});

test("names that are words of the language, or none", () => {
  const all = {
    anyOf: [{ properties: { readonly: {}, get: {}, new: {}, "": {}, 1: {}, "a b": {} } }, { items: false }],
  };
  expect(compileTypes({ "product.d.ts": writeProductTypes(createPort({ a: all })) })).toEqual([]);
});

test("places below a shared schema and in an event type's own schema have names", () => {
  const schemas = {
    Crane: { type: "object", properties: { at: { type: "string" } } },
  };
  const own = {
    $defs: { Hook: { type: "object", properties: { at: { $ref: "#/schemas/Crane/properties/at" } } } },
    properties: {
      hook: { $ref: "#/%24defs/Hook" },
      spare: { $ref: "#/$defs/Hook" },
      any: { $ref: "#/$defs/none" },
    },
  };
  const text = writeProductTypes(createPort({ "hook.seen": own }, schemas));
  expect(text).toContain(
    "  readonly hook?: HookSeenHook;\n  readonly spare?: HookSeenHook;\n  readonly any?: unknown;",
  );
  expect(text).toContain("export type CraneAt = string;");
  expect(compileTypes({ "product.d.ts": text })).toEqual([]);
});

describe("foreign names and texts", () => {
  test("names that collide or are no identifiers", () => {
    const names = [
      "crane.stopped",
      "crane_stopped",
      "crane-stopped",
      "3d.moved",
      "constructor",
      "string",
      "a:b",
    ];
    const shared = {
      CraneStopped: { type: "object" },
      PortEvents: { type: "object" },
      _: { type: "string" },
    };
    const schema = {
      properties: {
        own: { $ref: "#/schemas/CraneStopped" },
        map: { $ref: "#/schemas/PortEvents" },
        low: { $ref: "#/schemas/_" },
      },
    };
    const text = writeProductTypes(
      createPort(Object.fromEntries(names.map((name) => [name, schema])), shared),
    );
    const declared = [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => name);
    expect(declared).toEqual([
      "PortEvents",
      "CraneStoppedEvent",
      "CraneStopped_2",
      "CraneStopped_3",
      "_3dMoved",
      "Constructor",
      "String",
      "AB",
      "CraneStopped",
      "PortEvents_2",
      "_",
    ]);
    expect(compileTypes({ "product.d.ts": text })).toEqual([]);
  });

  test.each([
    "*/ export const stolen = process.env; /*",
    "@ts-expect-error",
    "* @ts-ignore\n/ @ts-ignore\n@deprecated",
    "line\u2028export const x = 1;\r\n*/\r/*",
    "\u001b[31mred \u202eback",
    "`${process.exit()}` // </script>",
    "\ud800",
    "\\",
    '"; export const stolen = 1; "',
  ])("%j stays a comment, a name or a value", (foreign) => {
    const schema = {
      description: foreign,
      title: foreign,
      properties: {
        [foreign]: { type: "number", description: foreign },
        same: { const: foreign },
        one: { enum: [foreign] },
      },
    };
    const data = createPort({ "a.b": { properties: { own: { $ref: "#/schemas/S" } } } }, { S: schema });
    const text = writeProductTypes({ ...data, name: foreign, description: foreign });
    expect(text).not.toMatch(/[^\n\P{Cc}]|[\u2028\u202e]|\p{Cs}/u);
    const use = `import type { S } from "./product.js";\nexport const value: S = ${JSON.stringify({ [foreign]: 4, same: foreign, one: foreign })};`;
    expect(compileTypes({ "product.d.ts": text, "use.ts": use })).toEqual([]);
    expect(compileTypes({ "product.d.ts": text, "use.ts": use.replace(":4", ':"x"') })).toHaveLength(1);
    expect(text).not.toMatch(/^export (?!interface|type)/m);
    expect(text).not.toMatch(/^[\s/*]*@ts/m);
  });
});

test("the types of any sound product are TypeScript", () => {
  let written = 0;
  fc.assert(
    fc.property(changedDocuments, (document) => {
      const { document: sound } = inspectProduct(document);
      if (sound === undefined) return;
      written += 1;
      const { diagnostics } = ts.transpileModule(writeProductTypes(sound.data), { reportDiagnostics: true });
      expect(diagnostics).toEqual([]);
    }),
  );
  expect(written).toBeGreaterThan(10);
});
