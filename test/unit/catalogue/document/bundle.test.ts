import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FILES, bundleFiles, listReferredFiles } from "../../../../src/catalogue/document/bundle.ts";
import { decodePointer } from "../../../../src/catalogue/document/references.ts";
import { readMember } from "../../../../src/json/member.ts";

const referring = (...references: readonly string[]) => ({
  parts: references.map(($ref) => ({ $ref })),
});

test.each<[string, string, readonly string[]]>([
  ["api.yaml", "#/components", []],
  ["api.yaml", "https://example.com/a.yaml#/x", []],
  ["api.yaml", "file:///etc/passwd", []],
  ["api.yaml", "/etc/passwd.json", []],
  ["api.yaml", "a.yaml", ["a.yaml"]],
  ["api.yaml", "./common/a.yaml#/x", ["common/a.yaml"]],
  ["api.yaml", "../common/a%20b.yaml#/x", ["../common/a b.yaml"]],
  ["one/two/api.yaml", "../../../x/./y/../a.json", ["../x/a.json"]],
  ["../common/messages.yaml", "./schemas.yaml#/x", ["../common/schemas.yaml"]],
  ["../common/messages.yaml", "../backend/api.yaml#/x", ["../backend/api.yaml"]],
  ["api.yaml", "a%.yaml", ["a%.yaml"]],
])("in %s, %s refers to the files %j", (path, reference, files) => {
  expect(listReferredFiles(path, referring(reference, reference))).toEqual(files);
});

describe("a bundle", () => {
  const at = (document: unknown, reference: unknown) =>
    decodePointer(String(reference).slice(1)).reduce<unknown>(readMember, document);

  test("has every file, and references that lead to the same places", () => {
    const bundled = bundleFiles({
      path: "api.yaml",
      document: {
        a: { $ref: "common/m.yaml#/one" },
        b: { $ref: "#/own" },
        own: 7,
        c: { $ref: "gone.yaml#/x" },
      },
      files: new Map<string, unknown>([
        [
          "common/m.yaml",
          { one: { payload: { $ref: "../s %~.yaml#/two" } }, three: { $ref: "../api.yaml#/own" } },
        ],
        ["s %~.yaml", { two: { $ref: "#/four" }, four: 4 }],
      ]),
    });
    const one = at(bundled, readMember(readMember(bundled, "a"), "$ref"));
    const two = at(bundled, readMember(readMember(one, "payload"), "$ref"));
    expect(at(bundled, readMember(two, "$ref"))).toBe(4);
    expect(at(bundled, readMember(readMember(bundled, "b"), "$ref"))).toBe(7);
    expect(at(bundled, at(bundled, `#/${FILES}/common~1m.yaml/three/$ref`))).toBe(7);
    expect(readMember(readMember(bundled, "c"), "$ref")).toBe("gone.yaml#/x");
  });

  test("of one file is the file", () => {
    const document = referring("a.yaml");
    expect(bundleFiles({ path: "api.yaml", document, files: new Map() })).toBe(document);
  });

  test("leads from any reference to a file into that file, whatever its name", () => {
    const NAME = fc.string({
      unit: fc.constantFrom("a", "~", "%", " ", "é", "#"),
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(NAME, NAME, (name, key) => {
        const file = `${name}.yaml`;
        const pointer = `/${encodeURIComponent(key.replaceAll("~", "~0"))}`;
        const document = { $ref: `${encodeURIComponent(file)}#${pointer}` };
        const bundled = bundleFiles({
          path: "api.yaml",
          document,
          files: new Map([[file, { [key]: "here" }]]),
        });
        expect(at(bundled, readMember(bundled, "$ref"))).toBe("here");
      }),
    );
  });
});
