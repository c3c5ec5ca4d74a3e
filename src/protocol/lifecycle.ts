/**
 * The bodies of the lifecycle callbacks.
 * Source: developer.atlassian.com/cloud/jira/platform/connect-app-descriptor, "Lifecycle HTTP request payload".
 */
import type { LifecycleEvent } from "./descriptor.ts";

interface LifecycleFields {
  /** The add-on's key. */
  readonly key: string;
  /** Identifies the site and never changes for it; `iss` of everything it signs. */
  readonly clientKey: string;
  /** Where the site answers the add-on's calls. */
  readonly baseUrl: string;
  readonly productType: string;
  readonly description?: string;
  readonly displayUrl?: string;
  readonly serverVersion?: string;
  readonly pluginsVersion?: string;
  readonly publicKey?: string;
  readonly oauthClientId?: string;
  readonly accountId?: string;
  readonly serviceEntitlementNumber?: string;
  readonly installationId?: string;
  readonly cloudId?: string;
}

/** `installed` has the same fields and the `sharedSecret`: it is the only one that carries it. */
export interface LaterPayload extends LifecycleFields {
  readonly eventType: Exclude<LifecycleEvent, "installed">;
}

/** How a callback is signed: with the host's own key, or with the secret that `installed` brought. */
export const LIFECYCLE_ALGORITHMS = {
  installed: "RS256",
  uninstalled: "RS256",
  enabled: "HS256",
  disabled: "HS256",
} as const satisfies Record<LifecycleEvent, "RS256" | "HS256">;

/** What an add-on may answer to `installed`; anything else undoes the installation. */
export const INSTALLED_SUCCESS: readonly number[] = [200, 201, 204];
