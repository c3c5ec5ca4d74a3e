/** Where a body ends, however its bytes arrive. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createBodyReader, findFraming } from "../../../src/egress/response-body.ts";
import type { Framing } from "../../../src/egress/response-body.ts";

const CHUNKED: Framing = { kind: "chunked" };

const toBytes = (text: string): readonly string[] => Array.from(text);

/** Gives the text to a reader in pieces, and tells what it made of it. */
function read(framing: Framing, pieces: readonly string[]) {
  let content = "";
  let used = 0;
  const reader = createBodyReader(framing, { onContent: (bytes) => (content += bytes.toString("latin1")) });
  for (const piece of pieces) {
    const taken = reader.take(Buffer.from(piece, "latin1"));
    if (taken < 0) return "malformed";
    used += taken;
    if (reader.isComplete()) break;
  }
  return { content, used, isComplete: reader.isComplete() };
}

describe("framing", () => {
  test.each([
    [200, [["Content-Length", "9"]], { kind: "length", bytes: 9 }],
    [
      200,
      [
        ["x", "y"],
        ["transfer-encoding", "chunked"],
      ],
      { kind: "chunked" },
    ],
    [200, [["Content-Lengths", "9"]], { kind: "connection" }],
    [200, [], { kind: "connection" }],
    [204, [["Content-Length", "9"]], { kind: "length", bytes: 0 }],
    [304, [["Transfer-Encoding", "chunked"]], { kind: "length", bytes: 0 }],
  ] as const)("of %i with %j is %j", (status, headers, framing) => {
    expect(findFraming(status, headers)).toEqual(framing);
  });
});

describe("a body of known length", () => {
  test.each([
    [["hello"], { content: "hello", used: 5, isComplete: true }],
    [["he", "llo"], { content: "hello", used: 5, isComplete: true }],
    [["hell"], { content: "hell", used: 4, isComplete: false }],
    [["helloHTTP/1.1"], { content: "hello", used: 5, isComplete: true }],
  ])("%j", (pieces, expected) => {
    expect(read({ kind: "length", bytes: 5 }, pieces)).toEqual(expected);
  });

  test("of 0 bytes is complete at once", () => {
    expect(createBodyReader({ kind: "length", bytes: 0 }, { onContent: () => undefined }).isComplete()).toBe(
      true,
    );
  });
});

test("a body that ends with the connection is never complete before", () => {
  const reader = createBodyReader({ kind: "connection" }, { onContent: () => undefined });
  expect(reader.take(Buffer.from("abc"))).toBe(3);
  expect([reader.isComplete(), reader.endsWithConnection]).toEqual([false, true]);
});

describe("a chunked body", () => {
  test.each([
    ["5\r\nhello\r\n0\r\n\r\n", "hello"],
    ["5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", "hello!"],
    ['00A;name=value; "x"\r\n0123456789\r\n000\r\n\r\n', "0123456789"],
    ["1 \r\na\r\n0\r\nTrailer: 1\r\nOther: 2\r\n\r\n", "a"],
    ["2\r\n\r\n\r\n0\r\n\r\n", "\r\n"],
    ["0\r\n\r\n", ""],
  ])("%j is %j, in one piece and byte by byte", (text, content) => {
    const expected = { content, used: text.length, isComplete: true };
    expect(read(CHUNKED, [text])).toEqual(expected);
    expect(read(CHUNKED, toBytes(text))).toEqual(expected);
    expect(read(CHUNKED, [`${text}HTTP/1.1 200 OK`])).toEqual(expected);
  });

  test.each([
    "\r\n",
    "g\r\n",
    "-1\r\n",
    "0x5\r\nhello\r\n",
    " 5\r\nhello\r\n",
    "5\nhello\r\n",
    "5\r\nhello!\r\n",
    "5\r\nhello\n",
    "5\r\nhelloX\r\n",
    "123456789\r\n",
    "5 5\r\nhello\r\n",
    "5;a\0b\r\nhello\r\n",
    "0\r\nTrailer: 1\n\r\n",
    `5;${"x".repeat(1_100)}`,
    `0\r\n${"x".repeat(17_000)}`,
    `0\r\n${"X: y\r\n".repeat(3_000)}`,
  ])("%j is malformed, in one piece and byte by byte", (text) => {
    expect(read(CHUNKED, [text])).toBe("malformed");
    expect(read(CHUNKED, toBytes(text))).toBe("malformed");
  });

  test("content, however it is chunked and however it arrives, is the same", () => {
    const parts = fc.array(fc.string({ minLength: 1, maxLength: 40, unit: "binary-ascii" }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(parts, fc.array(fc.nat(60), { maxLength: 20 }), (chunks, cuts) => {
        const text = `${chunks.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join("")}0\r\n\r\n`;
        const pieces: string[] = [];
        let rest = text;
        for (const cut of cuts) {
          if (cut > 0 && rest.length > 0) pieces.push(rest.slice(0, cut));
          rest = rest.slice(cut);
        }
        if (rest !== "") pieces.push(rest);
        const expected = { content: chunks.join(""), used: text.length, isComplete: true };
        expect(read(CHUNKED, pieces)).toEqual(expected);
      }),
    );
  });
});
