import fc from "fast-check";
import { expect, test } from "vitest";
import { scanText } from "../../../src/cli/scan-text.ts";
import { JsonTextError } from "../../../src/json/scan.ts";

const scan = (text: string) => scanText(Buffer.from(text));
const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

test.each([
  ["{}", "object"],
  ["[1]", "array"],
  [nested(512), "array"],
  ["{", "syntax"],
  ["", "syntax"],
  [nested(513), "depth"],
])("%.10s is %s", (text, kind) => {
  expect(scan(text).kind).toBe(kind);
});

test("any text is scanned, or refused with a reason as a value", () => {
  const json = fc.json().map((text) => ({ text, isJson: true }));
  const other = fc.string().map((text) => ({ text: `}${text}`, isJson: false }));
  fc.assert(
    fc.property(fc.oneof(json, other), ({ text, isJson }) => {
      expect(scan(text) instanceof JsonTextError && scan(text).kind === "syntax").toBe(!isJson);
    }),
  );
});
