/**
 * Bodies of requests and responses, and files, with any bytes in them: read whole or refused with a named error, never with one of
 * our own mistakes.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import type { Request } from "express";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConnection } from "../../src/cli/connection.ts";
import { CommandFailure } from "../../src/cli/exit.ts";
import { decodeBody } from "../../src/egress/content-encoding.ts";
import { CallboardError } from "../../src/errors.ts";
import { readMasterKey, readMasterKeyFile } from "../../src/host/admin/master-key.ts";
import {
  readBody,
  readJsonObject,
  readJsonText,
  readJsonTextOrNothing,
  readJsonValueText,
} from "../../src/host/web/http/body.ts";
import { readForm } from "../../src/host/web/pages/form.ts";
import { booleanIn, readFields, textIn } from "../../src/host/web/products/fields.ts";

const LIMITS = { limitBytes: 10_000, maxDepth: 32, maxCount: 1_000, duplicates: "all" } as const;

/** A request whose body arrives in pieces of the given size. */
function createRequest(type: string, body: Buffer, piece: number): IncomingMessage {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; at += piece) pieces.push(body.subarray(at, at + piece));
  return Object.assign(Readable.from(pieces, { objectMode: false }), {
    headers: { "content-type": type, "content-length": String(body.length) },
    complete: true,
  }) as unknown as IncomingMessage;
}

const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";

/** The code that it was refused with; "" for a good one. */
async function catchCode(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return "";
  } catch (error) {
    if (error instanceof CallboardError) return error.code;
    if (error instanceof CommandFailure) return "command";
    throw error;
  }
}

const formText = fc
  .array(
    fc.constantFrom(
      "a",
      "=",
      "&",
      "%zz",
      "%00",
      "%ED%A0%80",
      "+",
      "ids[0]",
      "[]",
      "hookUrl",
      "__proto__",
      "1",
      "[99]",
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(""));
const nearlyJson = fc
  .array(
    fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      '"a"',
      '"__proto__"',
      ":",
      ",",
      "1",
      "true",
      "null",
      '"\\ud800"',
      " ",
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(""));
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((given) => Buffer.from(given)),
  fc.oneof(fc.string(), formText, nearlyJson, fc.json()).map((text) => Buffer.from(text)),
  fc.dictionary(fc.string(), fc.jsonValue()).map((value) => Buffer.from(JSON.stringify(value))),
);
const pieceSize = fc.integer({ min: 1, max: 64 });

async function holds(
  read: (request: IncomingMessage) => Promise<unknown>,
  types: readonly string[],
  codes: RegExp,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(bytes, pieceSize, fc.constantFrom(...types), async (body, piece, type) => {
      const whole = await catchCode(() => read(createRequest(type, body, Math.max(1, body.length))));
      expect(whole).toMatch(codes);
      // The pieces in which a body arrives decide at most which of two mistakes is found first.
      const inPieces = await catchCode(() => read(createRequest(type, body, piece)));
      expect(inPieces).toMatch(codes);
      expect(inPieces === "").toBe(whole === "");
    }),
    { numRuns: 400, endOnFailure: true },
  );
}

const BODY_CODES = /^(?:|BODY_[A-Z0-9_]+)$/;

describe("any body", () => {
  test("is read as it is, or refused for its size", async () => {
    await fc.assert(
      fc.asyncProperty(bytes, pieceSize, async (body, piece) => {
        expect(await readBody(createRequest("text/plain", body, piece), 1_000_000)).toEqual(body);
        if (body.length > 10) {
          expect(await catchCode(() => readBody(createRequest("text/plain", body, piece), 10))).toBe(
            "BODY_TOO_LARGE",
          );
        }
      }),
    );
  });

  test("is an object in JSON, or refused", () => holds(readJsonObject, [JSON_TYPE], BODY_CODES));
  test("is a value in JSON, or refused", () => holds(readJsonValueText, [JSON_TYPE], BODY_CODES));
  test("is the text of an object, or refused", () =>
    holds((request) => readJsonText(request, LIMITS), [JSON_TYPE], BODY_CODES));
  test("is the text of an object or nothing, or refused", () =>
    holds((request) => readJsonTextOrNothing(request, LIMITS), [JSON_TYPE], BODY_CODES));

  test("is the fields of a product's own API, each a list of texts, or refused", () =>
    holds(
      async (request) => {
        const fields = await readFields(request as Request);
        for (const [name, values] of fields) {
          expect(values.every((value) => typeof value === "string")).toBe(true);
          expect(typeof textIn(fields, name)).toMatch(/string|undefined/);
          expect(await catchCode(async () => Promise.resolve(booleanIn(fields, name)))).toMatch(
            /^(?:|BODY_SCHEMA)$/,
          );
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
      },
      ["", JSON_TYPE, FORM_TYPE, `${FORM_TYPE}; charset=utf-8`],
      BODY_CODES,
    ));

  test("is the fields of a page's form, or refused", () =>
    holds(
      async (request) => {
        const form = await readForm(request);
        // Nothing that a database could not keep.
        for (const [name, value] of form) expect(`${name}${value}`).not.toMatch(/\0|\p{Cs}/u);
      },
      [FORM_TYPE],
      BODY_CODES,
    ));
});

describe("a response", () => {
  const encoders = { gzip: gzipSync, deflate: deflateSync, raw: deflateRawSync, br: brotliCompressSync };

  test("in any encodings is decoded, or said to be none of them", async () => {
    const encoding = fc.constantFrom(
      "gzip",
      "x-gzip",
      "deflate",
      "br",
      "identity",
      "",
      "zzz",
      "gzip, br",
      "GZIP",
    );
    await fc.assert(
      fc.asyncProperty(bytes, encoding, fc.integer({ min: 0, max: 400 }), async (body, name, most) => {
        const decoded = await decodeBody({ headers: [["Content-Encoding", name]], body }, most);
        expect(["decoded", "unknown", "too-large", "corrupt"]).toContain(decoded.kind);
        if (decoded.kind === "decoded" && name !== "") {
          expect(decoded.body.length).toBeLessThanOrEqual(Math.max(most, body.length));
        }
      }),
      { numRuns: 300, endOnFailure: true },
    );
  });

  test("that was encoded comes back, and is never larger than it may be", async () => {
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom("gzip", "deflate", "raw", "br"), async (body, name) => {
        const headers = [["content-encoding", name === "raw" ? "deflate" : name]] as const;
        const encoded = encoders[name](body);
        expect(await decodeBody({ headers, body: encoded }, 10_000)).toEqual({ kind: "decoded", body });
        if (body.length > 20) {
          expect(await decodeBody({ headers, body: encoded }, 10)).toEqual({ kind: "too-large" });
        }
      }),
    );
  });
});

describe("files and settings", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "callboard-hostile-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("a file of any bytes is a master key of 32 bytes, or refused without its contents", async () => {
    const file = fc.oneof(
      bytes,
      fc
        .uint8Array({ minLength: 31, maxLength: 33 })
        .map((key) => Buffer.from(Buffer.from(key).toString("base64"))),
    );
    await fc.assert(
      fc.asyncProperty(file, async (content) => {
        writeFileSync(join(folder, "master.key"), content);
        const code = await catchCode(async () => {
          expect(await readMasterKey(folder, undefined, false)).toHaveLength(32);
        });
        expect(code).toMatch(/^(?:|CONFIG_INVALID)$/);
        expect((await readMasterKeyFile(folder))?.length).toBe(code === "" ? 32 : undefined);
      }),
    );
  });

  test("any settings of the command line are an address and a token, or refused", async () => {
    const url = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.constantFrom("http://", "https://[::1]:80/", "ftp://a"),
    );
    await fc.assert(
      fc.asyncProperty(url, fc.string({ minLength: 1 }), async (CALLBOARD_URL, CALLBOARD_TOKEN) => {
        const env = { CALLBOARD_URL, CALLBOARD_TOKEN, CALLBOARD_DATA_DIR: folder };
        const code = await catchCode(async () => {
          const { url: read, token } = await readConnection(env);
          expect(new URL(read).protocol).toMatch(/^https?:$/);
          expect(token).toMatch(/^[\x21-\x7e]+$/);
        });
        expect(code).toMatch(/^(?:|command)$/);
      }),
    );
  });
});
