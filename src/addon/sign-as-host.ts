/** Signs a POST to an add-on as its host does, to test an add-on or resend a request. */
import { deriveBodyKey, signBody } from "../protocol/body-signature.ts";
import { WEBHOOK_IDENTIFIER } from "../protocol/headers.ts";
import { signRequest } from "../protocol/token.ts";

/** A webhook to sign. */
export interface PostToSign {
  /** Key of the host, the `iss` of the token. */
  readonly clientKey: string;
  readonly sharedSecret: string;
  /** Absolute URL of the webhook, which must be sent as written. */
  readonly url: string;
  /** The add-on's baseUrl. */
  readonly baseUrl: string;
  readonly body: Uint8Array;
  /** The same for every attempt of a delivery. */
  readonly deliveryId: string;
  /** Epoch ms. The token is valid for 3 minutes from then. */
  readonly at: number;
}

/** Headers of the POST: the token, the delivery ID and the body's signature. */
export type HostPost = Readonly<Record<string, string>>;

/**
 * Returns the headers of a webhook as a host sends them: an HS256 token and Standard Webhooks signatures (www.standardwebhooks.com).
 */
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
