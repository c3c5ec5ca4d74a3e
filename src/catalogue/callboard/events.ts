/**
 * Callboard's own product: the operational events, in which it tells of its endpoints, add-ons and itself. They can be
 * subscribed to by name on a site of any product.
 */

import { eventTable, field, optional } from "../event-type.ts";
import type { EventData, Field } from "../event-type.ts";

const COMMON: readonly Field[] = [
  field("event", "string", "the event type"),
  field("id", "string", "ID of the event"),
  field("at", "string", "when it happened, ISO 8601"),
  field("site", "string", "key of the site that it concerns"),
  field("state", "string", "in one word"),
  field("since", "string", "since when, ISO 8601"),
  field("link", "string", "the page that shows it"),
];

const RECEIVER: readonly Field[] = [
  field("receiver", "object"),
  field("receiver.kind", "string", "addon or webhook"),
  field("receiver.name", "string"),
  ...optional(
    field("receiver.key", "string", "key of an add-on"),
    field("receiver.id", "string", "ID of an outgoing webhook"),
    field("receiver.origin", "string", "scheme, host and port of the endpoint"),
  ),
];

const SITE = "jira";
const AT = "2024-11-12T09:30:00.123Z";
const SINCE = "2024-11-07T09:12:44.010Z";
const BASE = "https://callboard.example.com";

const ADDON = { kind: "addon", name: "Tide Inspector", key: "com.example.tide-inspector" };
const ENDPOINT = { ...ADDON, origin: "https://tide.example.com" };
const ENDPOINT_PAGE = `${BASE}/admin/endpoints?site=${SITE}&q=${encodeURIComponent(ENDPOINT.origin)}`;
const ADDON_PAGE = `${BASE}/admin/addons/${SITE}/${ADDON.key}`;

interface Sample {
  readonly state: string;
  readonly since?: string;
  readonly link?: string;
  readonly site?: string;
  readonly [more: string]: unknown;
}

function row(
  group: string,
  description: string,
  { about, further = [] }: { readonly about?: object; readonly further?: readonly Field[] },
  { state, since = AT, link = ADDON_PAGE, site = SITE, ...more }: Sample,
): EventData {
  return {
    group,
    description,
    confidence: "source",
    hostEvent: true,
    fields: [...COMMON, ...(about === undefined ? [] : RECEIVER), ...further],
    sample: {
      id: "evt_1_0193200c5b2b700080000000000a0000",
      at: AT,
      site,
      ...(about === undefined ? {} : { receiver: about }),
      state,
      since,
      link,
      ...more,
    },
  };
}

const endpoint = (description: string, sample: Sample, ...further: readonly Field[]) =>
  row("endpoints", description, { about: ENDPOINT, further }, { link: ENDPOINT_PAGE, ...sample });

const addon = (description: string, sample: Sample, ...further: readonly Field[]) =>
  row("add-ons", description, { about: ADDON, further }, sample);

/** Labels that differ from those made from the event name. */
const named = (name: string, data: EventData): EventData => ({ ...data, name });

const server = (description: string, sample: Sample, ...further: readonly Field[]) =>
  row("server", description, { further }, { site: "callboard", link: `${BASE}/admin`, ...sample });

const BY = field("by", "string", "who did it; callboard where nobody did");
const STAGE = field(
  "stage",
  "string",
  "5-attempts, 50-percent or 90-percent of the five days before a pause",
);

export const EVENTS = eventTable({
  "endpoint.failing": endpoint(
    "Attempts at an endpoint keep failing",
    { state: "failing", since: SINCE, stage: "50-percent" },
    STAGE,
  ),
  "endpoint.paused": endpoint("An endpoint was paused after five days without a success", {
    state: "paused",
    since: SINCE,
  }),
  "endpoint.resumed": endpoint(
    "A paused endpoint was resumed by a successful attempt or by a person",
    { state: "healthy", by: "callboard" },
    BY,
  ),
  "subscription.gone": endpoint(
    "A receiver answered 410 and gets no more events",
    { state: "inactive", subscribedTo: "jira:issue_created" },
    field("subscribedTo", "string", "the event type; all for all event types"),
  ),
  "delivery.failed": endpoint(
    "Deliveries to an endpoint failed for good",
    {
      state: "failed",
      link: `${BASE}/admin/deliveries/dlv_1_0193200c5b2b7000800000000a010001`,
      count: 3,
      delivery: "dlv_1_0193200c5b2b7000800000000a010001",
      reason: "exhausted",
    },
    field("count", "integer", "deliveries that failed since the last such event of this endpoint"),
    field("delivery", "string", "ID of the last one"),
    field("reason", "string", "why the last one failed"),
  ),
  "certificate.expiring": endpoint(
    "A certificate of a receiver, or of an outgoing webhook's settings, ends within 30 days, 7 days, or a day",
    { state: "expiring", daysLeft: 7, expiresAt: "2024-11-19T09:12:44.000Z" },
    field("daysLeft", "integer", "the day that has begun is counted"),
    field("expiresAt", "string", "the end of the certificate, ISO 8601"),
    ...optional(
      field(
        "certificate",
        "string",
        "client certificate or certificate authority, for one of an outgoing webhook's settings",
      ),
    ),
  ),
  "addon.installed": named(
    "Add-on installed",
    addon(
      "An add-on was installed, upgraded or re-installed",
      { state: "enabled", kind: "install", by: "admin" },
      field("kind", "string", "install, upgrade or reinstall"),
      BY,
    ),
  ),
  "addon.install-failed": named(
    "Add-on install failed",
    row(
      "add-ons",
      "The install of an add-on was refused",
      {
        further: [
          ...optional(
            ...RECEIVER,
            field("url", "string", "the descriptor URL without user and password; ?… stands for a query"),
          ),
          field("code", "string", "the error code"),
          field("detail", "string", "what was wrong"),
          BY,
        ],
      },
      {
        receiver: ADDON,
        state: "refused",
        link: `${BASE}/admin/addons`,
        code: "LIFECYCLE_INSTALLED",
        detail: "The add-on returned 401.",
        url: "https://tide.example.com/descriptor.json",
        by: "admin",
      },
    ),
  ),
  "addon.uninstalled": named(
    "Add-on uninstalled",
    addon("An add-on was uninstalled", { state: "uninstalled", by: "admin" }, BY),
  ),
  "webhook.expiring": addon(
    "Dynamic webhooks of an add-on expire within three days",
    { state: "expiring", count: 2, expiresAt: "2024-11-15T09:12:44.010Z" },
    field("count", "integer"),
    field("expiresAt", "string", "when the first one expires, ISO 8601"),
  ),
  "webhook.expired": addon(
    "Dynamic webhooks of an add-on expired",
    { state: "expired", count: 2 },
    field("count", "integer"),
  ),
  "storage.low": server(
    "The disk of the database is running out of space",
    { state: "low", freeBytes: 201326592 },
    field("freeBytes", "integer"),
  ),
  "proxy.failing": server(
    "The proxy of CALLBOARD_EGRESS_PROXY does not work",
    { state: "failing", reason: "proxy-tls", detail: "The proxy's certificate has expired" },
    ...optional(
      field("reason", "string", "reason of the attempts through it"),
      field("detail", "string", "one sentence"),
    ),
  ),
  "queue.high": server(
    "More deliveries are waiting than CALLBOARD_QUEUE_LIMIT",
    { state: "high", waiting: 1000000, limit: 1000000 },
    field("waiting", "integer"),
    field("limit", "integer"),
  ),
  "retention.behind": server("Events are kept although they are older than the retention period", {
    state: "behind",
    since: SINCE,
  }),
  "key.rotated": server(
    "A signing key, a secret or the master key was replaced",
    { state: "rotated", key: "signing-key", by: "admin", link: `${BASE}/admin/settings/keys` },
    field("key", "string", "signing-key, addon-secret, webhook-secret or master-key"),
    BY,
    ...optional(...RECEIVER),
  ),
  "token.expiring": server(
    "An API token expires within seven days, or an outgoing webhook's bearer token within 30 days, 7 days, or a day",
    {
      state: "expiring",
      token: "tide-build",
      expiresAt: "2024-11-19T09:30:00.123Z",
      link: `${BASE}/admin/settings/tokens`,
    },
    field("token", "string", "name of the API token, or of the webhook"),
    field("expiresAt", "string", "ISO 8601"),
    ...optional(
      ...RECEIVER,
      field("daysLeft", "integer", "for a bearer token; the day that has begun is counted"),
    ),
  ),
});
