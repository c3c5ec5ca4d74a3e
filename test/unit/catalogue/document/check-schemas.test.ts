import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkSchemas } from "../../../../src/catalogue/document/check-schemas.ts";
import { inspectProduct } from "../../../../src/catalogue/document/parse.ts";
import type { ProductData } from "../../../../src/catalogue/product.ts";
import { changedDocuments, harbor, withValue } from "../../../support/product-document.ts";
import { runs } from "../../../support/properties.ts";

const listProblems = (value: unknown) =>
  checkSchemas(value as ProductData).map(({ pointer, detail }) => `${pointer}: ${detail}`);
const changed = (path: string, value: unknown) => withValue(harbor(), path.split("/").slice(1), value);

const STOPPED = "/events/crane.stopped";

describe("checkSchemas", () => {
  test("finds nothing in a sound product", () => {
    expect(listProblems(harbor())).toEqual([]);
  });

  test.each<[string, unknown, string]>([
    [`${STOPPED}/sample/crane/id`, "4", `${STOPPED}/sample/crane/id: The sample must be integer.`],
    [
      `${STOPPED}/sample/crane`,
      undefined,
      `${STOPPED}/sample: The sample must have required property 'crane'.`,
    ],
    [`${STOPPED}/schema/type`, "strin", `${STOPPED}/schema/type: The schema must be`],
    [`${STOPPED}/schema/pattern`, "(", `${STOPPED}/schema: The schema does not compile: `],
    ["/schemas/Crane/properties/id/type", 7, "/schemas/Crane/properties/id/type: The schema must be"],
    ["/events/crane.halted/sample/crane", 4, "/events/crane.halted/sample/crane: The sample must be object."],
    [
      `${STOPPED}/schema`,
      { additionalProperties: false },
      `${STOPPED}/sample: The sample must NOT have additional properties: `,
    ],
  ])("reports %s = %j", (path, value, expected) => {
    expect(listProblems(changed(path, value))).toEqual([expect.stringContaining(expected)]);
  });

  test("reports all problems of a sample, the first at each place", () => {
    const document = withValue(
      changed(`${STOPPED}/sample`, { crane: { id: "x" }, reason: 7 }),
      ["name"],
      "Port",
    );
    expect(listProblems(document)).toHaveLength(2);
  });

  test("checks the sample in its envelope", () => {
    const schema = {
      type: "object",
      required: ["type", "at"],
      properties: { type: { const: "crane.stopped" } },
    };
    expect(listProblems(changed(`${STOPPED}/schema`, schema))).toEqual([]);
  });

  test("accepts keywords, formats and types that ajv doesn't know", () => {
    const schema = {
      "x-a": 1,
      discriminator: { propertyName: "a" },
      properties: { reason: { format: "uuid7", example: 1 } },
    };
    expect(listProblems(changed(`${STOPPED}/schema`, schema))).toEqual([]);
  });

  test("follows references to parts, percent-encoded ones and those in the own schema", () => {
    const document = changed("/schemas/Parts", { properties: { "a/b c": { type: "string" } } });
    const schema = {
      $defs: { text: { $ref: "#/schemas/Parts/properties/a~1b%20c" } },
      properties: { reason: { $ref: "#/$defs/text" }, crane: { $ref: "#/schemas/Crane" } },
    };
    const path = STOPPED.split("/").slice(1);
    const sound = withValue(document, [...path, "schema"], schema);
    expect(listProblems(sound)).toEqual([]);
    expect(listProblems(withValue(sound, [...path, "sample", "reason"], 7))).toEqual([
      `${STOPPED}/sample/reason: The sample must be string.`,
    ]);
  });

  test("says before each step which schema it is about", () => {
    const steps: string[] = [];
    checkSchemas(harbor() as unknown as ProductData, (pointer) => steps.push(pointer));
    expect(steps).toEqual([
      "/schemas/Crane",
      "/schemas/CraneStopped",
      "/schemas/Crane",
      "/schemas/CraneStopped",
      "/events/crane.stopped/schema",
      "/events/crane.halted/schema",
    ]);
  });

  test("throws for no document whose members are sound", () => {
    fc.assert(
      fc.property(changedDocuments, (value) => {
        const inspected = inspectProduct(value);
        const data = inspected.document === undefined ? inspected.sound : inspected.document.data;
        if (data === undefined) return;
        for (const { pointer } of checkSchemas(data)) expect(pointer).toMatch(/^\//);
      }),
      runs(20),
    );
  });
});
