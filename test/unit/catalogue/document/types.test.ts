import { describe, expect, test } from "vitest";
import type { ProductData } from "../../../../src/catalogue/index.ts";
import { writeProductTypes } from "../../../../src/catalogue/document/types.ts";
import { createPort, harbor } from "../../../support/product-document.ts";

function writeType(schema: object, schemas?: Readonly<Record<string, object>>): string {
  const text = writeProductTypes(createPort({ a: { type: "object", properties: { it: schema } } }, schemas));
  return /readonly it\?: ([^]*?);\n\}/.exec(text)?.[1]?.replaceAll(/\s+/g, " ") ?? text;
}

test("the types of a product: a map, a type for each body and one for each shared schema", () => {
  expect(writeProductTypes(harbor() as unknown as ProductData))
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
    expect(writeType(schema)).toBe(type);
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
      createPort({ a: { properties: { one: ref, two: ref } }, b: { items: ref } }, schemas),
    );
    expect(text.match(/export interface Crane /g)).toHaveLength(1);
    expect(text).toContain("/** A part. */\nexport interface Part {\n  readonly weight?: number;\n}");
    expect(text).not.toContain("Unused");
  });

  test("a body that is a shared schema has its type", () => {
    const text = writeProductTypes(
      createPort({ "crane.seen": { title: "Seen", $ref: "#/schemas/Crane" } }, schemas),
    );
    expect(text).toContain('readonly "crane.seen": Crane;');
    expect(text).not.toContain("CraneSeen");
  });

  test("the envelope's members stand beside a reference, unless it declares them", () => {
    const data: ProductData = { ...createPort({ a: { $ref: "#/schemas/Crane" } }, schemas) };
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
      createPort({ a: { $ref: "#/schemas/L0" } }, { ...Object.fromEntries(levels), L40: { type: "string" } }),
    );
    expect(text.length).toBeLessThan(5_000);
  });
});

describe("10,000 event types take less than two seconds of CPU", () => {
  const writeTimed = (data: ProductData): string => {
    const before = process.cpuUsage();
    const text = writeProductTypes(data);
    const { user, system } = process.cpuUsage(before);
    // Half a second at most. Where each name tries all numbers before its own, that alone takes 2.7 s.
    expect((user + system) / 1_000).toBeLessThan(2_000);
    return text;
  };
  const createMany = (nameAt: (index: number) => string, schema: object, schemas?: Record<string, object>) =>
    createPort(
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
