/** What a lifecycle callback does to a tenant. Pure: the tenant before, the callback, the tenant after. */
import { hash } from "node:crypto";
import type { LifecycleEvent } from "../protocol/descriptor.ts";
import { timingSafeEqualText } from "../protocol/timing-safe.ts";
import { bad, ok } from "../protocol/verdict.ts";
import type { Check, TokenClaims } from "../protocol/verdict.ts";
import { isInstalled } from "./tenants.ts";
import type { InstalledTenant, Tenant, UninstalledTenant } from "./tenants.ts";

/** How long webhooks that were signed before a rotation may still arrive. */
const PREVIOUS_SECRET_MS = 10 * 60_000;

/** A callback whose token verified. */
export interface Callback {
  readonly event: LifecycleEvent;
  readonly body: Readonly<Record<string, unknown>>;
  readonly claims: TokenClaims;
  /** The token itself, of which only a fingerprint is kept. */
  readonly token: string;
  readonly receivedAt: number;
  /** True when the key of the token is from a host that signs every body. */
  readonly hostSignsBodies?: boolean;
}

/** Whether the body belongs to the token and to this add-on. The token does not cover it. */
export function checkCallbackBody(callback: Callback, addonKey: string): readonly Check[] {
  const { event, body, claims } = callback;
  if (body["clientKey"] !== claims.iss) return [bad("clientKey", "BODY_CLIENTKEY")];
  const same = ok("clientKey", "The body's clientKey is the token's iss.");
  if (body["key"] !== addonKey) return [same, bad("key", "BODY_KEY")];
  if (event !== "installed") return [same];
  const isUsable = isText(body["sharedSecret"]) && isText(body["baseUrl"]);
  return [same, isUsable ? ok("secret", "The body carries a sharedSecret.") : bad("secret", "BODY_SECRET")];
}

/** A signed callback counts once, and never after a newer one: else an old secret could be put back. */
export function checkReplay(callback: Callback, before: Tenant | undefined): Check {
  if (before === undefined) return ok("replay", "The first callback of this site.");
  const { iat } = callback.claims;
  const isOlder = iat < before.lifecycleIat;
  const isSeen = iat === before.lifecycleIat && before.lifecycleTokens.includes(fingerprint(callback.token));
  return isOlder || isSeen
    ? bad("replay", "JWT_REPLAY", isSeen ? "it was accepted before" : `${before.lifecycleIat - iat} s older`)
    : ok("replay", "Newer than the last callback that was accepted.");
}

/** The tenant after a callback that passed every check; undefined when there is nothing to keep. */
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
 * The tenant after a callback whose handler failed: as it was before, since the host takes the callback as not done. Only
 * the token counts as used: it does not cover the body, and must not bring another one.
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
