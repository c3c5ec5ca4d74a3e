import { describe, expect, test } from "vitest";
import { CallboardError } from "../../../../src/errors.ts";
import { editTexts, findUpdate, toEntryTexts } from "../../../../src/host/model/directory.ts";

describe("findUpdate", () => {
  test.each<[string | undefined, string | undefined, string | undefined]>([
    ["1.2.0", "1.2.1", "1.2.1"],
    ["1.9", "1.10", "1.10"],
    ["v1", "2", "2"],
    ["1", "v2.0", "v2.0"],
    ["1.0.0-beta", "1.0.0", "1.0.0"],
    ["1.2.1", "1.2.0", undefined],
    ["1.2.0", "1.2.0", undefined],
    ["1.2.0+5", "1.2.0+6", undefined],
    [undefined, "1.0.0", undefined],
    ["1.0.0", undefined, undefined],
    ["stable", "latest", undefined],
    ["1.0.0", "latest", undefined],
    ["version 1", "2", undefined],
  ])("installed %s, offered %s: %s", (installed, offered, update) => {
    expect(findUpdate(installed, offered)).toBe(update);
  });
});

describe("toEntryTexts", () => {
  test("takes name, vendor, description and version", () => {
    expect(
      toEntryTexts({ name: "Bell", vendor: { name: "Ring" }, description: "Rings", version: "1.0" }),
    ).toEqual({ name: "Bell", vendor: "Ring", description: "Rings", version: "1.0" });
  });

  test("leaves out what is empty, and cuts what is too long", () => {
    const read = toEntryTexts({
      name: "n",
      vendor: { name: "v".repeat(300) },
      description: " ",
      version: "1".repeat(300),
    });
    expect(read.vendor).toHaveLength(200);
    expect(read.description).toBeUndefined();
    expect(read.version).toHaveLength(100);
    expect(toEntryTexts({ name: `${"a".repeat(199)}😀` }).name.isWellFormed()).toBe(true);
  });
});

describe("editTexts", () => {
  test("keeps what is left out, and gives back what is null", () => {
    expect(editTexts({ name: "A", vendor: "B" }, { name: null, description: " C " })).toEqual({
      vendor: "B",
      description: "C",
    });
  });

  test.each<[object, string, string]>([
    [{ name: " " }, "/name", "The name must have 1 to 200 characters"],
    [{ vendor: "v".repeat(201) }, "/vendor", "The vendor must have 1 to 200 characters"],
    [{ description: "d".repeat(2_001) }, "/description", "The description must have 1 to 2,000 characters"],
    [{ name: "a\nb" }, "/name", "The name must not have control characters"],
    [
      { description: "a\u0007" },
      "/description",
      "The description must not have control characters other than line breaks and tabs",
    ],
    [{ name: "\ud83d" }, "/name", "The name must not have half of a surrogate pair"],
  ])("refuses %j", (change, pointer, detail) => {
    expect(() => editTexts({}, change)).toThrow(CallboardError);
    expect(() => editTexts({}, change)).toThrow(
      expect.objectContaining({ code: "BODY_SCHEMA", errors: [{ pointer, detail }] }),
    );
  });

  test("names every problem at once", () => {
    expect(() => editTexts({}, { name: "", vendor: "\0" })).toThrow(
      expect.objectContaining({
        errors: [
          expect.objectContaining({ pointer: "/name" }),
          expect.objectContaining({ pointer: "/vendor" }),
        ],
      }),
    );
  });
});
