import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { decodeBody } from "../../../src/egress/content-encoding.ts";

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
