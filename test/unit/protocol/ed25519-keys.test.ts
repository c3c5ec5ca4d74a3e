import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkBody, signBody, toBodyKey } from "../../../src/protocol/body-signature.ts";
import {
  createPrivateKeyText,
  isPrivateKeyText,
  parsePrivateKey,
  parsePublicKey,
} from "../../../src/protocol/ed25519-keys.ts";

// Published by Svix (svix-webhooks, server/svix-server/src/worker.rs, test_asymmetric_key_signing).
const PRIVATE =
  "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";
const PUBLIC = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";
const SIGNATURE =
  "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==";
const MESSAGE = {
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  timestampSeconds: 1_614_265_330,
  body: Buffer.from('{"test": 2432232314}'),
};

function check(signature: string, key: string, body: Buffer = MESSAGE.body): string {
  const { id, timestampSeconds: nowSeconds } = MESSAGE;
  const { state, code } = checkBody({
    id,
    timestamp: String(nowSeconds),
    signature,
    body,
    keys: [toBodyKey(key)],
    nowSeconds,
  });
  return code ?? state;
}

test("the published key signs the published signature, and its public key verifies it", () => {
  const headers = signBody({ ...MESSAGE, keys: [toBodyKey(PRIVATE)] });
  expect(headers["webhook-signature"]).toBe(SIGNATURE);
  expect(parsePrivateKey(PRIVATE)?.publicKey.text).toBe(PUBLIC);
  expect([PUBLIC, PRIVATE].map((key) => check(SIGNATURE, key))).toEqual(["ok", "ok"]);
});

test("the key ID is the thumbprint of RFC 8037, appendix A.3", () => {
  const bytes = Buffer.from(
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "hex",
  );
  expect(parsePrivateKey(`whsk_${bytes.toString("base64")}`)?.publicKey.jwk).toEqual({
    kty: "OKP",
    crv: "Ed25519",
    use: "sig",
    alg: "EdDSA",
    kid: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
    x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
  });
});

describe("a v1a signature", () => {
  test("stands beside those of secrets, and each key finds its own", () => {
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const { "webhook-signature": both } = signBody({ ...MESSAGE, keys: [PRIVATE, secret].map(toBodyKey) });
    expect(both).toBe(`${SIGNATURE} v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=`);
    expect([PUBLIC, secret].map((key) => check(both, key))).toEqual(["ok", "ok"]);
  });

  test("is refused for another body, another key and another version", () => {
    expect(check(SIGNATURE, PUBLIC, Buffer.from("{}"))).toBe("BODY_SIGNATURE");
    const other = parsePrivateKey(createPrivateKeyText())?.publicKey.text ?? "";
    expect(check(SIGNATURE, other)).toBe("BODY_SIGNATURE");
    for (const version of ["v1,", "v2a,"]) {
      expect(check(SIGNATURE.replace("v1a,", version), PUBLIC)).toBe("BODY_SIGNATURE");
    }
  });

  test("can't be replaced by an HMAC with the public key, which everybody knows", () => {
    const bytes = Buffer.from(PUBLIC.slice(5), "base64");
    for (const key of [bytes, Buffer.from(PUBLIC)]) {
      const { "webhook-signature": forged } = signBody({ ...MESSAGE, keys: [key] });
      expect(check(forged, PUBLIC)).toBe("BODY_SIGNATURE");
      expect(check(forged.replace("v1,", "v1a,"), PUBLIC)).toBe("BODY_SIGNATURE");
    }
  });

  test("is looked for among twenty signatures, so that many cost nothing", () => {
    const many = (count: number) => `${"v1a,AAAA ".repeat(count)}${SIGNATURE}`;
    expect([19, 20].map((count) => check(many(count), PUBLIC))).toEqual(["ok", "BODY_SIGNATURE"]);
  });
});

test("a new private key is another one each time, and its parts belong together", () => {
  const keys = [createPrivateKeyText(), createPrivateKeyText()];
  expect(new Set(keys).size).toBe(2);
  expect(keys.every((key) => isPrivateKeyText(key) && parsePrivateKey(key) !== undefined)).toBe(true);
});

test("the halves of two keys are no private key", () => {
  const [one = "", other = ""] = [PRIVATE, createPrivateKeyText()].map((key) => key.slice(5));
  const mixed = Buffer.concat([
    Buffer.from(one, "base64").subarray(0, 32),
    Buffer.from(other, "base64").subarray(32),
  ]);
  expect(parsePrivateKey(`whsk_${mixed.toString("base64")}`)).toBeUndefined();
});

test("no other text is a key, and none throws", () => {
  const text = fc.oneof(
    fc.string(),
    fc
      .tuple(fc.constantFrom("whsk_", "whpk_", "whsec_"), fc.base64String({ maxLength: 100 }))
      .map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, (given) => {
      const isKey = (prefix: string, bytes: number) =>
        given.startsWith(prefix) && Buffer.from(given.slice(5), "base64").length === bytes;
      if (!isKey("whpk_", 32)) expect(parsePublicKey(given)).toBeUndefined();
      if (!isKey("whsk_", 64)) expect(parsePrivateKey(given)).toBeUndefined();
      expect(check("v1a,AAAA", given)).toBe("BODY_SIGNATURE");
    }),
  );
});
