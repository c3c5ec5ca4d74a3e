/**
 * Secrets are compared in a time that does not depend on where they differ. Time itself can't be measured on a busy machine,
 * so what is shown is that every comparison goes through one function, and that a refusal costs the same work whatever is wrong.
 */
import crypto from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { parseToken } from "../../../src/protocol/parsed-token.ts";
import { timingSafeEqualBytes, timingSafeEqualText } from "../../../src/protocol/timing-safe.ts";
import { createHmacKey, signToken, verifyToken } from "../../../src/protocol/token.ts";

const SRC = join(import.meta.dirname, "../../../src");

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

/** Names of what must not be told by time. */
const SECRET_NAME = /secret|signature|token|csrf|password|cookie|hmac|mac\b|credential/i;
const EQUALITY = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
]);

/** Comparisons of such names that tell nothing of a value that somebody else keeps. */
const ALLOWED: Readonly<Record<string, string>> = {
  "egress/hosts-file.ts: present === signature": "time and size of a file",
  "egress/name-servers.ts: fileSignature(resolvConf) !== signature": "time and size of a file",
  "json/scan.ts: text[this.at] !== word[this.at - tokenStart]": "a word of JSON",
  'json/tree.ts: open.pop()?.shape !== (token === "}" ? "object" : "array")': "a bracket of JSON",
  "host/web/pages/settings.ts: token.id === caller.tokenId": "the ID of a token, which is shown",
  'host/web/pages/webhook-form.ts: choice === form.get("secretChoice")': "a choice of the form",
};

/** Nothing is compared with what it says by its length, its kind, or with a word of the source. */
function isHarmless(node: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(node)) {
    return /^(?:length|byteLength|size|kind|code|state|status|name|type)$/.test(node.name.text);
  }
  return (
    ts.isStringLiteralLike(node) ||
    ts.isNumericLiteral(node) ||
    ts.isTypeOfExpression(node) ||
    [ts.SyntaxKind.NullKeyword, ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword].includes(node.kind) ||
    (ts.isIdentifier(node) && (node.text === "undefined" || /^[A-Z_]+$/.test(node.text)))
  );
}

function comparisonsIn(file: string, text: string): readonly string[] {
  if (!SECRET_NAME.test(text)) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && EQUALITY.has(node.operatorToken.kind)) {
      const sides = [node.left, node.right];
      if (sides.some((side) => SECRET_NAME.test(side.getText(source))) && !sides.some(isHarmless)) {
        found.push(`${file}: ${node.getText(source).replaceAll(/\s+/g, " ")}`);
      }
    }
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      /^(?:equals|compare|localeCompare)$/.test(node.expression.name.text) &&
      SECRET_NAME.test(node.getText(source))
    ) {
      found.push(`${file}: ${node.getText(source).replaceAll(/\s+/g, " ")}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

test("secrets, signatures and tokens are compared by timingSafeEqual only", () => {
  const found = files.flatMap((file) => comparisonsIn(file, readFileSync(join(SRC, file), "utf8")));
  expect(found.toSorted()).toEqual(Object.keys(ALLOWED).toSorted());
});

test("timingSafeEqual is called in timing-safe.ts and audit-chain.ts only, beside code that pages show", () => {
  const callers = files.filter((file) => /\btimingSafeEqual\(/.test(readFileSync(join(SRC, file), "utf8")));
  expect(callers.toSorted()).toEqual([
    "host/model/audit-chain.ts",
    "host/web/present/verify-code.ts",
    "protocol/timing-safe.ts",
  ]);
});

test.each([
  ["if (token === given.token) a();", 1],
  ["const isSame = Buffer.compare(own, signature) === 0;", 1],
  ["if (hmac.digest().equals(signature)) a();", 1],
  ["if (a.csrf != b) a();", 1],
  ['if (token === undefined || typeof secret === "string" || signature.length !== 3) a();', 0],
])("the search finds in %s", (text, count) => {
  expect(comparisonsIn("x.ts", text)).toHaveLength(count);
});
