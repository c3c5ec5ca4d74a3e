/** The names of the headers that both sides must agree on, in lower case. */

/** On every POST to an add-on: the version of the Connect protocol that is spoken. */
export const CONNECT_VERSION = "atlassian-connect-version";

/** The version that hosts of the last years announced in it. */
export const ANNOUNCED_VERSION = "1.3.0";

/** The delivery id, the same across retries. */
export const WEBHOOK_IDENTIFIER = "x-atlassian-webhook-identifier";

/** `Primary` or `Secondary`. */
export const WEBHOOK_FLOW = "x-atlassian-webhook-flow";

/** The number of the retry; absent on the first attempt. */
export const WEBHOOK_RETRY = "x-atlassian-webhook-retry";

/** How many times a person asked for this delivery again; absent before the first. */
export const REDELIVERY = "x-callboard-redelivery";

/** The hex HMAC of Jira's admin webhooks. */
export const HUB_SIGNATURE = "x-hub-signature";

/** On every response of a Callboard server: the version of its REST API. A client tells by it that no other server responded. */
export const API_HEADER = "callboard-api";
export const API_HEADER_VALUE = "v1";
