/** The fields of a webhook's batches: what a form shows is what it reads back. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { batchFields, readBatchFields, toBatch } from "../../../../../src/host/web/pages/batch-form.ts";
import { MAX_BATCH, MAX_WITHIN_MS, readBatch } from "../../../../../src/host/model/batch-settings.ts";

test.each([
  ["", "", undefined],
  ["50", "2s", { max: 50, withinMs: 2_000 }],
  ["50", "", { max: 50, withinMs: "" }],
  ["", "2s", { max: "", withinMs: 2_000 }],
  ["many", "soon", { max: "many", withinMs: "soon" }],
  ["1e2", "2 days", { max: "1e2", withinMs: "2 days" }],
])("%j and %j are %j", (batchMax, batchWithin, batch) => {
  expect(toBatch({ batchMax, batchWithin })).toEqual(batch);
});

test("no batches are empty fields", () => {
  expect(batchFields(undefined)).toEqual({ batchMax: "", batchWithin: "" });
});

test("what is shown is read back as it was", () => {
  const settings = fc.record({
    max: fc.integer({ min: 1, max: MAX_BATCH }),
    withinMs: fc.integer({ min: 1, max: MAX_WITHIN_MS }),
  });
  fc.assert(
    fc.property(settings, (batch) => {
      const form = new URLSearchParams({ ...batchFields(batch) });
      expect(toBatch(readBatchFields(form))).toEqual(batch);
    }),
  );
});

test("any text is read, and refused unless it is a batch", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (batchMax, batchWithin) => {
      const given = toBatch(readBatchFields(new URLSearchParams({ batchMax, batchWithin })));
      expect(["batch", "refused"]).toContain(readBatch(given, "/batch").kind);
    }),
  );
});
