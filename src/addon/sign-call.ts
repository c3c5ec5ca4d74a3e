/** Calls from the add-on back to a host. */
import { CallboardError } from "../errors.ts";
import { createSecretKeyOf, signRequest } from "../protocol/token.ts";
import { isInstalled } from "./tenants.ts";
import type { TenantStore } from "./tenants.ts";

export interface Call {
  readonly method: string;
  /** Path and query below the host's baseUrl, percent-encoded, beginning with a slash. */
  readonly path: string;
}

/** What to send with any HTTP client: exactly this URL, and these headers beside your own. */
export interface SignedCall {
  readonly url: string;
  readonly headers: { readonly authorization: string };
}

export interface Caller {
  readonly addonKey: string;
  readonly tenants: TenantStore;
  readonly now: () => number;
}

/** Throws TENANT_NOT_FOUND when no installed host has this clientKey, URL_INVALID for a path without its slash. */
export async function signCall(clientKey: string, call: Call, caller: Caller): Promise<SignedCall> {
  if (!/^\/(?![/\\])/.test(call.path)) {
    throw new CallboardError("URL_INVALID", "The path of a call begins with exactly one slash");
  }
  const tenant = await caller.tenants.find(clientKey);
  if (!isInstalled(tenant)) {
    throw new CallboardError("TENANT_NOT_FOUND", "No host with this clientKey has the add-on installed");
  }
  const baseUrl = tenant.baseUrl.replace(/\/+$/, "");
  const url = baseUrl + call.path;
  const token = signRequest({
    issuer: caller.addonKey,
    audience: clientKey,
    method: call.method,
    url,
    baseUrl,
    key: createSecretKeyOf(tenant.sharedSecret),
    nowSeconds: Math.floor(caller.now() / 1000),
  });
  return { url, headers: { authorization: `JWT ${token}` } };
}
