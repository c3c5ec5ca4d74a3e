// Verifies the requests of the file that is named: v1 with the library, v1a with Node's Ed25519, which the library has not.
import assert from "node:assert";
import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const given = Object.fromEntries(
  readFileSync(process.argv[2], "utf8")
    .trim()
    .split("\n")
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
);

function read(name) {
  const [id, timestamp, signature, body] = ["id", "timestamp", "signature", "body"].map((each) => given[`${name}.${each}`]);
  return { id, timestamp, signature, body: Buffer.from(body, "base64").toString() };
}

{
  const { id, timestamp, signature, body } = read("hmac");
  const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
  const webhook = new Webhook(given.secret);
  webhook.verify(body, headers);
  assert.throws(() => webhook.verify(`${body} `, headers));
}
{
  const { id, timestamp, signature, body } = read("ed25519");
  const x = Buffer.from(given.public.replace("whpk_", ""), "base64").toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const isGenuine = (text) =>
    signature
      .split(" ")
      .filter((each) => each.startsWith("v1a,"))
      .some((each) =>
        verify(undefined, Buffer.from(`${id}.${timestamp}.${text}`), key, Buffer.from(each.slice(4), "base64")),
      );
  assert(isGenuine(body));
  assert(!isGenuine(`${body} `));
}
console.log("verified");
