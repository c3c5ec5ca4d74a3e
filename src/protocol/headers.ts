/** Names of the headers that host and add-on share, in lowercase. */

/** Version of the Connect protocol, on every POST to an add-on. */
export const CONNECT_VERSION = "atlassian-connect-version";

/** The version that Atlassian's hosts have announced in recent years. */
export const ANNOUNCED_VERSION = "1.3.0";

/** Delivery ID, the same for all attempts. */
export const WEBHOOK_IDENTIFIER = "x-atlassian-webhook-identifier";

/** `Primary` or `Secondary`. */
export const WEBHOOK_FLOW = "x-atlassian-webhook-flow";

/** Number of the retry. Absent on the first attempt. */
export const WEBHOOK_RETRY = "x-atlassian-webhook-retry";

/** Number of manual redeliveries. Absent before the first. */
export const REDELIVERY = "x-callboard-redelivery";

/** Number of a delivery among those of its key. Absent without a key. */
export const SEQUENCE = "webhook-sequence";

/** Hex HMAC of Jira's admin webhooks. */
export const HUB_SIGNATURE = "x-hub-signature";

/** The same under the name that GitHub's receivers know, and that of the secret before a rotation. */
export const HUB_SIGNATURE_256 = "x-hub-signature-256";
export const PREVIOUS_HUB_SIGNATURE_256 = "x-hub-signature-256-previous";

/** Version of the REST API, on every response of a Callboard server. Clients use it to recognize other servers. */
export const API_HEADER = "callboard-api";
export const API_HEADER_VALUE = "v1";
