/**
 * Values as arrays in PostgreSQL's binary format, in which they are read at a third of the cost of JSON. Pure.
 *
 * The format is that of `array_recv` in the source of the server (src/backend/utils/adt): a header of five words for an array
 * of one dimension, and before each value its length.
 */

/** OIDs of the types, which are the same on every server. */
const OIDS = { int: 23, big: 20, text: 25, bytes: 17 } as const;

const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
/** Length of a NULL. */
const NULL = -1;
const WORD = 2 ** 32;

type Value = number | string | Buffer | null | undefined;

/**
 * The column `index` of the rows. `int` and `big` are numbers, `text` is a string, `bytes` a buffer, and `json` an object or a
 * list, which becomes its text; null and undefined are NULL.
 */
export function encodeColumn(
  type: keyof typeof OIDS | "json",
  rows: readonly (readonly unknown[])[],
  index: number,
): Buffer {
  const values = rows.map((row) => row[index] as Value);
  switch (type) {
    case "int":
      return encodeIntegers(values, 4);
    case "big":
      return encodeIntegers(values, 8);
    case "text":
      return encodeTexts(values as readonly (string | null | undefined)[]);
    case "json":
      return encodeTexts(values.map((value) => (value === null ? null : JSON.stringify(value))));
    case "bytes":
      return encodeBytes(values as readonly (Buffer | null | undefined)[]);
  }
}

function writeHeader(array: Buffer, type: keyof typeof OIDS, count: number, hasNull: boolean): void {
  // Without values there is no dimension, and the header ends here.
  array.writeInt32BE(count === 0 ? 0 : 1, 0);
  array.writeInt32BE(hasNull ? 1 : 0, 4);
  array.writeInt32BE(OIDS[type], 8);
  if (count === 0) return;
  array.writeInt32BE(count, 12);
  array.writeInt32BE(1, 16);
}

const emptyArray = (type: keyof typeof OIDS): Buffer => {
  const array = Buffer.alloc(12);
  writeHeader(array, type, 0, false);
  return array;
};

function encodeIntegers(values: readonly Value[], size: 4 | 8): Buffer {
  const type = size === 4 ? "int" : "big";
  if (values.length === 0) return emptyArray(type);
  const array = Buffer.allocUnsafe(HEADER_BYTES + values.length * (LENGTH_BYTES + size));
  const view = new DataView(array.buffer, array.byteOffset, array.byteLength);
  let at = HEADER_BYTES;
  let hasNull = false;
  for (const value of values) {
    if (typeof value !== "number") {
      view.setInt32(at, NULL);
      hasNull = true;
      at += LENGTH_BYTES;
      continue;
    }
    view.setInt32(at, size);
    at += LENGTH_BYTES;
    if (size === 8) {
      view.setInt32(at, Math.floor(value / WORD));
      at += 4;
    }
    // The lower 32 bits, of a number below zero as well.
    view.setInt32(at, value | 0);
    at += 4;
  }
  writeHeader(array, type, values.length, hasNull);
  return array.subarray(0, at);
}

/** Bytes of UTF-8 for each unit of a string, at most. */
const MAX_UNIT_BYTES = 3;

function encodeTexts(values: readonly (string | null | undefined)[]): Buffer {
  if (values.length === 0) return emptyArray("text");
  let size = HEADER_BYTES;
  for (const value of values) size += LENGTH_BYTES + (value?.length ?? 0) * MAX_UNIT_BYTES;
  const array = Buffer.allocUnsafe(size);
  let at = HEADER_BYTES;
  let hasNull = false;
  for (const value of values) {
    if (typeof value !== "string") {
      hasNull = true;
      at = array.writeInt32BE(NULL, at);
      continue;
    }
    // Written where it belongs before its length is known: to count the bytes first costs as much again.
    const length = array.write(value, at + LENGTH_BYTES, "utf8");
    at = array.writeInt32BE(length, at) + length;
  }
  writeHeader(array, "text", values.length, hasNull);
  return array.subarray(0, at);
}

function encodeBytes(values: readonly (Buffer | null | undefined)[]): Buffer {
  if (values.length === 0) return emptyArray("bytes");
  const size = values.reduce((sum, value) => sum + LENGTH_BYTES + (value?.length ?? 0), HEADER_BYTES);
  const array = Buffer.allocUnsafe(size);
  let at = HEADER_BYTES;
  let hasNull = false;
  for (const value of values) {
    hasNull ||= value === null || value === undefined;
    at = array.writeInt32BE(value?.length ?? NULL, at);
    if (value !== null && value !== undefined) at += value.copy(array, at);
  }
  writeHeader(array, "bytes", values.length, hasNull);
  return array;
}
