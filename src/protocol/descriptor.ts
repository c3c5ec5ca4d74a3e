/**
 * The descriptor of an add-on (`atlassian-connect.json`), as far as a host of webhooks reads it.
 * Source: developer.atlassian.com/cloud/jira/platform/connect-app-descriptor and …/modules/webhook.
 */

/** One entry of `modules.webhooks`. `url` is relative to the add-on's baseUrl and may hold `{x.y}` variables. */
export interface WebhookModule {
  readonly event: string;
  readonly url: string;
  /** Query parameters that are added to the url; values may hold variables. Atlassian's own hosts do not send them. */
  readonly params?: Readonly<Record<string, string>>;
  /** Jira's JQL subset. */
  readonly filter?: string;
  readonly excludeBody?: boolean;
  readonly propertyKeys?: readonly string[];
}

export const LIFECYCLE_EVENTS = ["installed", "enabled", "disabled", "uninstalled"] as const;
export type LifecycleEvent = (typeof LIFECYCLE_EVENTS)[number];

/** Urls of the lifecycle callbacks: appended to baseUrl they are what is called. */
export type LifecycleUrls = Readonly<Partial<Record<LifecycleEvent, string>>>;

export type AuthenticationType = "jwt" | "none";

/** A descriptor that passed validation: `authentication.type` is lower case, baseUrl has no trailing slash. */
export interface Descriptor {
  readonly key: string;
  readonly name: string;
  readonly baseUrl: string;
  /** baseUrl as the descriptor has it, where that differs: what signed install names as the audience. */
  readonly writtenBaseUrl?: string;
  readonly authentication: { readonly type: AuthenticationType };
  readonly lifecycle: LifecycleUrls;
  readonly version?: string;
  readonly description?: string;
  readonly vendor?: { readonly name?: string; readonly url?: string };
  readonly scopes: readonly string[];
  readonly webhooks: readonly WebhookModule[];
  /** Names of the modules that are accepted but not served here. */
  readonly otherModules: readonly string[];
}

/** A webhook with the full URL that is called for it. */
export interface ResolvedWebhook {
  readonly event: string;
  /** As the descriptor has it. */
  readonly url: string;
  /** baseUrl and url joined, with the params that are sent; variables are still in it. */
  readonly resolvedUrl: string;
  readonly params: Readonly<Record<string, string>>;
  /** Never empty: an empty filter in the descriptor means none. */
  readonly filter?: string;
  readonly excludeBody: boolean;
  readonly propertyKeys?: readonly string[];
  /** Index of the entry in `modules.webhooks`. */
  readonly position: number;
}

/** What an upgrade does to webhooks. `B` is what stands for one before: a subscription carries more than a webhook. */
export interface WebhookDiff<B extends ResolvedWebhook = ResolvedWebhook> {
  readonly added: readonly ResolvedWebhook[];
  readonly removed: readonly B[];
  readonly changed: readonly { readonly before: B; readonly after: ResolvedWebhook }[];
  readonly kept: readonly { readonly before: B; readonly after: ResolvedWebhook }[];
}

/** Something odd in a descriptor that can be installed nevertheless. */
export interface DescriptorWarning {
  readonly code: string;
  /** JSON pointer into the descriptor. */
  readonly pointer: string;
  readonly detail: string;
}

/** Where a descriptor is: at a URL, or in the request itself as a parsed JSON value. */
export type DescriptorSource =
  { readonly kind: "url"; readonly url: string } | { readonly kind: "value"; readonly value: unknown };

/** A descriptor that may be installed. */
export interface ReadDescriptor {
  readonly descriptor: Descriptor;
  /** SHA-256 of everything that an install uses of the descriptor: an install can be bound to what was shown before. */
  readonly digest: string;
  readonly webhooks: readonly ResolvedWebhook[];
  readonly warnings: readonly DescriptorWarning[];
}
