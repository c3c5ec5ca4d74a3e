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
      schema,
      sample: {},
      variables: ["crane.id"],
    },
  };
  const data = { product: "harbor", name: "Harbor", description: "Port operations", events };
  expect(toProductDocument(defineProduct(data))).toEqual({
    ...data,
    retryProfile: "standard",
    events: {
      ...events,
      "crane.halted": { ...events["crane.halted"], schema: { title: "Crane halted", ...schema } },
    },
  });
});

test("shared schemas are those of the product again, without the ones that nothing reaches", () => {
  const shared = { Crane: { properties: { part: { $ref: "#/schemas/Part" } } }, Part: { type: "string" } };
  const body = { title: "Crane stopped", properties: { crane: { $ref: "#/schemas/Crane" } } };
  const event = { name: "Crane stopped", description: "", group: "Cranes", sample: {} };
  const events = {
    "crane.stopped": { ...event, schema: body },
    "crane.seen": { ...event, schema: { title: "Seen" } },
  };
  const data = {
    product: "harbor",
    name: "Harbor",
    description: "",
    schemas: { ...shared, Unused: {} },
    events,
  };
  const product = defineProduct(data);
  expect(product.byName.get("crane.stopped")?.schema()).toEqual({ ...body, schemas: shared });
  expect(product.byName.get("crane.seen")?.schema()).toEqual({ title: "Seen" });
  expect(toProductDocument(product)).toEqual({ ...data, retryProfile: "standard", schemas: shared });
});

test.each(builtInCatalogue.products)(
  "$key: every event type with its description, schema and sample",
  (product) => {
    const { retryProfile, events } = toProductDocument(product);
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
