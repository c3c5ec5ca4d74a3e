import fc from "fast-check";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { decodeBody, decodeSmallBody, isEncoded } from "../../../src/egress/content-encoding.ts";

const text = Buffer.from("text ".repeat(100));
const decode = (encoding: string | undefined, body: Buffer, maxBytes = text.length) =>
  decodeBody({ headers: encoding === undefined ? [] : [["Content-Encoding", encoding]], body }, maxBytes);

test.each([
  [undefined, text],
  ["", text],
  ["identity", text],
  ["gzip", gzipSync(text)],
  [" GZip ", gzipSync(text)],
  ["x-gzip", gzipSync(text)],
  ["br", brotliCompressSync(text)],
  ["deflate", deflateSync(text)],
  ["deflate", deflateRawSync(text)],
  ["gzip, identity, br", brotliCompressSync(gzipSync(text))],
])("%s is decoded, up to the limit", async (encoding, body) => {
  expect(await decode(encoding, body)).toEqual({ kind: "decoded", body: text });
  expect((await decode(encoding, body, text.length - 1)).kind).toBe("too-large");
});

test.each(["gzip", "br", "deflate"])(
  "a body that is not %s is corrupt, and an empty body stays empty",
  async (encoding) => {
    const notEncoded = Buffer.from("<!doctype html>");
    expect(await decode(encoding, notEncoded)).toEqual({ kind: "corrupt", encoding });
    expect(await decode(encoding, Buffer.alloc(0))).toEqual({ kind: "decoded", body: Buffer.alloc(0) });
  },
);

test("an unknown encoding, or more than 3 encodings, are reported by name", async () => {
  expect(await decode("zstd", text)).toEqual({ kind: "unknown", encoding: "zstd" });
  expect(await decode("gzip, gzip, gzip, gzip", text)).toMatchObject({ kind: "unknown" });
});

describe("a small body", () => {
  const decodeNow = (encoding: string, body: Buffer, cut: false | "size" = false, maxBytes = text.length) =>
    decodeSmallBody({ headers: [["content-encoding", encoding]], body, cut }, maxBytes);

  test.each([
    ["identity", text],
    ["gzip", gzipSync(text)],
    ["x-gzip", gzipSync(text)],
    ["br", brotliCompressSync(text)],
    ["deflate", deflateSync(text)],
    ["deflate", deflateRawSync(text)],
  ])("is decoded from %s", (encoding, body) => {
    expect(decodeNow(encoding, body)).toEqual({ kind: "decoded", body: text });
  });

  test.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
  ])("of %s is decoded up to the limit, and only as a part if it was cut", (encoding, encode) => {
    const random = Buffer.from(Array.from({ length: 2_000 }, (_, index) => (index * 7_919) % 251));
    const encoded = encode(random);
    const beginning = encoded.subarray(0, encoded.length - 12);
    expect(decodeNow(encoding, encoded, false, 1_999)).toEqual({ kind: "too-large" });
    expect(decodeNow(encoding, beginning, false, 2_000)).toEqual({ kind: "corrupt", encoding });
    const part = decodeNow(encoding, beginning, "size", 2_000);
    expect(part.kind).toBe("decoded");
    if (part.kind === "decoded") expect(random.subarray(0, part.body.length)).toEqual(part.body);
  });

  test("with two encodings is not decoded", () => {
    expect(decodeNow("gzip, br", text)).toEqual({ kind: "unknown", encoding: "gzip, br" });
  });
});

test("a body is encoded if it has a content-encoding and is not empty", () => {
  expect(isEncoded({ headers: [["Content-Encoding", "gzip"]], body: text })).toBe(true);
  expect(isEncoded({ headers: [["content-encoding", "gzip"]], body: Buffer.alloc(0) })).toBe(false);
  expect(isEncoded({ headers: [["content-encodinx", "gzip"]], body: text })).toBe(false);
});

test("bytes that claim any encoding are decoded within their limit, or not, and throw nothing", () => {
  const encoding = fc.oneof(fc.constantFrom("gzip", "deflate", "br", "identity", "gzip, br"), fc.string());
  const bytes = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each));
  const bodies = fc.oneof(
    bytes,
    bytes.map((each) => gzipSync(each)),
  );
  fc.assert(
    fc.property(encoding, bodies, fc.constantFrom<false | "size">(false, "size"), (name, body, cut) => {
      const decoded = decodeSmallBody({ headers: [["content-encoding", name]], body, cut }, 1_000);
      expect(["decoded", "unknown", "too-large", "corrupt"]).toContain(decoded.kind);
      if (decoded.kind === "decoded") expect(decoded.body.length).toBeLessThanOrEqual(1_000);
    }),
  );
});
