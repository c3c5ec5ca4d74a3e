/**
 * Secrets are compared in a time that does not depend on where they differ. Time itself can't be measured on a busy machine,
 * so what is shown is that a refusal costs the same work whatever is wrong. That nothing else compares secrets is shown by
 * test/sources/secret-comparisons.test.ts.
 */
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { parseToken } from "../../../src/protocol/parsed-token.ts";
import { timingSafeEqualBytes, timingSafeEqualText } from "../../../src/protocol/timing-safe.ts";
import { createHmacKey, signToken, verifyToken } from "../../../src/protocol/token.ts";

const done = { hashes: 0, compared: [] as (readonly [number, number])[] };
beforeAll(() => {
  // The functions themselves, which count their calls.
  const { createHmac, timingSafeEqual } = crypto;
  vi.spyOn(crypto, "createHmac").mockImplementation((...given) => {
    done.hashes += 1;
    return createHmac(...given);
  });
  vi.spyOn(crypto, "timingSafeEqual").mockImplementation((a, b) => {
    done.compared.push([a.byteLength, b.byteLength]);
    return timingSafeEqual(a, b);
  });
  syncBuiltinESMExports();
});
afterAll(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});
beforeEach(() => {
  done.hashes = 0;
  done.compared = [];
});

const SECRET = createHmacKey("the secret of the tests");
const CLAIMS = { iss: "ck-1", iat: 1_000, exp: 1_180, qsh: "0".repeat(64) };
const REQUEST = { method: "POST", rawUrl: "/hook", basePath: "" };

/** The good token with one byte of its signature changed. */
function withByte(at: number): string {
  const [header = "", claims = "", signature = ""] = signToken(CLAIMS, SECRET).split(".");
  const bytes = Buffer.from(signature, "base64url");
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return `${header}.${claims}.${bytes.toString("base64url")}`;
}

function work(text: string, keys: readonly ReturnType<typeof createHmacKey>[]) {
  const token = parseToken(text);
  if (!token.ok) throw new Error(token.reason);
  done.hashes = 0;
  done.compared = [];
  const verdict = verifyToken(token, { keys, request: REQUEST, nowSeconds: 1_010 });
  return { code: verdict.ok ? "accepted" : verdict.code, hashes: done.hashes, compared: [...done.compared] };
}

describe("cost of a refused signature", () => {
  const expected = { hashes: 1, compared: [[32, 32]] };

  test.each([0, 1, 15, 30, 31])(
    "a signature that differs at byte %i costs one hash and one full comparison",
    (at) => {
      const { code, hashes, compared } = work(withByte(at), [SECRET]);
      expect([code, hashes]).toEqual(["JWT_SIGNATURE", expected.hashes]);
      // The second comparison is that of the query string hash, which is told as well.
      expect(compared).toEqual([...expected.compared, [64, 64]]);
    },
  );

  test("an unknown issuer costs as much", () => {
    const known = work(withByte(0), [SECRET]);
    const unknown = work(withByte(0), []);
    expect(unknown.code).toBe("JWT_ISS_UNKNOWN");
    expect({ ...unknown, code: known.code }).toEqual(known);
  });

  test("a valid token costs the same comparison", () => {
    expect(work(signToken(CLAIMS, SECRET), [SECRET]).compared[0]).toEqual([32, 32]);
  });
});

describe("comparison", () => {
  test("texts of equal length are compared in full, others are not compared", () => {
    expect(timingSafeEqualText("aaaa", "aaab")).toBe(false);
    expect(timingSafeEqualText("é", "é")).toBe(true);
    expect(timingSafeEqualBytes(Buffer.from("a"), Buffer.from("ab"))).toBe(false);
    expect(done.compared).toEqual([
      [4, 4],
      [2, 2],
    ]);
  });
});
