import { expect, test } from "vitest";
import { listKeySet, listPublicKeys } from "../../../../src/host/model/public-keys.ts";
import type { SiteSnapshot } from "../../../../src/host/model/site-snapshot.ts";
import type { Webhook } from "../../../../src/host/model/webhook.ts";
import { createPrivateKeyText, parsePrivateKey } from "../../../../src/protocol/ed25519-keys.ts";

const [FIRST, SECOND] = [createPrivateKeyText(), createPrivateKeyText()];
const publicText = (key: string) => parsePrivateKey(key)?.publicKey.text;
const kid = (key: string) => parsePrivateKey(key)?.publicKey.jwk.kid;

type Parts = Pick<Webhook, "no" | "secret" | "previousSecret" | "previousSecretUntil" | "removedAt">;

function webhookWith(parts: Partial<Parts>): Webhook {
  const none = { secret: undefined, previousSecret: undefined, previousSecretUntil: undefined };
  return { no: 1, ...none, removedAt: undefined, ...parts } as Webhook;
}

const ROTATED = { secret: SECOND, previousSecret: FIRST, previousSecretUntil: 1_000 };

test.each([
  ["a webhook with a key pair has its public key", { secret: FIRST }, 0, [publicText(FIRST)]],
  [
    "until the overlap ends, the key before it follows",
    ROTATED,
    999,
    [publicText(SECOND), publicText(FIRST)],
  ],
  ["from its end on, the new key is alone", ROTATED, 1_000, [publicText(SECOND)]],
  [
    "a key without an end of its overlap is no key",
    { ...ROTATED, previousSecretUntil: undefined },
    0,
    [publicText(SECOND)],
  ],
  [
    "a secret that followed a key leaves the key in the overlap",
    { ...ROTATED, secret: "whsec_AAAA" },
    0,
    [publicText(FIRST)],
  ],
  ["a secret is no key", { secret: "whsec_AAAA" }, 0, []],
  ["a webhook without a secret has none", {}, 0, []],
  ["a deleted webhook has none", { secret: FIRST, removedAt: 1 }, 0, []],
])("%s", (_fact, parts, now, expected) => {
  expect(listPublicKeys(webhookWith(parts), now).map(({ text }) => text)).toEqual(expected);
});

test("the same webhook is asked at two times", () => {
  const webhook = webhookWith(ROTATED);
  expect([0, 2_000].map((now) => listPublicKeys(webhook, now).length)).toEqual([2, 1]);
});

test("the key set has the keys of all sites, and nothing private", () => {
  const site = (...webhooks: readonly Webhook[]) =>
    ({ webhooks: new Map(webhooks.map((webhook) => [webhook.no, webhook])) }) as unknown as SiteSnapshot;
  const one = site(webhookWith({ secret: FIRST }), webhookWith({ no: 2, secret: "whsec_AAAA" }));
  const { keys } = listKeySet([one, site(webhookWith({ secret: SECOND }))], 0);
  expect(keys.map((key) => key.kid)).toEqual([kid(FIRST), kid(SECOND)]);
  expect(new Set(keys.flatMap(Object.keys))).toEqual(new Set(["kty", "crv", "use", "alg", "kid", "x"]));
});
