import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { URL_PROOF_LIFETIME_MS, createUrlProof, readUrlProof } from "../../../../src/host/model/url-proof.ts";
import { anyCharacter } from "../../../support/properties.ts";

const key = randomBytes(32);
const place = { origin: "https://addon.example", client: "192.0.2.1" };
const NOW = 1_700_000_000_000;
const proof = createUrlProof(key, { ...place, nonce: "n", now: NOW });
const read = (text: string, change: object = {}, by: Uint8Array = key) =>
  readUrlProof(by, text, { ...place, now: NOW, ...change });

test("a proof is good for one hour, with the same secret", () => {
  expect(proof.expiresAt).toBe(NOW + URL_PROOF_LIFETIME_MS);
  expect(URL_PROOF_LIFETIME_MS).toBe(3_600_000);
  expect(read(proof.text)).toEqual(proof);
  expect(read(proof.text, { now: proof.expiresAt - 1 })).toEqual(proof);
  expect(read(proof.text, { now: proof.expiresAt })).toBeUndefined();
});

test("the secret is none of what the proof shows, and another one for each proof", () => {
  expect(proof.text).not.toContain(proof.secret);
  expect(createUrlProof(key, { ...place, nonce: "m", now: NOW }).secret).not.toBe(proof.secret);
});

describe("a proof is not good", () => {
  test.each([
    ["for another origin", { origin: "https://other.example" }],
    ["for another port", { origin: "https://addon.example:8443" }],
    ["for another client", { client: "192.0.2.2" }],
  ])("%s", (_what, change) => {
    expect(read(proof.text, change)).toBeUndefined();
  });

  test("under another key", () => {
    expect(read(proof.text, {}, randomBytes(32))).toBeUndefined();
  });

  test.each([
    ["empty", ""],
    ["without a signature", proof.text.split(".")[0]!],
    ["with another signature", `${proof.text.split(".")[0]}.${"A".repeat(43)}`],
    ["with the secret as signature", `${proof.text.split(".")[0]}.${proof.secret}`],
    [
      "with later claims",
      `${Buffer.from(JSON.stringify(["https://addon.example", "192.0.2.1", NOW * 2, "n"])).toString("base64url")}.${proof.text.split(".")[1]}`,
    ],
    ["very long", `${proof.text}${".".repeat(5_000)}`],
    ["not base64", "%%%.%%%"],
  ])("when it is %s", (_what, text) => {
    expect(read(text)).toBeUndefined();
  });
});

test("no text but one that this key signed is a proof, and none throws", () => {
  const [claims = "", signature = ""] = proof.text.split(".");
  const texts = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.tuple(fc.base64String(), fc.base64String()).map((parts) => parts.join(".")),
    fc.base64String().map((text) => `${claims}.${text}`),
    fc.base64String().map((text) => `${text}.${signature}`),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(text === proof.text ? undefined : read(text)).toBeUndefined();
    }),
  );
});
