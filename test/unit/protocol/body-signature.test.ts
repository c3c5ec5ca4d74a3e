import { generateKeyPairSync, verify } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  toBodyKey,
  checkBody,
  deriveBodyKey,
  hubSignature,
  isHubSignature,
  signBody,
} from "../../../src/protocol/body-signature.ts";
import type { BodyKey, BodyToVerify } from "../../../src/protocol/body-signature.ts";
import { createPrivateKeyText, parsePrivateKey } from "../../../src/protocol/ed25519-keys.ts";

const NOW = 1_800_000_000;
const KEY = deriveBodyKey("the shared secret");
const BODY = Buffer.from('{"a":1}');

function checked(change: { body?: Uint8Array; keys?: Uint8Array[]; nowSeconds?: number; id?: string } = {}) {
  const headers = signBody({ id: "dlv_1", timestampSeconds: NOW, body: BODY, keys: [KEY] });
  return checkBody({
    id: change.id ?? headers["webhook-id"],
    timestamp: headers["webhook-timestamp"],
    signature: headers["webhook-signature"],
    body: change.body ?? BODY,
    keys: change.keys ?? [KEY],
    nowSeconds: change.nowSeconds ?? NOW,
  });
}

test("the signature equals the published vector of Standard Webhooks", () => {
  const headers = signBody({
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestampSeconds: 1_614_265_330,
    body: Buffer.from('{"test": 2432232314}'),
    keys: [toBodyKey("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")],
  });
  expect(headers["webhook-signature"]).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test("both keys of a rotation verify", () => {
  const next = toBodyKey("a plain secret");
  const headers = signBody({ id: "dlv_1", timestampSeconds: NOW, body: BODY, keys: [next, KEY] });
  expect(headers["webhook-signature"].split(" ")).toHaveLength(2);
  for (const key of [next, KEY]) {
    const check = checkBody({
      id: "dlv_1",
      timestamp: headers["webhook-timestamp"],
      signature: headers["webhook-signature"],
      body: BODY,
      keys: [key],
      nowSeconds: NOW,
    });
    expect(check.state).toBe("ok");
  }
});

test("a signature is valid for 5 minutes before and after its time", () => {
  expect(checked({ nowSeconds: NOW + 300 }).state).toBe("ok");
  expect(checked({ nowSeconds: NOW + 301 }).code).toBe("BODY_SIGNATURE_TIME");
  expect(checked({ nowSeconds: NOW - 301 }).code).toBe("BODY_SIGNATURE_TIME");
});

test("another ID or another key is refused", () => {
  expect(checked({ id: "dlv_2" }).code).toBe("BODY_SIGNATURE");
  expect(checked({ keys: [deriveBodyKey("another")] }).code).toBe("BODY_SIGNATURE");
  expect(checked({ keys: [] }).code).toBe("BODY_SIGNATURE");
});

test("any changed body is refused", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (body) => {
      fc.pre(!BODY.equals(body));
      expect(checked({ body }).code).toBe("BODY_SIGNATURE");
    }),
  );
});

test.each(["id", "timestamp", "signature"])("a request without the header %s is not signed", (name) => {
  const whole = {
    id: "a",
    timestamp: String(NOW),
    signature: "v1,x",
    body: BODY,
    keys: [KEY],
    nowSeconds: NOW,
  };
  expect(checkBody({ ...whole, [name]: undefined })).toMatchObject({
    name: "body",
    state: "bad",
    code: "BODY_SIGNATURE_MISSING",
  });
});

test.each([
  "",
  "x",
  "-1800000000",
  "1800000000.0",
  " 1800000000",
  "1800000000 ",
  "0".repeat(6) + String(NOW),
])("%j is not a time", (timestamp) => {
  const check = checkBody({
    id: "a",
    timestamp,
    signature: "v1,x",
    body: BODY,
    keys: [KEY],
    nowSeconds: NOW,
  });
  expect(check).toMatchObject({ name: "body", code: "BODY_SIGNATURE_TIME" });
  expect(check.reason).toContain("not a time");
});

test("the age of a signature that is too old is said in seconds", () => {
  expect(checked({ nowSeconds: NOW + 301 }).reason).toContain("301 s old");
});

test("a signature of another version is ignored", () => {
  const { "webhook-signature": made } = signBody({ id: "a", timestampSeconds: NOW, body: BODY, keys: [KEY] });
  const check = (signature: string) =>
    checkBody({ id: "a", timestamp: String(NOW), signature, body: BODY, keys: [KEY], nowSeconds: NOW });
  expect(check(`v1a,AAAA ${made}`)).toMatchObject({ name: "body", state: "ok" });
  expect(check(made.replace("v1,", "v2,"))).toMatchObject({ name: "body", state: "bad" });
});

test("a secret without the prefix whsec_ is the key itself, and a derived key is another", () => {
  expect(toBodyKey("plain é")).toEqual(Buffer.from("plain é", "utf8"));
  expect(toBodyKey("whsec_AAEC")).toEqual(Buffer.from([0, 1, 2]));
  expect(Buffer.from(deriveBodyKey("secret")).toString("hex")).toBe(
    "af0c9449807b3d57f0e378f11a5f4d9243c46bfa090fc1a811cc262bcb1b715d",
  );
});

test("missing headers and an invalid timestamp have their own codes", () => {
  const rest = { signature: "v1,x", body: BODY, keys: [KEY], nowSeconds: NOW };
  expect(checkBody({ ...rest, id: undefined, timestamp: "1" }).code).toBe("BODY_SIGNATURE_MISSING");
  expect(checkBody({ ...rest, id: "a", timestamp: "1e9" }).code).toBe("BODY_SIGNATURE_TIME");
});

test("X-Hub-Signature equals its published vector", () => {
  const secret = "It's a Secret to Everybody";
  const body = Buffer.from("Hello World!");
  const header = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9";
  expect(hubSignature(secret, body)).toBe(header);
  expect(isHubSignature(secret, body, header)).toBe(true);
  expect(isHubSignature(secret, body, header.toUpperCase())).toBe(false);
});

describe("a signature with an Ed25519 key", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const other = generateKeyPairSync("ed25519");
  const signed = { id: "dlv_1", timestampSeconds: NOW, body: BODY };
  const check = (signature: string, keys: readonly BodyKey[], change: Partial<BodyToVerify> = {}) => {
    const headers = { id: "dlv_1", timestamp: String(NOW), signature };
    return checkBody({ ...headers, body: BODY, keys, nowSeconds: NOW, ...change }).state;
  };
  const { "webhook-signature": own } = signBody({ ...signed, keys: [privateKey] });

  test("is v1a of ID, timestamp and body, as Standard Webhooks has it", () => {
    const [version, base64 = ""] = own.split(",");
    const content = Buffer.from(`dlv_1.${NOW}.{"a":1}`);
    expect(version).toBe("v1a");
    expect(verify(undefined, content, publicKey, Buffer.from(base64, "base64"))).toBe(true);
  });

  test("verifies with either key of the pair, and with no other", () => {
    expect([[publicKey], [privateKey], [other.publicKey, publicKey]].map((keys) => check(own, keys))).toEqual(
      ["ok", "ok", "ok"],
    );
    expect(check(own, [other.publicKey])).toBe("bad");
  });

  test.each([
    ["ID", { id: "dlv_2" }],
    ["timestamp", { timestamp: String(NOW + 1) }],
    ["body", { body: Buffer.from("{}") }],
  ])("does not match another %s", (_what, change) => {
    expect(check(own, [publicKey], change)).toBe("bad");
  });

  test("may stand beside others, in its own kind alone", () => {
    const { "webhook-signature": hmac } = signBody({ ...signed, keys: [KEY] });
    expect(check(`v1,AAAA v1a,AAAA ${own}`, [publicKey])).toBe("ok");
    expect(check(`${own} ${hmac}`, [KEY])).toBe("ok");
    expect(check(own.replace("v1a,", "v1b,"), [publicKey])).toBe("bad");
    expect(check(own.replace("v1a,", "v1,"), [publicKey])).toBe("bad");
    expect(check(`v1a,${hmac.slice(3)}`, [KEY])).toBe("bad");
    expect(check(hmac, [publicKey])).toBe("bad");
  });

  test("is looked for among the first 20", () => {
    const after = (count: number) => `${"v1a,AAAA ".repeat(count)}${own}`;
    expect([check(after(19), [publicKey]), check(after(20), [publicKey])]).toEqual(["ok", "bad"]);
  });

  test("is made by a secret that begins with whsk_, and checked by one that begins with whpk_", () => {
    const secret = createPrivateKeyText();
    const publicText = parsePrivateKey(secret)?.publicKey.text ?? "";
    const { "webhook-signature": made } = signBody({ ...signed, keys: [toBodyKey(secret)] });
    expect(check(made, [toBodyKey(publicText)])).toBe("ok");
    expect(check(made, [toBodyKey(secret)])).toBe("ok");
    expect(() => signBody({ ...signed, keys: [toBodyKey(publicText)] })).toThrow();
  });
});
