/** Signs a POST to an add-on as its host does, to test an add-on or resend a request. */
import { deriveBodyKey, signBody } from "../protocol/body-signature.ts";
import { WEBHOOK_IDENTIFIER } from "../protocol/headers.ts";
import { signRequest } from "../protocol/token.ts";

export interface PostToSign {
  readonly clientKey: string;
  readonly sharedSecret: string;
  /** Absolute URL of the webhook, which must be sent as written. */
  readonly url: string;
  /** The add-on's baseUrl. */
  readonly baseUrl: string;
  readonly body: Uint8Array;
  readonly deliveryId: string;
  /** Epoch ms. The token is valid for 3 minutes from then. */
  readonly at: number;
}

/** Headers of the POST: the token, the delivery ID and the body's signature. */
export type HostPost = Readonly<Record<string, string>>;

export function signAsHost(post: PostToSign): HostPost {
  const { clientKey, sharedSecret, url, baseUrl, body, deliveryId, at } = post;
  const nowSeconds = Math.floor(at / 1000);
  const token = signRequest({ issuer: clientKey, method: "POST", url, baseUrl, sharedSecret, nowSeconds });
  return {
    authorization: `JWT ${token}`,
    [WEBHOOK_IDENTIFIER]: deliveryId,
    ...signBody({ id: deliveryId, timestampSeconds: nowSeconds, body, keys: [deriveBodyKey(sharedSecret)] }),
  };
}
