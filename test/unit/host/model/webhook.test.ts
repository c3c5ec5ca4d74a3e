import { expect, test } from "vitest";
import { WEBHOOK_SIGNATURES, hasKeyPair } from "../../../../src/host/model/webhook.ts";

test("the secret of Ed25519 is a private key, of the other signatures a shared one", () => {
  expect(WEBHOOK_SIGNATURES.filter(hasKeyPair)).toEqual(["ed25519"]);
  expect(WEBHOOK_SIGNATURES).toEqual(["standard", "ed25519", "hub", "hub-256"]);
});
