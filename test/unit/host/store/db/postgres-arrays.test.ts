import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeColumn } from "../../../../../src/host/store/db/postgres-arrays.ts";

interface Decoded {
  readonly dimensions: number;
  readonly hasNull: boolean;
  readonly oid: number;
  readonly first: number | undefined;
  readonly values: readonly (Buffer | null)[];
}

/** As the server reads it, by the words of `array_recv`. */
function decode(array: Buffer): Decoded {
  const dimensions = array.readInt32BE(0);
  const head = { dimensions, hasNull: array.readInt32BE(4) === 1, oid: array.readInt32BE(8) };
  if (dimensions === 0) {
    expect(array).toHaveLength(12);
    return { ...head, first: undefined, values: [] };
  }
  const count = array.readInt32BE(12);
  const values: (Buffer | null)[] = [];
  let at = 20;
  for (let index = 0; index < count; index += 1) {
    const length = array.readInt32BE(at);
    at += 4;
    values.push(length < 0 ? null : array.subarray(at, at + length));
    at += Math.max(length, 0);
  }
  expect(at, "nothing is left").toBe(array.length);
  return { ...head, first: array.readInt32BE(16), values };
}

const column = (type: Parameters<typeof encodeColumn>[0], values: readonly unknown[]): Decoded =>
  decode(
    encodeColumn(
      type,
      values.map((value) => ["before", value]),
      1,
    ),
  );

const asText = (value: Buffer | null): string | null => value && value.toString();

describe("a column as an array of PostgreSQL", () => {
  test("names its type, its length and where it begins", () => {
    expect(column("int", [7])).toMatchObject({ dimensions: 1, oid: 23, first: 1 });
    expect(column("big", [7])).toMatchObject({ dimensions: 1, oid: 20, first: 1 });
    expect(column("text", ["a"])).toMatchObject({ dimensions: 1, oid: 25, first: 1 });
    expect(column("json", [{}])).toMatchObject({ dimensions: 1, oid: 25, first: 1 });
    expect(column("bytes", [Buffer.from("a")])).toMatchObject({ dimensions: 1, oid: 17, first: 1 });
  });

  test.each(["int", "big", "text", "json", "bytes"] as const)("of no %s has no dimension", (type) => {
    expect(column(type, [])).toMatchObject({ dimensions: 0, hasNull: false, values: [] });
  });

  test.each(["int", "big", "text", "json", "bytes"] as const)(
    "of %s has NULL for what is missing",
    (type) => {
      expect(column(type, [null])).toMatchObject({ hasNull: true, values: [null] });
      expect(column(type, [undefined])).toMatchObject({ hasNull: true, values: [null] });
    },
  );

  test("says that it has NULLs only where it has", () => {
    expect(column("int", [1, 2]).hasNull).toBe(false);
    expect(column("text", ["", "a"]).hasNull).toBe(false);
    expect(column("bytes", [Buffer.alloc(0)]).hasNull).toBe(false);
    expect(column("int", [1, null]).hasNull).toBe(true);
    expect(column("text", ["", null]).hasNull).toBe(true);
    expect(column("bytes", [null, Buffer.alloc(0)]).hasNull).toBe(true);
  });

  test("has every integer of four and of eight bytes", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer())), (values) => {
        const { values: found } = column("int", values);
        expect(found.map((value) => value && value.readInt32BE())).toEqual(values);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.option(fc.maxSafeInteger())), (values) => {
        const { values: found } = column("big", values);
        expect(found.map((value) => value && Number(value.readBigInt64BE()))).toEqual(values);
      }),
    );
  });

  test("has every text, whatever it is made of", () => {
    const text = fc.option(fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constant("a\0\0\0\0b")));
    fc.assert(
      fc.property(fc.array(text), (values) => {
        expect(column("text", values).values.map(asText)).toEqual(values);
      }),
    );
  });

  test("has JSON as its text", () => {
    const values = [{ a: [1, "é"] }, ["x"], {}, []];
    expect(column("json", values).values.map(asText)).toEqual(values.map((value) => JSON.stringify(value)));
  });

  test("has every byte", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.uint8Array())), (values) => {
        const given = values.map((value) => value && Buffer.from(value));
        expect(column("bytes", given).values).toEqual(given);
      }),
    );
  });
});
