/**
 * A due delivery → the request of its next attempt, signed afresh, or why there will be none. Pure: clock and registry come
 * in as arguments.
 */
import type { KeyObject } from "node:crypto";
import { deriveBodyKey, bodyKeyOf, hubSignature, signBody } from "../../protocol/body-signature.ts";
import {
  ANNOUNCED_VERSION,
  CONNECT_VERSION,
  HUB_SIGNATURE,
  REDELIVERY,
  WEBHOOK_FLOW,
  WEBHOOK_IDENTIFIER,
  WEBHOOK_RETRY,
} from "../../protocol/headers.ts";
import { basePathOf, canonicalRequest, queryStringHash, requestTarget } from "../../protocol/qsh.ts";
import { TOKEN_LIFETIME_SECONDS, createSecretKeyOf, signToken } from "../../protocol/token.ts";
import type { SigningClaims } from "../../protocol/token.ts";
import { isSecretLost, lacksSecret } from "../model/lost-secrets.ts";
import { formatId } from "../model/ids.ts";
import type { SignedRequest } from "../model/attempt-record.ts";
import { bodyInFormat, bodyVariant } from "../model/body-variant.ts";
import { resolveUrl } from "../model/fan-out.ts";
import { findFormat } from "../../catalogue/index.ts";
import { readBodyValue } from "../model/payload.ts";
import type { DueDelivery, FailureReason } from "../model/delivery.ts";
import type { Installation } from "../model/installation.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import type { Subscription } from "../model/subscription.ts";
import type { Webhook } from "../model/webhook.ts";

/** How long what waits for a disabled receiver is held. */
export const LONGEST_HOLD_MS = 24 * 3_600_000;

/** Accepted before the add-on is switched off and perhaps sent after it: held, it would tell nobody anything. */
const TELLS_OF_DISABLING = "connect_addon_disabled";

const USER_AGENT = "Callboard";

export type Prepared =
  | SignedRequest
  | { readonly kind: "held"; readonly until: number }
  | { readonly kind: "ended"; readonly because: FailureReason };

interface SigningKeys {
  readonly token: KeyObject;
  readonly body: Uint8Array;
}

const keysOfInstallation = new WeakMap<Installation, SigningKeys>();
const tokenOfSubscription = new WeakMap<Subscription, SignedToken>();

/** A token says nothing of a single delivery: one URL has the same one for all that is sent to it in a second. */
interface SignedToken {
  readonly installation: Installation;
  readonly url: string;
  readonly claims: SigningClaims;
  readonly authorization: string;
}

/**
 * `now` is the database's time; `signedAt` is the computer's, which the receiver compares with its own. `traceParent` is
 * sent: that of the attempt where there is one, else that of the event.
 */
export function prepare(
  delivery: DueDelivery,
  site: SiteSnapshot | undefined,
  now: number,
  signedAt: number,
  traceParent = delivery.traceParent,
): Prepared {
  const subscription = site?.subscriptions.get(delivery.subscriptionNo);
  if (site === undefined || subscription === undefined) return { kind: "ended", because: "unsubscribed" };
  const { receiver } = subscription;
  const stop =
    receiver.kind === "addon"
      ? addonStop(site.installations.get(receiver.addonKey), subscription, delivery.event, now)
      : webhookStop(site.webhooks.get(receiver.webhookNo), delivery, now);
  if (stop !== undefined) return stop;

  const served = delivery.matched.flatMap((no) => site.subscriptions.get(no) ?? []);
  const body = bodyVariant(delivery.body, served.length === 0 ? [subscription] : served);
  const { url: resolved } = resolveUrl(subscription, {
    product: site.product,
    payload: () => readBodyValue(delivery.body).value,
  });
  const url = withUser(resolved, delivery, site);
  const headers = commonHeaders(delivery, traceParent);
  return receiver.kind === "addon"
    ? toAddon(delivery, site, subscription, receiver.addonKey, url, headers, body, signedAt)
    : toWebhook(delivery, site, receiver.webhookNo, url, headers, body, now, signedAt);
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
  // Unsigned, the add-on would have to refuse it: it is held until the add-on was reinstalled.
  if (lacksSecret(installation)) return holdFrom(installation.updatedAt, now);
  if (installation.state === "disabled" && event !== TELLS_OF_DISABLING) {
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

/** Whether what is for this subscription is held: its receiver is disabled, or its endpoint paused. */
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
  const until = since + LONGEST_HOLD_MS;
  return until > now ? { kind: "held", until } : { kind: "ended", because: "expired" };
}

/** Hosts of the first years told the acting user in the URL; it is covered by the qsh. */
function withUser(url: string, { actor }: DueDelivery, { site }: SiteSnapshot): string {
  if (site.options.userParameters !== true) return url;
  const user = encodeURIComponent(actor ?? "");
  return `${url}${url.includes("?") ? "&" : "?"}user_id=${user}&user_key=${user}`;
}

function toAddon(
  delivery: DueDelivery,
  { site, installations }: SiteSnapshot,
  subscription: Subscription,
  addonKey: string,
  url: string,
  headers: string[],
  body: Buffer,
  signedAt: number,
): Prepared {
  const installation = installations.get(addonKey);
  if (installation === undefined) return { kind: "ended", because: "unsubscribed" };
  const id = formatId("dlv", delivery.siteNo, delivery.id);
  headers.push(CONNECT_VERSION, ANNOUNCED_VERSION, WEBHOOK_IDENTIFIER, id);
  headers.push(WEBHOOK_FLOW, delivery.lane === 0 ? "Primary" : "Secondary");
  const retry = delivery.attempts - delivery.scheduleFrom;
  if (retry > 0) headers.push(WEBHOOK_RETRY, String(retry));
  if (installation.sharedSecret === undefined) {
    return { kind: "request", request: { url, headers, body, httpsOnly: true }, claims: undefined };
  }
  const keys = keysOf(installation, installation.sharedSecret);
  const iat = Math.floor(signedAt / 1000);
  const { claims, authorization } = tokenOf(subscription, {
    clientKey: site.clientKey,
    installation,
    url,
    iat,
    key: keys.token,
  });
  headers.push("authorization", authorization);
  pushSigned(headers, signBody({ id, timestampSeconds: iat, body, keys: [keys.body] }));
  return { kind: "request", request: { url, headers, body, httpsOnly: true }, claims };
}

function toWebhook(
  delivery: DueDelivery,
  { product, webhooks }: SiteSnapshot,
  webhookNo: number,
  url: string,
  headers: string[],
  variant: Buffer,
  now: number,
  signedAt: number,
): Prepared {
  const webhook = webhooks.get(webhookNo);
  if (webhook === undefined) return { kind: "ended", because: "unsubscribed" };
  const body = bodyInFormat(variant, webhook.format);
  const id = formatId("dlv", delivery.siteNo, delivery.id);
  const retry = delivery.attempts - delivery.scheduleFrom;
  const { identifiesDeliveries = false, httpsOnly } = findFormat(product, webhook.format);
  if (identifiesDeliveries) {
    headers.push(WEBHOOK_IDENTIFIER, id, WEBHOOK_FLOW, delivery.lane === 0 ? "Primary" : "Secondary");
    if (retry > 0) headers.push(WEBHOOK_RETRY, String(retry));
  }
  const timestampSeconds = Math.floor(signedAt / 1000);
  if (webhook.secret === undefined) {
    headers.push("webhook-id", id, "webhook-timestamp", String(timestampSeconds));
  } else if (webhook.signature === "hub") {
    headers.push(HUB_SIGNATURE, hubSignature(webhook.secret, body));
  } else {
    const previous = (webhook.previousSecretUntil ?? 0) > now ? webhook.previousSecret : undefined;
    const keys = [webhook.secret, ...(previous === undefined ? [] : [previous])].map(bodyKeyOf);
    pushSigned(headers, signBody({ id, timestampSeconds, body, keys }));
  }
  return {
    kind: "request",
    request: { url, headers, body, httpsOnly },
    claims: undefined,
  };
}

function commonHeaders({ redelivery }: DueDelivery, traceParent: string | undefined): string[] {
  const headers = [
    "content-type",
    "application/json; charset=utf-8",
    "accept",
    "*/*",
    "user-agent",
    USER_AGENT,
  ];
  if (redelivery > 0) headers.push(REDELIVERY, String(redelivery));
  if (traceParent !== undefined) headers.push("traceparent", traceParent);
  return headers;
}

function pushSigned(headers: string[], signed: ReturnType<typeof signBody>): void {
  headers.push("webhook-id", signed["webhook-id"], "webhook-timestamp", signed["webhook-timestamp"]);
  headers.push("webhook-signature", signed["webhook-signature"]);
}

function keysOf(installation: Installation, sharedSecret: string): SigningKeys {
  let keys = keysOfInstallation.get(installation);
  if (keys === undefined) {
    keys = { token: createSecretKeyOf(sharedSecret), body: deriveBodyKey(sharedSecret) };
    keysOfInstallation.set(installation, keys);
  }
  return keys;
}

interface ToSign extends Pick<SignedToken, "installation" | "url"> {
  readonly clientKey: string;
  readonly iat: number;
  readonly key: KeyObject;
}

function tokenOf(
  subscription: Subscription,
  { clientKey, installation, url, iat, key }: ToSign,
): SignedToken {
  const known = tokenOfSubscription.get(subscription);
  const isOfUrl = known?.installation === installation && known.url === url;
  if (isOfUrl && known.claims.iat === iat) return known;
  // The hash is the same for every second of a URL without variables.
  const qsh = isOfUrl
    ? known.claims.qsh
    : queryStringHash(canonicalRequest("POST", requestTarget(url), basePathOf(installation.baseUrl)));
  const claims = { iss: clientKey, iat, exp: iat + TOKEN_LIFETIME_SECONDS, qsh };
  const signed = { installation, url, claims, authorization: `JWT ${signToken(claims, key)}` };
  tokenOfSubscription.set(subscription, signed);
  return signed;
}
