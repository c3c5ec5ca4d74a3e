/** A site of the tests: calls an add-on as a host does, with the project's own signing. */
import type { KeyObject } from "node:crypto";
import type { LifecycleEvent } from "../../src/protocol/descriptor.ts";
import { deriveBodyKey, signBody } from "../../src/protocol/body-signature.ts";
import { signInstall } from "../../src/protocol/sign-install.ts";
import { signRequest } from "../../src/protocol/token.ts";
import { ADDON_KEY, BASE_URL } from "../fixtures/token-cases.ts";
import { rawRequest } from "./raw-request.ts";
import type { RawAnswer } from "./raw-request.ts";

export interface Site {
  readonly clientKey: string;
  readonly sharedSecret: string;
  /** The port that the add-on's baseUrl leads to. */
  readonly port: number;
  readonly privateKey: KeyObject;
  readonly kid?: string;
}

/** A signed request, kept so that a test can send it again. */
export interface SignedPost {
  readonly target: string;
  /** A list is a header that stands more than once. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string;
}

const seconds = () => Math.floor(Date.now() / 1000);

export function lifecyclePost(
  site: Site,
  event: LifecycleEvent,
  change: { readonly body?: object; readonly ageSeconds?: number } = {},
): SignedPost {
  const target = `/app/${event}`;
  const request = { issuer: site.clientKey, url: `https://inspector.example${target}`, baseUrl: BASE_URL };
  const nowSeconds = seconds() - (change.ageSeconds ?? 0);
  const token =
    event === "installed" || event === "uninstalled"
      ? signInstall({ ...request, kid: site.kid ?? "k-1", privateKey: site.privateKey, nowSeconds })
      : signRequest({ ...request, method: "POST", sharedSecret: site.sharedSecret, nowSeconds });
  const body = {
    key: ADDON_KEY,
    clientKey: site.clientKey,
    ...(event === "installed" ? { sharedSecret: site.sharedSecret } : {}),
    baseUrl: "https://one.host.example",
    productType: "jira",
    eventType: event,
    ...change.body,
  };
  return { target, headers: { authorization: `JWT ${token}` }, body: JSON.stringify(body) };
}

export function webhookPost(
  site: Site,
  path: string,
  body: string,
  change: {
    readonly headers?: Record<string, string>;
    readonly bodySignedWith?: string;
    readonly ageSeconds?: number;
    readonly bodyAgeSeconds?: number;
  } = {},
): SignedPost {
  const target = `/app${path}`;
  const token = signRequest({
    issuer: site.clientKey,
    method: "POST",
    url: `https://inspector.example${target}`,
    baseUrl: BASE_URL,
    sharedSecret: site.sharedSecret,
    nowSeconds: seconds() - (change.ageSeconds ?? 0),
  });
  const signature =
    change.bodySignedWith === undefined
      ? {}
      : signBody({
          id: "dlv_1",
          timestampSeconds: seconds() - (change.bodyAgeSeconds ?? 0),
          body: Buffer.from(body),
          keys: [deriveBodyKey(change.bodySignedWith)],
        });
  return { target, headers: { authorization: `JWT ${token}`, ...signature, ...change.headers }, body };
}

export function post(site: Site, signed: SignedPost): Promise<RawAnswer> {
  return rawRequest(site.port, "POST", signed.target, signed.headers, signed.body);
}
