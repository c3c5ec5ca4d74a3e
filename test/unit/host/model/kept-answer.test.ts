import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { AnswerPart } from "../../../../src/egress/index.ts";
import { keepAnswer } from "../../../../src/host/model/kept-answer.ts";

const SECRET = "the-secret-value";
const SIGNATURE = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";
const TOKEN = `JWT e30.e30.${SIGNATURE}`;
const NOTHING_SENT = { secrets: [], token: undefined };

const answer = (body: string | Buffer, encoding?: string, cut: AnswerPart["cut"] = false): AnswerPart => ({
  status: 400,
  headers: encoding === undefined ? [] : [["Content-Encoding", encoding]],
  body: Buffer.from(body),
  cut,
});
const keptText = (received: AnswerPart, sent = { secrets: [SECRET], token: TOKEN }): string =>
  keepAnswer(received, sent).answer.body.toString();

test("a response that repeats nothing is kept as the same object, without a note", () => {
  for (const received of [
    answer("thanks"),
    answer("", "gzip"),
    answer("a".repeat(100)),
    { ...answer("thanks"), headers: [["etag", "a".repeat(60)]] as const },
  ]) {
    const kept = keepAnswer(received, { secrets: [], token: TOKEN });
    expect(kept.answer).toBe(received);
    expect(kept.note).toBe(undefined);
  }
});

describe("a token", () => {
  test("that comes back in the body or in a header is kept without its signature", () => {
    expect(keptText(answer(`{"authorization":"${TOKEN}"}`))).toBe('{"authorization":"JWT e30.e30.[secret]"}');
    const headers = [["x-echo", TOKEN]] as const;
    expect(keepAnswer({ ...answer("ok"), headers }, { secrets: [], token: TOKEN }).answer.headers).toEqual([
      ["x-echo", "JWT e30.e30.[secret]"],
    ]);
  });

  test("is masked beside other secrets", () => {
    expect(keptText(answer(`${TOKEN} ${SECRET}`))).toBe("JWT e30.e30.[secret] [secret]");
  });
});

describe("an encoded body that repeats a secret", () => {
  const ZEROS = Buffer.alloc(20_000_000);
  /** The best compression of that many bytes takes seconds. */
  const QUICKLY = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
  const text = `you sent ${SECRET} and ${TOKEN}`;

  test.each<[string, Buffer]>([
    ["gzip", gzipSync(text)],
    ["X-GZIP", gzipSync(text)],
    ["br", brotliCompressSync(text)],
    ["deflate", deflateSync(text)],
    ["deflate", deflateRawSync(text)],
  ])("is decoded from %s, and masked", (encoding, body) => {
    const { answer: kept, note } = keepAnswer(answer(body, encoding), { secrets: [SECRET], token: TOKEN });
    expect(kept.body.toString()).toBe("you sent [secret] and JWT e30.e30.[secret]");
    expect(note).toMatch(/^The body of the response is shown decoded/);
  });

  test.each<[string, Buffer]>([
    ["gzip", gzipSync(text + "x".repeat(200))],
    ["deflate", deflateSync(text + "x".repeat(200))],
    ["br", brotliCompressSync(text + "x".repeat(200))],
  ])("is decoded from %s as far as it was received", (encoding, body) => {
    const kept = keptText(answer(body.subarray(0, -10), encoding, "size"));
    expect(kept).not.toContain(SECRET);
    expect(kept).not.toContain(SIGNATURE);
  });

  test.each<[string, string, Buffer, string]>([
    ["an unknown encoding", "zstd", Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), 'has the encoding "zstd"'],
    ["two encodings", "gzip, gzip", gzipSync(gzipSync(text)), 'has the encoding "gzip, gzip"'],
    ["bytes that do not fit", "gzip", Buffer.from([0xff, 0xfe, 0xfd]), "is not gzip"],
    ["a missing end", "gzip", gzipSync(text).subarray(0, -9), "is not gzip"],
    ["64 KiB and more", "gzip", gzipSync(text.repeat(2_000)), "has more than 64 KiB"],
    ["a bomb of gzip", "gzip", gzipSync(ZEROS), "has more than 64 KiB"],
    ["a bomb of br", "br", brotliCompressSync(ZEROS, QUICKLY), "has more than 64 KiB"],
    ["a bomb of deflate", "deflate", deflateSync(ZEROS), "has more than 64 KiB"],
  ])("with %s is not kept, and the note says why", (_name, encoding, body, problem) => {
    for (const sent of [
      { secrets: [SECRET], token: undefined },
      { secrets: [], token: TOKEN },
    ]) {
      const { answer: kept, note } = keepAnswer(answer(body, encoding), sent);
      expect(kept.body).toEqual(Buffer.alloc(0));
      expect(note).toContain(problem);
      expect(note).toMatch(/not kept, because it may repeat a secret$/);
    }
    const { answer: kept, note } = keepAnswer(answer(body, encoding), NOTHING_SENT);
    expect(kept.body).toEqual(body);
    expect(note).toMatch(/kept as received$/);
  });

  test("a name of an encoding is quoted in the note, up to 40 characters", () => {
    const { note } = keepAnswer(answer(Buffer.from([0xff]), `x"${"y".repeat(100)}`), NOTHING_SENT);
    expect(note).toContain(`the encoding "x\\"${"y".repeat(38)}",`);
  });
});

test("the encoding identity is none", () => {
  const kept = keepAnswer(answer(`you sent ${SECRET}`, "identity"), { secrets: [SECRET], token: undefined });
  expect(kept.answer.body.toString()).toBe("you sent [secret]");
  expect(kept.note).toBe(undefined);
});

test("a text that says to be encoded is masked and shown", () => {
  expect(keptText(answer(`you sent ${SECRET}`, "utf-8"))).toBe("you sent [secret]");
  expect(keptText(answer(`you sent ${SECRET}`, "gzip"))).toBe("you sent [secret]");
});
