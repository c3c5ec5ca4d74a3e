import { expect, test } from "vitest";
import { builtInCatalogue, defineProduct } from "../../../../src/catalogue/index.ts";
import { toProductDocument } from "../../../../src/catalogue/document/describe.ts";

const schema = { type: "object", properties: { crane: { type: "integer" } } };

test("a product as data: what is usual is left out", () => {
  const events = {
    "crane.stopped": {
      name: "Crane stopped",
      description: "A crane has stopped",
      group: "Cranes",
      schema: { title: "Crane stopped", ...schema },
      sample: { crane: 4 },
    },
    "crane.halted": {
      name: "Crane halted",
      description: "A crane was halted",
      group: "Cranes",
      status: "deprecated" as const,
      replacedBy: "crane.stopped",
      schema,
      sample: {},
      variables: ["crane.id"],
    },
  };
  const data = {
    product: "harbor",
    name: "Harbor",
    description: "Port operations",
    schemaPolicy: "refuse" as const,
    events,
  };
  expect(toProductDocument(defineProduct(data))).toEqual({
    ...data,
    retryProfile: "standard",
    events: {
      ...events,
      "crane.halted": { ...events["crane.halted"], schema: { title: "Crane halted", ...schema } },
    },
  });
});

test.each(builtInCatalogue.products)(
  "$key: every event type with its description, schema and sample",
  (product) => {
    const { retryProfile, schemaPolicy, events } = toProductDocument(product);
    expect(schemaPolicy).toBeUndefined();
    expect(retryProfile).toBe(product.retryProfile);
    expect(Object.keys(events)).toEqual(product.eventTypes.map(({ event }) => event));
    for (const type of product.eventTypes) {
      expect(events[type.event]).toMatchObject({
        description: type.description,
        schema: type.schema(),
        sample: type.sample(),
      });
    }
  },
);
