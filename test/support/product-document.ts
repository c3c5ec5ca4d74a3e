/** A product document of a port, and documents that differ from it in one place. */
import fc from "fast-check";
import type { ProductData } from "../../src/catalogue/index.ts";

/** A product with these schemas as its event types. */
export function createPort(
  events: Readonly<Record<string, object>>,
  schemas?: Readonly<Record<string, object>>,
): ProductData {
  return {
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
}

export const harbor = () => ({
  product: "harbor",
  name: "Harbor",
  description: "Port operations",
  envelope: { event: "type", timestamp: "at" },
  retryProfile: "standard",
  scopes: {
    "cranes.read": { description: "Read cranes" },
    "cranes.write": { description: "Move cranes" },
  } as Record<string, unknown>,
  schemas: {
    Crane: { type: "object", required: ["id"], properties: { id: { type: "integer" } } },
    CraneStopped: {
      type: "object",
      required: ["crane"],
      properties: { crane: { $ref: "#/schemas/Crane" }, reason: { type: "string" } },
    },
  } as Record<string, unknown>,
  events: {
    "crane.stopped": {
      name: "Crane stopped",
      description: "A crane has stopped, by hand or by itself.",
      group: "Cranes",
      status: "deprecated",
      replacedBy: "crane.halted",
      schema: { $ref: "#/schemas/CraneStopped" },
      sample: { crane: { id: 4 }, reason: "wind" },
      variables: { "crane.id": "/crane/id" },
    },
    "crane.halted": {
      description: "A crane was halted.",
      group: "Cranes",
      fields: [{ path: "crane", type: "object", required: true }],
      sample: { crane: { id: 4 } },
    },
  } as Record<string, Record<string, unknown>>,
});

/** Returns the document with the value in place of what is at the path, or without it. */
export function withValue(document: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...below] = path;
  if (key === undefined) return value;
  const copy = structuredClone(document) as Record<string, unknown>;
  if (below.length > 0 || value !== undefined) copy[key] = withValue(copy[key] ?? {}, below, value);
  else Reflect.deleteProperty(copy, key);
  return copy;
}

function listPaths(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [[]];
  return [
    [],
    ...Object.entries(value).flatMap(([key, each]) => listPaths(each).map((path) => [key, ...path])),
  ];
}

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    undefined,
    { $ref: "#/schemas/Crane" },
    { $ref: "#/schemas/CraneStopped" },
    { $ref: "#" },
    { type: "object", properties: { $ref: { const: { $ref: 7 } } } },
    { type: "strin" },
    { pattern: "(" },
    { pattern: "^(a+)+$" },
    "*",
    "__proto__",
    "constructor",
    10 ** 20,
  ),
);

/** Documents with any value in any place. */
export const changedDocuments = fc
  .tuple(fc.constantFrom(...listPaths(harbor())), odd)
  .map(([path, value]) => withValue(harbor(), path, value));
