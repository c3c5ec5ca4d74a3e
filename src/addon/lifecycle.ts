/** Computes the tenant after a lifecycle callback. Pure. */
import { hash } from "node:crypto";
import type { LifecycleEvent } from "../protocol/descriptor.ts";
import { timingSafeEqualText } from "../protocol/timing-safe.ts";
import { bad, ok } from "../protocol/verdict.ts";
import type { Check, TokenClaims } from "../protocol/verdict.ts";
import { isInstalled } from "./tenants.ts";
import type { InstalledTenant, Tenant, UninstalledTenant } from "./tenants.ts";

/** Time during which webhooks signed before a rotation are accepted. */
const PREVIOUS_SECRET_MS = 10 * 60_000;

/** A callback with a valid token. */
export interface Callback {
  readonly event: LifecycleEvent;
  readonly body: Readonly<Record<string, unknown>>;
  readonly claims: TokenClaims;
  /** The token. Only its fingerprint is stored. */
  readonly token: string;
  readonly receivedAt: number;
  /** True if the key comes from a host that signs every body. */
  readonly hostSignsBodies?: boolean;
}

/** Checks that the body belongs to the token and this add-on, because the token doesn't cover the body. */
export function checkCallbackBody(callback: Callback, addonKey: string): readonly Check[] {
  const { event, body, claims } = callback;
  if (body["clientKey"] !== claims.iss) return [bad("clientKey", "BODY_CLIENTKEY")];
  const same = ok("clientKey", "The body's clientKey is the token's iss.");
  if (body["key"] !== addonKey) return [same, bad("key", "BODY_KEY")];
  if (event !== "installed") return [same];
  const isUsable = isText(body["sharedSecret"]) && isText(body["baseUrl"]);
  return [same, isUsable ? ok("secret", "The body has a sharedSecret.") : bad("secret", "BODY_SECRET")];
}

/** Refuses a signed callback that is repeated or older than the last one, because it could restore an old secret. */
export function checkReplay(callback: Callback, before: Tenant | undefined): Check {
  if (before === undefined) return ok("replay", "The first callback of this site.");
  const { iat } = callback.claims;
  const isOlder = iat < before.lifecycleIat;
  const isSeen = iat === before.lifecycleIat && before.lifecycleTokens.includes(fingerprint(callback.token));
  return isOlder || isSeen
    ? bad("replay", "JWT_REPLAY", isSeen ? "it was accepted before" : `${before.lifecycleIat - iat} s older`)
    : ok("replay", "Newer than the last callback that was accepted.");
}

/** Returns the tenant after a callback that passed every check. Undefined if there is nothing to store. */
export function tenantAfter(callback: Callback, before: Tenant | undefined): Tenant | undefined {
  switch (callback.event) {
    case "installed":
      return installedTenant(callback, before);
    case "uninstalled":
      return before === undefined ? undefined : { ...withoutSecret(before), ...marks(callback, before) };
    case "enabled":
    case "disabled":
      return isInstalled(before) ? { ...before, state: callback.event } : before;
  }
}

/**
 * Returns the tenant after a failed handler: unchanged, because the host considers the callback failed. Only the token counts
 * as used, because it doesn't cover the body and must not bring another one.
 */
export function tenantAfterFailure(after: Tenant, before: Tenant | undefined): Tenant {
  const { lifecycleIat, lifecycleTokens } = after;
  return { ...(before ?? withoutSecret(after)), lifecycleIat, lifecycleTokens };
}

function withoutSecret(tenant: Tenant): UninstalledTenant {
  const { clientKey, baseUrl, productType, lifecycleIat, lifecycleTokens, signsBodies } = tenant;
  return {
    clientKey,
    baseUrl,
    productType,
    state: "uninstalled",
    lifecycleIat,
    lifecycleTokens,
    ...(signsBodies === true ? { signsBodies } : {}),
  };
}

function installedTenant(callback: Callback, before: Tenant | undefined): InstalledTenant {
  const { body, claims, receivedAt } = callback;
  const sharedSecret = String(body["sharedSecret"]);
  const isRotation = isInstalled(before) && !timingSafeEqualText(before.sharedSecret, sharedSecret);
  const previousSecret = isRotation
    ? { sharedSecret: before.sharedSecret, acceptedUntil: receivedAt + PREVIOUS_SECRET_MS }
    : isInstalled(before)
      ? before.previousSecret
      : undefined;
  return {
    clientKey: claims.iss,
    baseUrl: String(body["baseUrl"]),
    productType: isText(body["productType"]) ? body["productType"] : "",
    ...(isText(body["displayUrl"]) ? { displayUrl: body["displayUrl"] } : {}),
    state: isInstalled(before) ? before.state : "installed",
    sharedSecret,
    ...(previousSecret === undefined ? {} : { previousSecret }),
    ...(callback.hostSignsBodies === true || before?.signsBodies === true ? { signsBodies: true } : {}),
    ...marks(callback, before),
  };
}

function marks(callback: Callback, before: Tenant | undefined) {
  const { iat } = callback.claims;
  const earlier = before?.lifecycleIat === iat ? before.lifecycleTokens : [];
  return { lifecycleIat: iat, lifecycleTokens: [...earlier, fingerprint(callback.token)] };
}

function fingerprint(token: string): string {
  return hash("sha256", token, "base64url");
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
