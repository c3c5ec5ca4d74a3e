/** The public keys of outgoing webhooks with the signature ed25519. Pure. It keeps a cache that changes no result. */
import { parsePrivateKey } from "../../protocol/ed25519-keys.ts";
import type { PublicJwk } from "../../protocol/ed25519-keys.ts";
import type { SiteSnapshot } from "./site-snapshot.ts";
import type { Webhook } from "./webhook.ts";

/** A key that signs a webhook's POSTs. */
export interface WebhookPublicKey {
  /** `whpk_…` */
  readonly text: string;
  readonly jwk: PublicJwk;
  /** The end of the overlap of a key that was replaced, epoch ms. */
  readonly until: number | undefined;
}

const publicKeyCache = new WeakMap<Webhook, readonly WebhookPublicKey[]>();

/** Lists the keys that sign now, the current one first. Empty for other signatures. */
export function listPublicKeys(webhook: Webhook, now: number): readonly WebhookPublicKey[] {
  if (webhook.removedAt !== undefined) return [];
  let keys = publicKeyCache.get(webhook);
  if (keys === undefined) {
    keys = readPublicKeys(webhook);
    publicKeyCache.set(webhook, keys);
  }
  return keys.filter(({ until }) => until === undefined || until > now);
}

function readPublicKeys(webhook: Webhook): readonly WebhookPublicKey[] {
  const { secret, previousSecret, previousSecretUntil } = webhook;
  const secrets = [
    { secret, until: undefined },
    { secret: previousSecret, until: previousSecretUntil ?? 0 },
  ];
  return secrets.flatMap((each) => {
    const pair = each.secret === undefined ? undefined : parsePrivateKey(each.secret);
    return pair === undefined ? [] : [{ ...pair.publicKey, until: each.until }];
  });
}

/** Returns the key set of all webhooks (RFC 7517, section 5). */
export function listKeySet(
  sites: readonly SiteSnapshot[],
  now: number,
): { readonly keys: readonly PublicJwk[] } {
  const webhooks = sites.flatMap(({ webhooks }) => [...webhooks.values()]);
  return { keys: webhooks.flatMap((webhook) => listPublicKeys(webhook, now)).map(({ jwk }) => jwk) };
}
