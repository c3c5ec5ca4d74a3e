import fc from "fast-check";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { BUILT_IN_PRODUCTS, builtInCatalogue, defineProduct } from "../../../../src/catalogue/index.ts";
import type { ProductData } from "../../../../src/catalogue/index.ts";
import { toProductDocument } from "../../../../src/catalogue/document/describe.ts";
import { inspectProduct } from "../../../../src/catalogue/document/parse.ts";
import { writeProductTypes } from "../../../../src/catalogue/document/types.ts";
import { compileTypes } from "../../../support/compile-types.ts";
import { changedDocuments, harbor } from "../../../support/product-document.ts";

const harborData = () => harbor() as unknown as ProductData;

function createData(events: Readonly<Record<string, object>>, schemas?: Readonly<Record<string, object>>) {
  const data: ProductData = {
    product: "port",
    name: "Port",
    description: "A port",
    ...(schemas === undefined ? {} : { schemas }),
    events: Object.fromEntries(
      Object.entries(events).map(([event, schema]) => [
        event,
        { description: "", group: "Events", schema, sample: {} },
      ]),
    ),
  };
  return data;
}

/** The type of a schema as it is written for the event type `a`. */
function typeOf(schema: object, schemas?: Readonly<Record<string, object>>): string {
  const text = writeProductTypes(createData({ a: { type: "object", properties: { it: schema } } }, schemas));
  return /readonly it\?: ([^]*?);\n\}/.exec(text)?.[1]?.replaceAll(/\s+/g, " ") ?? text;
}

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

test("the types of a product: a map, a type for each body and one for each shared schema", () => {
  expect(writeProductTypes(harborData()))
    .toBe(`/* Event types of Harbor, from: callboard products types harbor */

export interface HarborEvents {
  /**
   * A crane has stopped, by hand or by itself.
   * @deprecated Use crane.halted.
   */
  readonly "crane.stopped": CraneStoppedEvent;
  /** A crane was halted. */
  readonly "crane.halted": CraneHalted;
}

/**
 * A crane has stopped, by hand or by itself.
 * @deprecated Use crane.halted.
 */
export type CraneStoppedEvent = {
  readonly type: "crane.stopped";
  /** Time of the event, in epoch milliseconds. */
  readonly at: number;
} & CraneStopped;

/** A crane was halted. */
export interface CraneHalted {
  readonly crane: { readonly [member: string]: unknown };
}

export interface CraneStopped {
  readonly crane: Crane;
  readonly reason?: string;
}

export interface Crane {
  readonly id: number;
}
`);
});

const allSamples = (data: ProductData) => {
  const product = defineProduct(data);
  return product.eventTypes.map((type) => [type.event, type.sample()] as const);
};

test("samples of an own product are bodies, with the members of its envelope", () => {
  const data = harborData();
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
  const data = createData({
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

describe("the type of a schema", () => {
  test.each<[string, object, string]>([
    ["no type", {}, "unknown"],
    ["text", { type: "string", format: "date-time" }, "string"],
    ["integer", { type: "integer" }, "number"],
    ["boolean", { type: "boolean" }, "boolean"],
    ["null", { type: "null" }, "null"],
    ["several types", { type: ["string", "integer", "number"] }, "string | number"],
    ["nullable", { type: "string", nullable: true }, "string | null"],
    ["a type that isn't one", { type: "strin" }, "unknown"],
    ["enum", { type: "string", enum: ["a", "b", "a", null] }, '"a" | "b" | null'],
    ["const", { const: 4 }, "4"],
    ["const false", { const: false }, "false"],
    [
      "const object",
      { const: { a: [1, "x"], "b-c": {} } },
      '{ readonly a: readonly [1, "x"]; readonly "b-c": { readonly [member: string]: unknown } }',
    ],
    ["empty enum", { enum: [] }, "never"],
    ["list", { type: "array" }, "readonly unknown[]"],
    ["list of texts", { items: { type: "string" } }, "readonly string[]"],
    ["list of a union", { type: "array", items: { type: ["string", "null"] } }, "readonly (string | null)[]"],
    ["list of lists", { type: "array", items: { type: "array" } }, "readonly (readonly unknown[])[]"],
    ["no items", { type: "array", items: false }, "readonly []"],
    [
      "first items",
      { type: "array", prefixItems: [{ type: "string" }, { type: ["string", "null"] }, true] },
      "readonly [string?, (string | null)?, unknown?, ...unknown[]]",
    ],
    [
      "first items and a maximum",
      { prefixItems: [{ type: "string" }], minItems: 1, maxItems: 1 },
      "readonly [string]",
    ],
    [
      "first items and others",
      { prefixItems: [{ type: "string" }], items: { enum: [1, 2] } },
      "readonly [string?, ...(1 | 2)[]]",
    ],
    ["object", { type: "object" }, "{ readonly [member: string]: unknown }"],
    [
      "closed object",
      { type: "object", additionalProperties: false },
      "{ readonly [member: string]: never }",
    ],
    [
      "members by pattern",
      { patternProperties: { "^x": { type: "number" } }, additionalProperties: { type: "string" } },
      "{ readonly [member: string]: number | string }",
    ],
    [
      "members with and without a name",
      { properties: { a: { type: "string" } }, additionalProperties: { type: "number" } },
      "{ readonly a?: string; readonly [member: string]: unknown; }",
    ],
    ["a required member without a schema", { required: ["a"] }, "{ readonly a: unknown; }"],
    ["a forbidden member", { properties: { a: false } }, "{ readonly a?: never; }"],
    ["anyOf", { anyOf: [{ type: "string" }, { type: "number" }] }, "string | number"],
    ["oneOf with anything", { oneOf: [{ type: "string" }, {}] }, "unknown"],
    ["empty anyOf", { anyOf: [] }, "never"],
    [
      "alternatives of objects",
      {
        type: "object",
        properties: { a: { type: "string" } },
        oneOf: [{ required: ["a"] }, { properties: { b: { type: "null" } } }],
      },
      "{ readonly a?: string; } & ({ readonly a: unknown; } | { readonly b?: null; })",
    ],
    [
      "a type beside alternatives that say more",
      { type: "object", oneOf: [{ required: ["a"] }, { required: ["b"] }] },
      "{ readonly a: unknown; } | { readonly b: unknown; }",
    ],
    [
      "a type beside alternatives that say nothing about it",
      { type: "string", anyOf: [{ minLength: 1 }, { format: "uri" }] },
      "string",
    ],
    [
      "allOf",
      { allOf: [{ required: ["a"] }, { required: ["b"] }] },
      "{ readonly a: unknown; } & { readonly b: unknown; }",
    ],
    ["not", { type: "string", not: { const: "a" } }, "string"],
  ])("%s", (_name, schema, type) => {
    expect(typeOf(schema)).toBe(type);
  });

  test("every one of them compiles", () => {
    const all = {
      anyOf: [{ properties: { readonly: {}, get: {}, new: {}, "": {}, 1: {}, "a b": {} } }, { items: false }],
    };
    expect(compileTypes({ "product.d.ts": writeProductTypes(createData({ a: all })) })).toEqual([]);
  });
});

describe("references", () => {
  const schemas = {
    Crane: { type: "object", properties: { part: { $ref: "#/schemas/Part" }, at: { type: "string" } } },
    Part: { type: "object", description: "A part.", properties: { weight: { type: "number" } } },
    Unused: { type: "object" },
  };

  test("each target is written once, and what no event type reaches is left out", () => {
    const ref = { $ref: "#/schemas/Crane" };
    const text = writeProductTypes(
      createData({ a: { properties: { one: ref, two: ref } }, b: { items: ref } }, schemas),
    );
    expect(text.match(/export interface Crane /g)).toHaveLength(1);
    expect(text).toContain("/** A part. */\nexport interface Part {\n  readonly weight?: number;\n}");
    expect(text).not.toContain("Unused");
  });

  test("a body that is a shared schema has its type", () => {
    const text = writeProductTypes(
      createData({ "crane.seen": { title: "Seen", $ref: "#/schemas/Crane" } }, schemas),
    );
    expect(text).toContain('readonly "crane.seen": Crane;');
    expect(text).not.toContain("CraneSeen");
  });

  test("places below a shared schema and in an event type's own schema have names", () => {
    const own = {
      $defs: { Hook: { type: "object", properties: { at: { $ref: "#/schemas/Crane/properties/at" } } } },
      properties: {
        hook: { $ref: "#/%24defs/Hook" },
        spare: { $ref: "#/$defs/Hook" },
        any: { $ref: "#/$defs/none" },
      },
    };
    const text = writeProductTypes(createData({ "hook.seen": own }, schemas));
    expect(text).toContain(
      "  readonly hook?: HookSeenHook;\n  readonly spare?: HookSeenHook;\n  readonly any?: unknown;",
    );
    expect(text).toContain("export type CraneAt = string;");
    expect(compileTypes({ "product.d.ts": text })).toEqual([]);
  });

  test("the envelope's members stand beside a reference, unless it declares them", () => {
    const data: ProductData = { ...createData({ a: { $ref: "#/schemas/Crane" } }, schemas) };
    const writeWith = (envelope: object) => writeProductTypes({ ...data, envelope });
    expect(writeWith({ event: "at" })).toContain("readonly a: Crane;");
    expect(writeWith({ event: "what" })).toContain('export type A = {\n  readonly what: "a";\n} & Crane;');
  });

  test("references in references make the text no longer", () => {
    const levels = Array.from({ length: 40 }, (_, level) => [
      `L${level}`,
      { properties: { a: { $ref: `#/schemas/L${level + 1}` }, b: { $ref: `#/schemas/L${level + 1}` } } },
    ]);
    const text = writeProductTypes(
      createData({ a: { $ref: "#/schemas/L0" } }, { ...Object.fromEntries(levels), L40: { type: "string" } }),
    );
    expect(text.length).toBeLessThan(5_000);
  });
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
      createData(Object.fromEntries(names.map((name) => [name, schema])), shared),
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
    const data = createData({ "a.b": { properties: { own: { $ref: "#/schemas/S" } } } }, { S: schema });
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

describe("10,000 event types take less than two seconds of CPU", () => {
  const writeTimed = (data: ProductData): string => {
    const before = process.cpuUsage();
    const text = writeProductTypes(data);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(2_000);
    return text;
  };
  const createMany = (nameAt: (index: number) => string, schema: object, schemas?: Record<string, object>) =>
    createData(
      Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [nameAt(index), schema])),
      schemas,
    );

  test("with members and a shared schema", () => {
    const crane = { type: "object", properties: { id: { type: "integer" } } };
    const body = {
      properties: {
        crane: { $ref: "#/schemas/Crane" },
        state: { enum: ["up", "down"] },
        at: { type: "string" },
      },
    };
    const text = writeTimed(
      createMany((index) => `crane${"._"[index % 2]}moved${index >> 1}`, body, { Crane: crane }),
    );
    expect(text.match(/^export /gm)).toHaveLength(10_002);
  });

  test("whose names become the same name", () => {
    const nameAt = (index: number) =>
      `a${index.toString(2).padStart(14, "0").replaceAll("0", "-").replaceAll("1", ".")}`;
    const names = writeTimed(createMany(nameAt, {})).match(/(?<=export type )\w+/g);
    expect(new Set(names).size).toBe(10_000);
  });
});
