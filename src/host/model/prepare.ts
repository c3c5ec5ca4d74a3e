/**
 * A due delivery → the request of its next attempt, signed afresh, or why there will be none. Pure: clock and registry are
 * arguments. It keeps caches of keys and of tokens that change no result.
 */
import type { KeyObject } from "node:crypto";
import { findFormat } from "../../catalogue/index.ts";
import type { WebhookFormat } from "../../catalogue/index.ts";
import { deriveBodyKey, toBodyKey, hubSignature, signBody } from "../../protocol/body-signature.ts";
import type { BodyKey } from "../../protocol/body-signature.ts";
import {
  ANNOUNCED_VERSION,
  CONNECT_VERSION,
  HUB_SIGNATURE,
  HUB_SIGNATURE_256,
  PREVIOUS_HUB_SIGNATURE_256,
  REDELIVERY,
  SEQUENCE,
  WEBHOOK_FLOW,
  WEBHOOK_IDENTIFIER,
  WEBHOOK_RETRY,
} from "../../protocol/headers.ts";
import { parseBasePath, canonicalRequest, queryStringHash, requestTarget } from "../../protocol/qsh.ts";
import { TOKEN_LIFETIME_SECONDS, createHmacKey, signToken } from "../../protocol/token.ts";
import type { SigningClaims } from "../../protocol/token.ts";
import { findAccess } from "./access.ts";
import type { Access } from "./access.ts";
import { joinItems } from "./batch.ts";
import { batchContentType, renderItem } from "./formats/batch-item.ts";
import { formatBody } from "./formats/format-body.ts";
import { describeCut } from "./formats/formatted.ts";
import type { Formatted, FormattedBody } from "./formats/formatted.ts";
import { toSubject } from "./formats/subject.ts";
import { isSecretLost, lacksSecret } from "./lost-secrets.ts";
import { resolveUrl } from "./fan-out.ts";
import { formatId } from "./ids.ts";
import { readBodyValue } from "./payload.ts";
import type { SignedRequest } from "./attempt-record.ts";
import { deliveryBody } from "./body-variant.ts";
import type { DueDelivery, FailureReason } from "./delivery.ts";
import type { Installation } from "./installation.ts";
import type { SiteSnapshot } from "./site-snapshot.ts";
import type { Subscription } from "./subscription.ts";
import { findPlannedTime, isExpired } from "./terms.ts";
import type { Webhook } from "./webhook.ts";

/** Maximum time a delivery to a disabled receiver is held. */
const MAX_HOLD_MS = 24 * 3_600_000;

/** Never held: its only purpose is to announce the disabling. */
const SENT_WHILE_DISABLED = "connect_addon_disabled";

const USER_AGENT = "Callboard";

export type Prepared =
  | SignedRequest
  | { readonly kind: "held"; readonly until: number }
  | {
      readonly kind: "ended";
      readonly because: FailureReason;
      /** Of a body that the webhook's format doesn't make: why. */
      readonly detail?: string;
    };

interface SigningKeys {
  readonly token: KeyObject;
  readonly body: Uint8Array;
}

const signingKeyCache = new WeakMap<Installation, SigningKeys>();
const webhookKeyCache = new WeakMap<Webhook, WebhookKeys>();
const tokenCache = new WeakMap<Subscription, SignedToken>();

type WebhookKeys = readonly [current: BodyKey, previous: BodyKey | undefined];

/** A token is the same for all deliveries to one URL within a second. */
interface SignedToken {
  readonly installation: Installation;
  readonly url: string;
  readonly claims: SigningClaims;
  readonly authorization: string;
}

export interface PrepareContext {
  readonly site: SiteSnapshot | undefined;
  /** The database's time. */
  readonly now: number;
  /** This computer's time, which the receiver compares with its own. */
  readonly signedAt: number;
  /** The `traceparent` of the attempt; without it, that of the event is sent. */
  readonly traceParent?: string | undefined;
}

/** Returns the request of the delivery's next attempt, until when the delivery is held, or why it ends. */
export function prepare(delivery: DueDelivery, context: PrepareContext): Prepared {
  const { site, now, traceParent = delivery.traceParent } = context;
  const subscription = site?.subscriptions.get(delivery.subscriptionNo);
  if (site === undefined || subscription === undefined) return { kind: "ended", because: "unsubscribed" };
  if (delivery.terms !== undefined) {
    if (isExpired(delivery, now)) return { kind: "ended", because: "expired" };
    const until = findPlannedTime(delivery, now);
    if (until !== undefined) return { kind: "held", until };
  }
  const { receiver } = subscription;
  const stop =
    receiver.kind === "addon"
      ? addonStop(site.installations.get(receiver.addonKey), subscription, delivery.event, now)
      : webhookStop(site.webhooks.get(receiver.webhookNo), delivery, now);
  if (stop !== undefined) return stop;

  const draft = {
    delivery,
    site,
    subscription,
    id: formatRequestId(delivery),
    url: withUser(expandDeliveryUrl(delivery, subscription, site), delivery, site),
    headers: commonHeaders(delivery, traceParent),
    body: delivery.batch === undefined ? deliveryBody(delivery, subscription, site) : delivery.body,
    now,
    timestampSeconds: Math.floor(context.signedAt / 1000),
  };
  return receiver.kind === "addon" ? toAddon(draft, receiver.addonKey) : toWebhook(draft, receiver.webhookNo);
}

/** The ID by which a receiver recognizes a request that it got before. */
const formatRequestId = ({ siteNo, id, batch }: DueDelivery): string =>
  batch === undefined ? formatId("dlv", siteNo, id) : formatId("bat", siteNo, batch.id);

/** A request without what differs between add-ons and outgoing webhooks. */
interface Draft {
  readonly delivery: DueDelivery;
  readonly site: SiteSnapshot;
  readonly subscription: Subscription;
  readonly id: string;
  readonly url: string;
  /** Name, value, name, value. The receiver's kind appends its own. */
  readonly headers: string[];
  readonly body: Buffer;
  readonly now: number;
  readonly timestampSeconds: number;
}

/** The URL that the plan expanded, unless the subscription has changed since. */
function expandDeliveryUrl(
  { planned, body }: DueDelivery,
  subscription: Subscription,
  { product }: SiteSnapshot,
): string {
  if (planned?.subscription === subscription) return planned.url;
  return resolveUrl(subscription, { product, payload: () => readBodyValue(body).value }).url;
}

function addonStop(
  installation: Installation | undefined,
  subscription: Subscription,
  event: string,
  now: number,
): Prepared | undefined {
  if (installation === undefined || installation.state === "uninstalled") {
    return { kind: "ended", because: "unsubscribed" };
  }
  if (!subscription.active) return { kind: "ended", because: "gone" };
  // The add-on would reject it unsigned: it is held until the add-on is reinstalled.
  if (lacksSecret(installation)) return holdFrom(installation.updatedAt, now);
  if (installation.state === "disabled" && event !== SENT_WHILE_DISABLED) {
    return holdFrom(installation.disabledAt ?? installation.updatedAt, now);
  }
  return undefined;
}

function webhookStop(webhook: Webhook | undefined, delivery: DueDelivery, now: number): Prepared | undefined {
  if (webhook === undefined) return { kind: "ended", because: "unsubscribed" };
  if (webhook.active || (delivery.test && !isSecretLost(webhook))) return undefined;
  return webhook.goneSince === undefined
    ? holdFrom(webhook.updatedAt, now)
    : { kind: "ended", because: "gone" };
}

/** Reports whether deliveries of this subscription are held: its receiver is disabled, or its endpoint is paused. */
export function isHeld(
  { subscriptionNo, endpointNo }: Pick<DueDelivery, "subscriptionNo" | "endpointNo">,
  site: SiteSnapshot | undefined,
): boolean {
  if (site?.endpoints.get(endpointNo)?.pausedAt !== undefined) return true;
  const receiver = site?.subscriptions.get(subscriptionNo)?.receiver;
  if (receiver === undefined) return false;
  if (receiver.kind === "webhook") return site?.webhooks.get(receiver.webhookNo)?.active === false;
  const installation = site?.installations.get(receiver.addonKey);
  return installation !== undefined && (installation.state === "disabled" || lacksSecret(installation));
}

function holdFrom(since: number, now: number): Prepared {
  const until = since + MAX_HOLD_MS;
  return until > now ? { kind: "held", until } : { kind: "ended", because: "expired" };
}

/** Hosts of the first years added the acting user to the URL; the qsh covers it. */
function withUser(url: string, { actor }: DueDelivery, { site }: SiteSnapshot): string {
  if (site.options.userParameters !== true) return url;
  const user = encodeURIComponent(actor ?? "");
  return `${url}${url.includes("?") ? "&" : "?"}user_id=${user}&user_key=${user}`;
}

function toAddon(
  { delivery, site, subscription, id, url, headers, body, timestampSeconds }: Draft,
  addonKey: string,
): Prepared {
  const installation = site.installations.get(addonKey);
  if (installation === undefined) return { kind: "ended", because: "unsubscribed" };
  headers.push(CONNECT_VERSION, ANNOUNCED_VERSION);
  pushIdentity(headers, id, delivery);
  const access = findEndpointAccess(site, subscription, url);
  const request = { url, headers, body, httpsOnly: true };
  if (installation.sharedSecret === undefined) {
    return { kind: "request", request, claims: undefined, access };
  }
  const keys = getSigningKeys(installation, installation.sharedSecret);
  const { claims, authorization } = signRequest(subscription, {
    clientKey: site.site.clientKey,
    installation,
    url,
    iat: timestampSeconds,
    key: keys.token,
  });
  headers.push("authorization", authorization);
  pushSigned(headers, signBody({ id, timestampSeconds, body, keys: [keys.body] }));
  return { kind: "request", request, claims, access };
}

/** What an administrator gave the endpoint goes to its origin alone. */
function findEndpointAccess(
  { endpoints }: SiteSnapshot,
  { siteNo, endpointNo: no }: Subscription,
  url: string,
): Access | undefined {
  const endpoint = endpoints.get(no);
  if (endpoint === undefined) return undefined;
  const access = findAccess(endpoint, { kind: "endpoint", siteNo, no });
  return access === undefined || new URL(url).origin === endpoint.origin ? access : undefined;
}

function toWebhook(
  { delivery, site, id, url, headers, body: variant, now, timestampSeconds }: Draft,
  webhookNo: number,
): Prepared {
  const webhook = site.webhooks.get(webhookNo);
  if (webhook === undefined) return { kind: "ended", because: "unsubscribed" };
  const format = findFormat(site.product, webhook.format);
  const { identifiesDeliveries = false, httpsOnly } = format;
  const formatted = formatVariant(webhook, format, { delivery, variant, site });
  if (formatted?.kind === "failed") return { ...formatted, kind: "ended" };
  if (formatted !== undefined) pushFormat(headers, formatted);
  const body = formatted?.body ?? variant;
  if (identifiesDeliveries) pushIdentity(headers, id, delivery);
  if (webhook.secret === undefined) {
    headers.push("webhook-id", id, "webhook-timestamp", String(timestampSeconds));
  } else {
    const { secret, signature } = webhook;
    const previous = (webhook.previousSecretUntil ?? 0) > now ? webhook.previousSecret : undefined;
    if (signature === "hub") headers.push(HUB_SIGNATURE, hubSignature(secret, body));
    else if (signature === "hub-256") pushHub256(headers, body, secret, previous);
    else {
      const [current, last] = getBodyKeys(webhook, secret);
      const keys = previous === undefined || last === undefined ? [current] : [current, last];
      pushSigned(headers, signBody({ id, timestampSeconds, body, keys }));
    }
  }
  const access = findAccess(webhook, { kind: "webhook", siteNo: webhook.siteNo, no: webhook.no });
  const request = { url, headers, body, httpsOnly };
  if (formatted === undefined) return { kind: "request", request, claims: undefined, access };
  return {
    kind: "request",
    request,
    claims: undefined,
    access,
    ...(formatted.cut === undefined ? {} : { note: describeCut(formatted.cut, format) }),
    ...(webhook.routingKey === undefined ? {} : { secrets: [webhook.routingKey] }),
  };
}

/** Undefined for the body as it is. Where batches are asked for, a delivery that is sent alone is a batch of one. */
function formatVariant(
  webhook: Webhook,
  format: WebhookFormat,
  { delivery, variant, site }: { delivery: DueDelivery; variant: Buffer; site: SiteSnapshot },
): Formatted | undefined {
  const { shape } = format;
  if (delivery.batch === undefined && webhook.batch === undefined)
    return shape === "event" ? undefined : formatBody(webhook, format, toSubject(delivery, variant, site));
  const body =
    delivery.batch === undefined
      ? joinItems([{ delivery, bytes: renderItem(delivery, variant, site, shape) }])
      : variant;
  const contentType = batchContentType(shape);
  return { kind: "body", body, size: body.length, ...(contentType === undefined ? {} : { contentType }) };
}

/** The content type is the first of the common headers. */
function pushFormat(headers: string[], { contentType, headers: own = [] }: FormattedBody): void {
  if (contentType !== undefined) headers[1] = contentType;
  headers.push(...own);
}

/** The headers by which a receiver recognizes a delivery and its retries. */
function pushIdentity(headers: string[], id: string, { lane, attempts, scheduleFrom }: DueDelivery): void {
  headers.push(WEBHOOK_IDENTIFIER, id, WEBHOOK_FLOW, lane === 0 ? "Primary" : "Secondary");
  const retry = attempts - scheduleFrom;
  if (retry > 0) headers.push(WEBHOOK_RETRY, String(retry));
}

function commonHeaders({ redelivery, order }: DueDelivery, traceParent: string | undefined): string[] {
  const headers = [
    "content-type",
    "application/json; charset=utf-8",
    "accept",
    "*/*",
    "user-agent",
    USER_AGENT,
  ];
  if (redelivery > 0) headers.push(REDELIVERY, String(redelivery));
  if (order?.sequence !== undefined) headers.push(SEQUENCE, String(order.sequence));
  if (traceParent !== undefined) headers.push("traceparent", traceParent);
  return headers;
}

function pushSigned(headers: string[], signed: ReturnType<typeof signBody>): void {
  headers.push("webhook-id", signed["webhook-id"], "webhook-timestamp", signed["webhook-timestamp"]);
  headers.push("webhook-signature", signed["webhook-signature"]);
}

function getSigningKeys(installation: Installation, sharedSecret: string): SigningKeys {
  let keys = signingKeyCache.get(installation);
  if (keys === undefined) {
    keys = { token: createHmacKey(sharedSecret), body: deriveBodyKey(sharedSecret) };
    signingKeyCache.set(installation, keys);
  }
  return keys;
}

/** Reading a private key takes as long as to sign with it. */
function getBodyKeys(webhook: Webhook, secret: string): WebhookKeys {
  let keys = webhookKeyCache.get(webhook);
  if (keys === undefined) {
    const { previousSecret } = webhook;
    keys = [toBodyKey(secret), previousSecret === undefined ? undefined : toBodyKey(previousSecret)];
    webhookKeyCache.set(webhook, keys);
  }
  return keys;
}

/** The header has room for one signature: that of the secret before a rotation is in one of its own. */
function pushHub256(headers: string[], body: Buffer, secret: string, previous: string | undefined): void {
  headers.push(HUB_SIGNATURE_256, hubSignature(secret, body));
  if (previous !== undefined) headers.push(PREVIOUS_HUB_SIGNATURE_256, hubSignature(previous, body));
}

interface ToSign extends Pick<SignedToken, "installation" | "url"> {
  readonly clientKey: string;
  readonly iat: number;
  readonly key: KeyObject;
}

function signRequest(
  subscription: Subscription,
  { clientKey, installation, url, iat, key }: ToSign,
): SignedToken {
  const known = tokenCache.get(subscription);
  const isOfUrl = known?.installation === installation && known.url === url;
  if (isOfUrl && known.claims.iat === iat) return known;
  // The hash of a URL stays the same from one second to the next.
  const qsh = isOfUrl
    ? known.claims.qsh
    : queryStringHash(canonicalRequest("POST", requestTarget(url), parseBasePath(installation.baseUrl)));
  const claims = { iss: clientKey, iat, exp: iat + TOKEN_LIFETIME_SECONDS, qsh };
  const signed = { installation, url, claims, authorization: `JWT ${signToken(claims, key)}` };
  tokenCache.set(subscription, signed);
  return signed;
}
