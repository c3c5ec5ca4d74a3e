import { describe, expect, test } from "vitest";
import { builtInCatalogue, defineProduct } from "../../../../src/catalogue/index.ts";
import { expandUrl } from "../../../../src/host/model/variables.ts";
import { readMember } from "../../../../src/json/member.ts";
import { parsePointer } from "../../../../src/json/pointer.ts";
import { readProduct } from "../../../../src/catalogue/document/read.ts";
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
      sample: { crane: { id: 4 }, berth: 7 },
      variables: ["crane.id", "crane.name", "dock"],
    },
  };
  const data = {
    product: "harbor",
    name: "Harbor",
    description: "Port operations",
    schemaPolicy: "refuse" as const,
    events,
  };
  const places = [["dock", "/berth"]] as const;
  expect(toProductDocument(defineProduct({ ...data, variablePlaces: places }))).toEqual({
    ...data,
    retryProfile: "standard",
    events: {
      ...events,
      "crane.halted": {
        ...events["crane.halted"],
        schema: { title: "Crane halted", ...schema },
        variables: { "crane.id": "/crane/id", dock: "/berth" },
      },
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

const BUILT_IN = builtInCatalogue.products;

test("all built-in products are there", () => {
  expect(BUILT_IN.map(({ key }) => key)).toEqual([
    "jira",
    "confluence",
    "projectrak",
    "backlog",
    "tracker",
    "callboard",
  ]);
});

describe.each(BUILT_IN)("$key as a product file", (product) => {
  const own = product.eventTypes.filter(({ isHostEvent }) => !isHostEvent);
  // The names of operational events are reserved, as are the keys of built-in products.
  const renamed = (event: string): string => (product.isOperational ? `own.${event}` : event);
  const { events, ...facts } = toProductDocument(product);
  const file = {
    ...facts,
    product: `own-${product.key}`,
    events: Object.fromEntries(Object.entries(events).map(([name, data]) => [renamed(name), data])),
  };

  test("has no problems under names of its own, and the same event types, schemas, samples and URL variables", () => {
    const { data } = readProduct(JSON.stringify(file));
    expect(data.product).toBe(`own-${product.key}`);
    const copy = defineProduct(data);
    expect(copy.retryProfile).toBe(product.retryProfile);
    expect(copy.eventTypes.map(({ event }) => event)).toEqual(own.map(({ event }) => renamed(event)));
    for (const type of own) {
      const copied = copy.byName.get(renamed(type.event))!;
      const { name, description, group, status } = type;
      expect(copied).toMatchObject({ name, description, group, status });
      expect(copied.schema()).toEqual(type.schema());
      expect(copied.sample()).toEqual(type.sample());
      for (const variable of copied.variables) expect(type.variables).toContain(variable);
    }
  });
});

test.each(BUILT_IN)(
  "$key: URL variables have the value that URLs get, and those without one are left out",
  (product) => {
    const { events } = toProductDocument(product);
    for (const { event, variables, sample } of product.eventTypes.filter(({ isHostEvent }) => !isHostEvent)) {
      const expanded = variables.flatMap((variable) => {
        const { url, missing } = expandUrl(`{${variable}}`, sample(), product.variablePlaces);
        return missing.length > 0 ? [] : [[variable, decodeURIComponent(url)]];
      });
      const exported = Object.entries(events[event]?.variables ?? {}).map(([variable, pointer]) => [
        variable,
        String(parsePointer(pointer).reduce(readMember, sample())),
      ]);
      expect(exported).toEqual(expanded);
    }
  },
);
