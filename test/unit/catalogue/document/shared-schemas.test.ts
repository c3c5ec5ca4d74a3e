import fc from "fast-check";
import { expect, test } from "vitest";
import { collectSharedSchemas, splitSchema } from "../../../../src/catalogue/document/shared-schemas.ts";

const [Crane, Berth] = [{ type: "object" }, { type: "string" }];
const withShared = (title: string, schemas?: object) => ({
  schema: () => ({ title, ...(schemas === undefined ? {} : { schemas }) }),
});

test.each([
  [undefined, {}],
  [{ Crane }, { Crane }],
])("a schema with the shared ones %j comes apart", (schemas, shared) => {
  expect(splitSchema(withShared("Stopped", schemas))).toEqual({ schema: { title: "Stopped" }, shared });
});

test("the shared schemas of several event types are each there once", () => {
  const types = [withShared("A", { Crane }), withShared("B"), withShared("C", { Berth, Crane })];
  expect(collectSharedSchemas(types)).toEqual({ Crane, Berth });
  expect(collectSharedSchemas([])).toEqual({});
});

test("what comes apart is the whole schema", () => {
  const part = fc.dictionary(fc.string(), fc.object(), { maxKeys: 4 });
  fc.assert(
    fc.property(part, part, ({ schemas: _none, ...own }, schemas) => {
      expect(splitSchema({ schema: () => ({ ...own, schemas }) })).toEqual({ schema: own, shared: schemas });
    }),
  );
});
