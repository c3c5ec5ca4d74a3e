/** Generated from the catalogue by `npm run bodies`. */

export interface CallboardEvents {
  /** Attempts at an endpoint keep failing */
  readonly "endpoint.failing": EndpointFailing;
  /** An endpoint was paused after five days without a success */
  readonly "endpoint.paused": EndpointPaused;
  /** A paused endpoint was resumed by a successful attempt or by a person */
  readonly "endpoint.resumed": EndpointResumed;
  /** A receiver answered 410 and gets no more events */
  readonly "subscription.gone": SubscriptionGone;
  /** Deliveries to an endpoint failed for good */
  readonly "delivery.failed": DeliveryFailed;
  /** A certificate of a receiver, or of an outgoing webhook's settings, ends within 30 days, 7 days, or a day */
  readonly "certificate.expiring": CertificateExpiring;
  /** An add-on was installed, upgraded or re-installed */
  readonly "addon.installed": AddonInstalled;
  /** The install of an add-on was refused */
  readonly "addon.install-failed": AddonInstallFailed;
  /** An add-on was uninstalled */
  readonly "addon.uninstalled": AddonUninstalled;
  /** Dynamic webhooks of an add-on expire within three days */
  readonly "webhook.expiring": WebhookExpiring;
  /** Dynamic webhooks of an add-on expired */
  readonly "webhook.expired": WebhookExpired;
  /** The disk of the database is running out of space */
  readonly "storage.low": StorageLow;
  /** The proxy of CALLBOARD_EGRESS_PROXY does not work */
  readonly "proxy.failing": ProxyFailing;
  /** More deliveries are waiting than CALLBOARD_QUEUE_LIMIT */
  readonly "queue.high": QueueHigh;
  /** Events are kept although they are older than the retention period */
  readonly "retention.behind": RetentionBehind;
  /** A signing key, a secret or the master key was replaced */
  readonly "key.rotated": KeyRotated;
  /** An API token expires within seven days, or an outgoing webhook's bearer token within 30 days, 7 days, or a day */
  readonly "token.expiring": TokenExpiring;
}

/** Attempts at an endpoint keep failing */
export interface EndpointFailing {
  /** the event type */
  readonly event: "endpoint.failing";
  /** ID of the event */
  readonly id: string;
  /** when it happened, ISO 8601 */
  readonly at: string;
  /** key of the site that it concerns */
  readonly site: string;
  /** in one word */
  readonly state: string;
  /** since when, ISO 8601 */
  readonly since: string;
  /** the page that shows it */
  readonly link: string;
  readonly receiver: {
    /** addon or webhook */
    readonly kind: string;
    readonly name: string;
    /** key of an add-on */
    readonly key?: string;
    /** ID of an outgoing webhook */
    readonly id?: string;
    /** scheme, host and port of the endpoint */
    readonly origin?: string;
  };
  /** 5-attempts, 50-percent or 90-percent of the five days before a pause */
  readonly stage: string;
}

/** An endpoint was paused after five days without a success */
export interface EndpointPaused {
  /** the event type */
  readonly event: "endpoint.paused";
  /** ID of the event */
  readonly id: string;
  /** when it happened, ISO 8601 */
  readonly at: string;
  /** key of the site that it concerns */
  readonly site: string;
  /** in one word */
  readonly state: string;
  /** since when, ISO 8601 */
  readonly since: string;
  /** the page that shows it */
  readonly link: string;
  readonly receiver: {
    /** addon or webhook */
    readonly kind: string;
    readonly name: string;
    /** key of an add-on */
    readonly key?: string;
    /** ID of an outgoing webhook */
    readonly id?: string;
    /** scheme, host and port of the endpoint */
    readonly origin?: string;
  };
}

/** A paused endpoint was resumed by a successful attempt or by a person */
export interface EndpointResumed {
  /** the event type */
  readonly event: "endpoint.resumed";
  /** ID of the event */
  readonly id: string;
  /** when it happened, ISO 8601 */
  readonly at: string;
  /** key of the site that it concerns */
  readonly site: string;
  /** in one word */
  readonly state: string;
  /** since when, ISO 8601 */
  readonly since: string;
  /** the page that shows it */
  readonly link: string;
  readonly receiver: {
    /** addon or webhook */
    readonly kind: string;
    readonly name: string;
    /** key of an add-on */
    readonly key?: string;
    /** ID of an outgoing webhook */
    readonly id?: string;
    /** scheme, host and port of the endpoint */
    readonly origin?: string;
  };
  /** who did it; callboard where nobody did */
  readonly by: string;
}

/** A receiver answered 410 and gets no more events */
export interface SubscriptionGone {
  /** the event type */
  readonly event: "subscription.gone";
  /** ID of the event */
  readonly id: string;
  /** when it happened, ISO 8601 */
  readonly at: string;
  /** key of the site that it concerns */
  readonly site: string;
  /** in one word */
  readonly state: string;
  /** since when, ISO 8601 */
  readonly since: string;
  /** the page that shows it */
  readonly link: string;
  readonly receiver: {
    /** addon or webhook */
    readonly kind: string;
    readonly name: string;
    /** key of an add-on */
    readonly key?: string;
    /** ID of an outgoing webhook */
    readonly id?: string;
    /** scheme, host and port of the endpoint */
    readonly origin?: string;
  };
  /** the event type; all for all event types */
  readonly subscribedTo: string;
}

/** Deliveries to an endpoint failed for good */
export interface DeliveryFailed {
  /** the event type */
  readonly event: "delivery.failed";
  /** ID of the event */
  readonly id: string;
  /** when it happened, ISO 8601 */
  readonly at: string;
  /** key of the site that it concerns */
  readonly site: string;
  /** in one word */
  readonly state: string;
  /** since when, ISO 8601 */
  readonly since: string;
  /** the page that shows it */
  readonly link: string;
  readonly receiver: {
    /** addon or webhook */
    readonly kind: string;
    readonly name: string;
    /** key of an add-on */
    readonly key?: string;
    /** ID of an outgoing webhook */
    readonly id?: string;
    /** scheme, host and port of the endpoint */
    readonly origin?: string;
  };
  /** deliveries that failed since the last such event of this endpoint */
  readonly count: number;
  /** ID of the last one */
  readonly delivery: string;
  /** why the last one failed */
  readonly reason: string;
}

/** A certificate of a receiver, or of an outgoing webhook's settings, ends within 30 days, 7 days, or a day */
export interface CertificateExpiring {
  /** the event type */
  readonly event: "certificate.expiring";
  /** ID of the event */
  readonly id: string;
  /** when it happened, ISO 8601 */
  readonly at: string;
  /** key of the site that it concerns */
  readonly site: string;
  /** in one word */
  readonly state: string;
  /** since when, ISO 8601 */
  readonly since: string;
  /** the page that shows it */
  readonly link: string;
  readonly receiver: {
    /** addon or webhook */
    readonly kind: string;
    readonly name: string;
    /** key of an add-on */
    readonly key?: string;
    /** ID of an outgoing webhook */
    readonly id?: string;
    /** scheme, host and port of the endpoint */
    readonly origin?: string;
  };
  /** the day that has begun is counted */
  readonly daysLeft: number;
  /** the end of the certificate, ISO 8601 */
  readonly expiresAt: string;
  /** client certificate or certificate authority, for one of an outgoing webhook's settings */
  readonly certificate?: string;
}

/** An add-on was installed, upgraded or re-installed */
export interface AddonInstalled {
  /** the event type */
  readonly event: "addon.installed";
  /** ID of the event */
  readonly id: string;
  /** when it happened, ISO 8601 */
  readonly at: string;
  /** key of the site that it concerns */
  readonly site: string;
  /** in one word */
  readonly state: string;
  /** since when, ISO 8601 */
  readonly since: string;
  /** the page that shows it */
  readonly link: string;
  readonly receiver: {
    /** addon or webhook */
    readonly kind: string;
    readonly name: string;
    /** key of an add-on */
    readonly key?: string;
    /** ID of an outgoing webhook */
    readonly id?: string;
    /** scheme, host and port of the endpoint */
    readonly origin?: string;
  };
  /** install, upgrade or reinstall */
  readonly kind: string;
  /** who did it; callboard where nobody did */
  readonly by: string;
}

/** The install of an add-on was refused */
export interface AddonInstallFailed {
  /** the event type */
  readonly event: "addon.install-failed";
  /** ID of the event */
  readonly id: string;
  /** when it happened, ISO 8601 */
  readonly at: string;
  /** key of the site that it concerns */
  readonly site: string;
  /** in one word */
  readonly state: string;
  /** since when, ISO 8601 */
  readonly since: string;
  /** the page that shows it */
  readonly link: string;
  readonly receiver?: {
    /** addon or webhook */
    readonly kind?: string;
    readonly name?: string;
    /** key of an add-on */
    readonly key?: string;
    /** ID of an outgoing webhook */
    readonly id?: string;
    /** scheme, host and port of the endpoint */
    readonly origin?: string;
  };
  /** the descriptor URL without user and password; ?… stands for a query */
  readonly url?: string;
  /** the error code */
  readonly code: string;
  /** what was wrong */
  readonly detail: string;
  /** who did it; callboard where nobody did */
  readonly by: string;
}

/** An add-on was uninstalled */
export interface AddonUninstalled {
  /** the event type */
  readonly event: "addon.uninstalled";
  /** ID of the event */
  readonly id: string;
  /** when it happened, ISO 8601 */
  readonly at: string;
  /** key of the site that it concerns */
  readonly site: string;
  /** in one word */
  readonly state: string;
  /** since when, ISO 8601 */
  readonly since: string;
  /** the page that shows it */
  readonly link: string;
  readonly receiver: {
    /** addon or webhook */
    readonly kind: string;
    readonly name: string;
    /** key of an add-on */
    readonly key?: string;
    /** ID of an outgoing webhook */
    readonly id?: string;
    /** scheme, host and port of the endpoint */
    readonly origin?: string;
  };
  /** who did it; callboard where nobody did */
  readonly by: string;
}

/** Dynamic webhooks of an add-on expire within three days */
export interface WebhookExpiring {
  /** the event type */
  readonly event: "webhook.expiring";
  /** ID of the event */
  readonly id: string;
  /** when it happened, ISO 8601 */
  readonly at: string;
  /** key of the site that it concerns */
  readonly site: string;
  /** in one word */
  readonly state: string;
  /** since when, ISO 8601 */
  readonly since: string;
  /** the page that shows it */
  readonly link: string;
  readonly receiver: {
    /** addon or webhook */
    readonly kind: string;
    readonly name: string;
    /** key of an add-on */
    readonly key?: string;
    /** ID of an outgoing webhook */
    readonly id?: string;
    /** scheme, host and port of the endpoint */
    readonly origin?: string;
  };
  readonly count: number;
  /** when the first one expires, ISO 8601 */
  readonly expiresAt: string;
}

/** Dynamic webhooks of an add-on expired */
export interface WebhookExpired {
  /** the event type */
  readonly event: "webhook.expired";
  /** ID of the event */
  readonly id: string;
  /** when it happened, ISO 8601 */
  readonly at: string;
  /** key of the site that it concerns */
  readonly site: string;
  /** in one word */
  readonly state: string;
  /** since when, ISO 8601 */
  readonly since: string;
  /** the page that shows it */
  readonly link: string;
  readonly receiver: {
    /** addon or webhook */
    readonly kind: string;
    readonly name: string;
    /** key of an add-on */
    readonly key?: string;
    /** ID of an outgoing webhook */
    readonly id?: string;
    /** scheme, host and port of the endpoint */
    readonly origin?: string;
  };
  readonly count: number;
}

/** The disk of the database is running out of space */
export interface StorageLow {
  /** the event type */
  readonly event: "storage.low";
  /** ID of the event */
  readonly id: string;
  /** when it happened, ISO 8601 */
  readonly at: string;
  /** key of the site that it concerns */
  readonly site: string;
  /** in one word */
  readonly state: string;
  /** since when, ISO 8601 */
  readonly since: string;
  /** the page that shows it */
  readonly link: string;
  readonly freeBytes: number;
}

/** The proxy of CALLBOARD_EGRESS_PROXY does not work */
export interface ProxyFailing {
  /** the event type */
  readonly event: "proxy.failing";
  /** ID of the event */
  readonly id: string;
  /** when it happened, ISO 8601 */
  readonly at: string;
  /** key of the site that it concerns */
  readonly site: string;
  /** in one word */
  readonly state: string;
  /** since when, ISO 8601 */
  readonly since: string;
  /** the page that shows it */
  readonly link: string;
  /** reason of the attempts through it */
  readonly reason?: string;
  /** one sentence */
  readonly detail?: string;
}

/** More deliveries are waiting than CALLBOARD_QUEUE_LIMIT */
export interface QueueHigh {
  /** the event type */
  readonly event: "queue.high";
  /** ID of the event */
  readonly id: string;
  /** when it happened, ISO 8601 */
  readonly at: string;
  /** key of the site that it concerns */
  readonly site: string;
  /** in one word */
  readonly state: string;
  /** since when, ISO 8601 */
  readonly since: string;
  /** the page that shows it */
  readonly link: string;
  readonly waiting: number;
  readonly limit: number;
}

/** Events are kept although they are older than the retention period */
export interface RetentionBehind {
  /** the event type */
  readonly event: "retention.behind";
  /** ID of the event */
  readonly id: string;
  /** when it happened, ISO 8601 */
  readonly at: string;
  /** key of the site that it concerns */
  readonly site: string;
  /** in one word */
  readonly state: string;
  /** since when, ISO 8601 */
  readonly since: string;
  /** the page that shows it */
  readonly link: string;
}

/** A signing key, a secret or the master key was replaced */
export interface KeyRotated {
  /** the event type */
  readonly event: "key.rotated";
  /** ID of the event */
  readonly id: string;
  /** when it happened, ISO 8601 */
  readonly at: string;
  /** key of the site that it concerns */
  readonly site: string;
  /** in one word */
  readonly state: string;
  /** since when, ISO 8601 */
  readonly since: string;
  /** the page that shows it */
  readonly link: string;
  /** signing-key, addon-secret, webhook-secret or master-key */
  readonly key: string;
  /** who did it; callboard where nobody did */
  readonly by: string;
  readonly receiver?: {
    /** addon or webhook */
    readonly kind?: string;
    readonly name?: string;
    /** key of an add-on */
    readonly key?: string;
    /** ID of an outgoing webhook */
    readonly id?: string;
    /** scheme, host and port of the endpoint */
    readonly origin?: string;
  };
}

/** An API token expires within seven days, or an outgoing webhook's bearer token within 30 days, 7 days, or a day */
export interface TokenExpiring {
  /** the event type */
  readonly event: "token.expiring";
  /** ID of the event */
  readonly id: string;
  /** when it happened, ISO 8601 */
  readonly at: string;
  /** key of the site that it concerns */
  readonly site: string;
  /** in one word */
  readonly state: string;
  /** since when, ISO 8601 */
  readonly since: string;
  /** the page that shows it */
  readonly link: string;
  /** name of the API token, or of the webhook */
  readonly token: string;
  /** ISO 8601 */
  readonly expiresAt: string;
  readonly receiver?: {
    /** addon or webhook */
    readonly kind?: string;
    readonly name?: string;
    /** key of an add-on */
    readonly key?: string;
    /** ID of an outgoing webhook */
    readonly id?: string;
    /** scheme, host and port of the endpoint */
    readonly origin?: string;
  };
  /** for a bearer token; the day that has begun is counted */
  readonly daysLeft?: number;
}
