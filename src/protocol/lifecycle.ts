/**
 * The bodies of the lifecycle callbacks.
 * Source: developer.atlassian.com/cloud/jira/platform/connect-app-descriptor, "Lifecycle HTTP request payload".
 */
import type { LifecycleEvent } from "./descriptor.ts";

interface LifecycleFields {
  /** The add-on's key. */
  readonly key: string;
  /** Identifies the site and never changes. The `iss` of all tokens that the site signs. */
  readonly clientKey: string;
  /** URL of the site for the add-on's calls. */
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

/** Payload of all callbacks but `installed`, which also has the `sharedSecret`. */
export interface LaterPayload extends LifecycleFields {
  readonly eventType: Exclude<LifecycleEvent, "installed">;
}

/** Algorithm of each callback: RS256 with the host's signing key, HS256 with the shared secret from `installed`. */
export const LIFECYCLE_ALGORITHMS = {
  installed: "RS256",
  uninstalled: "RS256",
  enabled: "HS256",
  disabled: "HS256",
} as const satisfies Record<LifecycleEvent, "RS256" | "HS256">;

/** Successful statuses of the `installed` callback. Any other one undoes the installation. */
export const INSTALLED_SUCCESS: readonly number[] = [200, 201, 204];
