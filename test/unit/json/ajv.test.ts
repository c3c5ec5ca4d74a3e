import { createRequire } from "node:module";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { PRODUCTS, listEvents } from "../../support/products.ts";
import { DESCRIPTOR_SCHEMA } from "../../../src/host/descriptor/schema.ts";
import { ROUTES } from "../../../src/host/web/api/routes.ts";
import { PARTS, loadAjv, requireAjv, requireAjv2020 } from "../../../src/json/ajv.ts";
import { builtInCatalogue } from "../../../src/catalogue/index.ts";
import { schemaFor } from "../../../src/host/web/api/route.ts";

const load = createRequire(import.meta.url);

describe("schemas that are not validated at run time", () => {
  test("the schemas of the API bodies match their meta-schema", () => {
    const validator = new Ajv2020();
    const bodies = ROUTES.flatMap(({ body }) =>
      body === undefined ? [] : [schemaFor(body, builtInCatalogue)],
    );
    expect(bodies.length).toBeGreaterThan(0);
    for (const body of bodies) expect(validator.validateSchema(body), validator.errorsText()).toBe(true);
  });

  test("the schemas of the event types match their meta-schema", () => {
    const validator = new Ajv2020();
    for (const event of PRODUCTS.flatMap(listEvents))
      expect(validator.validateSchema(event.schema()), event.event).toBe(true);
  });

  test("the schema of the descriptor matches its meta-schema", () => {
    expect(new Ajv().validateSchema(DESCRIPTOR_SCHEMA)).toBe(true);
  });
});

test("loading ajv yields to the event loop between any two parts", async () => {
  let turns = 0;
  let isDone = false;
  const count = () => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  await loadAjv();
  isDone = true;
  expect(turns).toBeGreaterThanOrEqual(PARTS.length);
});

test("each part of ajv exists at its path", () => {
  for (const part of PARTS) expect(() => load.resolve(part)).not.toThrow();
});

test("the last parts are the two entries that are required", () => {
  expect(PARTS.slice(-2)).toEqual(["ajv/dist/2020.js", "ajv"]);
  expect(requireAjv().Ajv).toBe(Ajv);
  expect(requireAjv2020().Ajv2020).toBe(Ajv2020);
});
