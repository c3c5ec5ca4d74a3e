import fc from "fast-check";
import { expect, test } from "vitest";
import { readQuery } from "../../../../../src/host/web/http/query.ts";

const known = { limit: { description: "", schema: {} }, site: { description: "", schema: {} } };
const NAME = fc.constantFrom("limit", "site", "color", "__proto__", "toString");

test("a query is what is known, given once and not empty, or every problem", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(NAME, fc.oneof(fc.constantFrom("", "5"), fc.constant(["5", "6"])))),
      (entries) => {
        const given = Object.fromEntries(entries);
        const wrong = Object.entries(given).filter(
          ([name, value]) => !Object.hasOwn(known, name) || typeof value !== "string" || value === "",
        );
        let result: unknown;
        try {
          result = readQuery(known, given);
        } catch (error) {
          expect(error).toMatchObject({
            code: "QUERY_INVALID",
            errors: wrong.map(([pointer]) => ({
              pointer,
              detail: expect.stringContaining(pointer) as string,
            })),
          });
          expect(wrong).not.toEqual([]);
          return;
        }
        expect(wrong).toEqual([]);
        expect(result).toEqual(given);
      },
    ),
  );
});
