/** Secrets, signatures and tokens are compared by `protocol/timing-safe.ts` alone, in a time that tells nothing of them. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const SRC = join(import.meta.dirname, "../../src");

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
  "host/listen/changes.ts: each.tokenId === tokenId": "the ID of a token, which is shown",
  "host/listen/listeners.ts: listener.tokenId !== tokenId": "the ID of a token, which is shown",
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
