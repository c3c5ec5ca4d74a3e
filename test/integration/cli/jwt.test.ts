/** `callboard jwt`, against tokens of the protocol's own signers and of atlassian-jwt. */
import { createPrivateKey } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SymmetricAlgorithm, decodeSymmetric, encodeSymmetric } from "atlassian-jwt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../../src/cli/index.ts";
import { signInstall } from "../../../src/protocol/sign-install.ts";
import { createSigningKey } from "../../../src/protocol/signing-key.ts";

const SECRET = "a-shared-secret-of-thirty-two-by";
const URL_TEXT = "https://addon.example/app/hook?issue=DEMO-7";
const BASE = "https://addon.example/app";
const AT = "2026-11-29T12:00:00Z";
const NOW = Date.parse(AT) / 1000;
const REQUEST = ["--url", URL_TEXT, "--base-url", BASE, "--at", AT];

let folder: string;
let secretFile: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "callboard-jwt-"));
  secretFile = join(folder, "secret");
  writeFileSync(secretFile, `${SECRET}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function jwt(args: readonly string[], input = "") {
  let [out, notes] = ["", ""];
  const code = await run(["jwt", ...args], {
    out: (text) => void (out += text),
    note: (text) => void (notes += text),
    env: {},
    readInput: () => Promise.resolve(input),
  });
  return { code, out: out.trim(), notes };
}

const sign = async (...more: readonly string[]): Promise<string> =>
  (await jwt(["sign", "--issuer", "client-1", ...REQUEST, "--secret-file", secretFile, ...more])).out;

test("a signed token is one that atlassian-jwt accepts, with the qsh of the request", async () => {
  expect(decodeSymmetric(await sign(), SECRET, SymmetricAlgorithm.HS256)).toMatchObject({
    iss: "client-1",
    iat: NOW,
    exp: NOW + 180,
  });
  expect((await jwt(["verify", await sign(), ...REQUEST, "--secret-file", secretFile])).code).toBe(0);
});

test("the secret and the token are read from standard input", async () => {
  const token = await sign();
  const bySecret = await jwt(["verify", `JWT ${token}`, ...REQUEST, "--secret-file", "-"], `${SECRET}\n`);
  expect([bySecret.code, bySecret.notes]).toEqual([0, ""]);
  const byToken = await jwt(["verify", "-", ...REQUEST, "--secret-file", secretFile], `${token}\n`);
  expect(byToken.code).toBe(0);
});

test.each([
  ["another secret", ["--secret", "x"], "JWT_SIGNATURE"],
  ["another query", ["--url", `${URL_TEXT}8`], "JWT_QSH"],
  ["another method", ["--method", "GET"], "JWT_QSH"],
  ["a later time", ["--at", "2026-11-29T12:10:00Z"], "JWT_EXPIRED"],
])("%s is told by its check, and ends with 1", async (_name, change, code) => {
  const flags = [...REQUEST, ...(change[0] === "--secret" ? [] : ["--secret-file", secretFile]), ...change];
  const verified = await jwt(["verify", await sign(), ...flags]);
  expect(verified).toMatchObject({ code: 1, notes: expect.stringContaining(`Refused: ${code}`) as string });
  expect(verified.out).toMatch(/^✗ /m);
  const json = await jwt(["verify", await sign(), ...flags, "--json"]);
  expect(JSON.parse(json.out)).toMatchObject({ ok: false, code });
});

test("a signed install is verified with the host's public key", async () => {
  const { kid, privatePem, publicPem } = await createSigningKey();
  const file = join(folder, "key.pem");
  writeFileSync(file, publicPem);
  const privateKey = createPrivateKey(privatePem);
  const token = signInstall({ kid, privateKey, issuer: "c", url: URL_TEXT, baseUrl: BASE, nowSeconds: NOW });
  expect((await jwt(["verify", token, ...REQUEST, "--public-key", file])).code).toBe(0);
  expect((await jwt(["verify", await sign(), ...REQUEST, "--public-key", file])).notes).toContain("JWT_ALG");
});

test("decode shows header and claims, times as dates, and says that nothing is verified", async () => {
  const token = encodeSymmetric({ iss: "a", exp: NOW, sub: "\u001b[31m" }, "s", SymmetricAlgorithm.HS256);
  const { code, out, notes } = await jwt(["decode", token]);
  expect(code).toBe(0);
  expect(out).toContain(`${NOW}  (2026-11-29T12:00:00.000Z)`);
  expect(out).not.toContain("\u001b");
  expect(notes).toContain("Not verified");
});

describe("what is wrong is named", () => {
  test.each([
    ["no secret", ["sign", "--issuer", "a", "--url", URL_TEXT], 2, "USAGE"],
    ["no URL", ["sign", "--issuer", "a", "--url", "addon.example", "--secret", "s"], 2, "USAGE"],
    [
      "a file that isn't there",
      ["sign", "--issuer", "a", "--url", URL_TEXT, "--secret-file", "none"],
      4,
      "ENOENT",
    ],
    ["no token", ["decode", "abc"], 1, "JWT_MALFORMED"],
    ["no time", ["sign", "--issuer", "a", "--url", URL_TEXT, "--secret", "s", "--at", "noon"], 2, "USAGE"],
    ["a key that is none", ["verify", "a.b.c", ...REQUEST, "--public-key", "none"], 1, "JWT_MALFORMED"],
  ])("%s", async (_name, args, code, named) => {
    expect(await jwt(args)).toMatchObject({
      code,
      notes: expect.stringContaining(`error[${named}]`) as string,
    });
  });
});
