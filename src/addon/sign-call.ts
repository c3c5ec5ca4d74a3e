/** Signs calls from the add-on to a host. */
import { CallboardError } from "../errors.ts";
import { signRequest } from "../protocol/token.ts";
import { isInstalled } from "./tenants.ts";
import type { TenantStore } from "./tenants.ts";
import { withoutTrailingSlashes } from "../trailing-slashes.ts";

export interface Call {
  readonly method: string;
  /** Path and query below the host's baseUrl, percent-encoded, with a leading slash. */
  readonly path: string;
}

/** URL and headers for any HTTP client. Send exactly this URL, and these headers beside your own. */
export interface SignedCall {
  readonly url: string;
  readonly headers: { readonly authorization: string };
}

export interface Caller {
  readonly addonKey: string;
  readonly tenants: TenantStore;
  readonly now: () => number;
}

/**
 * Signs a call.
 * @throws {CallboardError} TENANT_NOT_FOUND if no host with this clientKey has the add-on installed; URL_INVALID if the path
 * doesn't begin with exactly one slash.
 */
export async function signCall(clientKey: string, call: Call, caller: Caller): Promise<SignedCall> {
  if (!/^\/(?![/\\])/.test(call.path)) {
    throw new CallboardError("URL_INVALID", "The path of a call must begin with exactly one slash");
  }
  const tenant = await caller.tenants.find(clientKey);
  if (!isInstalled(tenant)) {
    throw new CallboardError("TENANT_NOT_FOUND", "The add-on is not installed on a host with this clientKey");
  }
  const baseUrl = withoutTrailingSlashes(tenant.baseUrl);
  const url = baseUrl + call.path;
  const token = signRequest({
    issuer: caller.addonKey,
    audience: clientKey,
    method: call.method,
    url,
    baseUrl,
    sharedSecret: tenant.sharedSecret,
    nowSeconds: Math.floor(caller.now() / 1000),
  });
  return { url, headers: { authorization: `JWT ${token}` } };
}
