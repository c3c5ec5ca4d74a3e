/** Signs a POST to an add-on as its host does, for the tests of an add-on and for sending a request again. */
import { deriveBodyKey, signBody } from "../protocol/body-signature.ts";
import { WEBHOOK_IDENTIFIER } from "../protocol/headers.ts";
import { createSecretKeyOf, signRequest } from "../protocol/token.ts";

export interface PostToSign {
  readonly clientKey: string;
  readonly sharedSecret: string;
  /** The absolute URL of the webhook, sent to as written. */
  readonly url: string;
  /** The add-on's. */
  readonly baseUrl: string;
  readonly body: Uint8Array;
  readonly deliveryId: string;
  /** Epoch ms; the token is good for three minutes from here. */
  readonly at: number;
}

/** The headers of the POST: the token, the delivery id, and the signature of the body. */
export type HostPost = Readonly<Record<string, string>>;

export function signAsHost(post: PostToSign): HostPost {
  const { clientKey, sharedSecret, url, baseUrl, body, deliveryId, at } = post;
  const nowSeconds = Math.floor(at / 1000);
  const key = createSecretKeyOf(sharedSecret);
  const token = signRequest({ issuer: clientKey, method: "POST", url, baseUrl, key, nowSeconds });
  return {
    authorization: `JWT ${token}`,
    [WEBHOOK_IDENTIFIER]: deliveryId,
    ...signBody({ id: deliveryId, timestampSeconds: nowSeconds, body, keys: [deriveBodyKey(sharedSecret)] }),
  };
}
