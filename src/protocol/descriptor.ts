/**
 * The parts of an add-on's descriptor (`atlassian-connect.json`) that a host of webhooks reads.
 * Source: developer.atlassian.com/cloud/jira/platform/connect-app-descriptor and …/modules/webhook.
 */

/** One webhook module. `url` is relative to the add-on's baseUrl and can have `{x.y}` variables. */
export interface WebhookModule {
  readonly event: string;
  readonly url: string;
  /** Query parameters to add to the URL. Values can have variables. Atlassian's hosts don't send them. */
  readonly params?: Readonly<Record<string, string>>;
  /** JQL, in the subset of Jira's webhooks. */
  readonly filter?: string;
  /** Conditions on the body: an extension of Callboard. Atlassian's hosts ignore it. */
  readonly bodyFilter?: Readonly<Record<string, unknown>>;
  readonly excludeBody?: boolean;
  readonly propertyKeys?: readonly string[];
}

export const LIFECYCLE_EVENTS = ["installed", "enabled", "disabled", "uninstalled"] as const;
export type LifecycleEvent = (typeof LIFECYCLE_EVENTS)[number];

/** URLs of the lifecycle callbacks, relative to baseUrl. */
export type LifecycleUrls = Readonly<Partial<Record<LifecycleEvent, string>>>;

export type AuthenticationType = "jwt" | "none";

/** A valid descriptor: `authentication.type` is lowercase, `baseUrl` has no trailing slash. */
export interface Descriptor {
  readonly key: string;
  readonly name: string;
  readonly baseUrl: string;
  /** baseUrl as the descriptor spells it, if that differs. Signed install names it as the audience. */
  readonly writtenBaseUrl?: string;
  readonly authentication: { readonly type: AuthenticationType };
  readonly lifecycle: LifecycleUrls;
  readonly version?: string;
  readonly description?: string;
  readonly vendor?: { readonly name?: string; readonly url?: string };
  readonly scopes: readonly string[];
  readonly webhooks: readonly WebhookModule[];
  /** Names of the modules that Callboard accepts and doesn't serve. */
  readonly otherModules: readonly string[];
}

/** A webhook module with its full URL. */
export interface ResolvedWebhook {
  readonly event: string;
  /** URL as in the descriptor. */
  readonly url: string;
  /** baseUrl, url and params joined. Still has variables. */
  readonly resolvedUrl: string;
  readonly params: Readonly<Record<string, string>>;
  /** Never empty: an empty filter counts as none. */
  readonly filter?: string;
  readonly bodyFilter?: Readonly<Record<string, unknown>>;
  readonly excludeBody: boolean;
  readonly propertyKeys?: readonly string[];
  /** Index of the entry in `modules.webhooks`. */
  readonly position: number;
}

/** Changes of an upgrade to webhooks. `B` is the type of the existing ones: a subscription has more fields than a webhook. */
export interface WebhookDiff<B extends ResolvedWebhook = ResolvedWebhook> {
  readonly added: readonly ResolvedWebhook[];
  readonly removed: readonly B[];
  readonly changed: readonly { readonly before: B; readonly after: ResolvedWebhook }[];
  readonly kept: readonly { readonly before: B; readonly after: ResolvedWebhook }[];
}

/** A questionable entry of a descriptor that can be installed. */
export interface DescriptorWarning {
  readonly code: string;
  /** JSON pointer into the descriptor. */
  readonly pointer: string;
  readonly detail: string;
}

/** Source of a descriptor: a URL, or a parsed JSON value in the request. */
export type DescriptorSource =
  { readonly kind: "url"; readonly url: string } | { readonly kind: "value"; readonly value: unknown };

/** A descriptor that can be installed. */
export interface ReadDescriptor {
  readonly descriptor: Descriptor;
  /** SHA-256 of all parts that an install uses, to bind an install to the descriptor that was shown before. */
  readonly digest: string;
  readonly webhooks: readonly ResolvedWebhook[];
  readonly warnings: readonly DescriptorWarning[];
}
