import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { readProduct } from "../../../../src/catalogue/document/read.ts";
import { CallboardError } from "../../../../src/errors.ts";
import { changedDocuments, harbor, withValue } from "../../../support/product-document.ts";
import { runs } from "../../../support/properties.ts";

describe("readProduct", () => {
  test("gives the same text for JSON and YAML", () => {
    const { text, data } = readProduct(JSON.stringify(harbor()));
    expect(readProduct(stringify(harbor())).text).toBe(text);
    expect(data.product).toBe("harbor");
  });

  test("reports problems of members, references and samples together", () => {
    const faulty = withValue(harbor(), ["nam"], "x");
    const text = JSON.stringify(withValue(faulty, ["events", "crane.halted", "sample", "crane"], 4));
    expect(() => readProduct(text)).toThrow(
      expect.objectContaining({
        code: "PRODUCT_INVALID",
        message: "The product has 2 problems.",
        errors: [
          { pointer: "/events/crane.halted/sample/crane", detail: "The sample must be object." },
          { pointer: "/nam", detail: 'Unknown member "nam". Did you mean "name"?' },
        ],
      }),
    );
  });

  test("says the one problem of a document", () => {
    expect(() => readProduct("product: harbor", { key: "quay" })).toThrow("The product has 4 problems.");
    expect(() => readProduct("7")).toThrow("The product must be an object.");
  });

  test("refuses scopes that are none", () => {
    expect(() => readProduct(JSON.stringify(withValue(harbor(), ["scopes"], null)))).toThrow(CallboardError);
  });

  test("throws nothing but refusals", () => {
    fc.assert(
      fc.property(changedDocuments, (value) => {
        const json = JSON.stringify(value) as string | undefined;
        try {
          expect(readProduct(readProduct(json ?? "").text).text).toMatch(/^\{"product":"/);
        } catch (error) {
          expect(error).toBeInstanceOf(CallboardError);
        }
      }),
      runs(20),
    );
  });
});
