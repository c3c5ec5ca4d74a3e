import { expect, test } from "vitest";
import { createShapes } from "../../../src/catalogue/shapes.ts";

test("members of a shape are demanded, in every recorded body, or in some", () => {
  expect(
    createShapes({
      Crane: {
        "id!": "integer",
        name: "string",
        "reason?": ["string | null", "why it stands still"],
        operator: "Person",
      },
      Person: { "nickname?": "string" },
    }),
  ).toEqual({
    Crane: {
      type: "object",
      properties: {
        id: { type: "integer" },
        name: { type: "string" },
        reason: { type: ["string", "null"], description: "why it stands still" },
        operator: { $ref: "#/schemas/Person" },
      },
      required: ["id"],
      "x-callboard-usual": ["name", "operator"],
    },
    Person: { type: "object", properties: { nickname: { type: "string" } } },
  });
});

test("a name can stand for all that begin so", () => {
  expect(createShapes({ Fields: { summary: "string", "customfield_*?": "any" } })["Fields"]).toEqual({
    type: "object",
    properties: { summary: { type: "string" } },
    patternProperties: { "^customfield_": {} },
    "x-callboard-usual": ["summary"],
  });
});
