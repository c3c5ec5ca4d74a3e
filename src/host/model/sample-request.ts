/**
 * The request of a real delivery with a sample: for the documentation of an event type, and to be sent to a URL that no receiver is
 * of. Pure: IDs, secret and time are arguments.
 */
import type { EventType, Product } from "../../catalogue/index.ts";
import type { SignedRequest } from "./attempt-record.ts";
import { createTestDelivery } from "./delivery.ts";
import { formatId } from "./ids.ts";
import type { Uuid } from "./ids.ts";
import type { Installation } from "./installation.ts";
import { prepare } from "./prepare.ts";
import type { SiteSnapshot } from "./site-snapshot.ts";
import { NEW_SUBSCRIPTION } from "./subscription.ts";
import type { Subscription } from "./subscription.ts";
import type { Webhook } from "./webhook.ts";

/** No site has this number. */
const NO_SITE = 0;
const ADDON_KEY = "your-addon";

export interface SampleDelivery {
  readonly product: Product;
  readonly eventType: EventType;
  /** An absolute URL, sent to as it is. For an add-on, its baseUrl is taken to be the origin. */
  readonly url: string;
  /** The shared secret of an add-on; for products without add-ons, the secret of an outgoing webhook. */
  readonly secret: string;
  readonly clientKey: string;
  readonly deliveryId: Uuid;
  /** Epoch ms. */
  readonly now: number;
}

/** The public ID of the delivery, as its headers name it. */
export const formatSampleId = (deliveryId: Uuid): string => formatId("dlv", NO_SITE, deliveryId);

/**
 * Returns the request. On products with add-ons it is the one to an add-on, otherwise the one to an outgoing webhook.
 * @throws {CallboardError} EVENT_SCHEMA if the product can't build a body of its own sample
 */
export function createSampleRequest(sample: SampleDelivery): SignedRequest {
  const { product, eventType, url, deliveryId, now } = sample;
  const receiver = product.hasAddons
    ? ({ kind: "addon", addonKey: ADDON_KEY } as const)
    : ({ kind: "webhook", webhookNo: 1 } as const);
  const subscription: Subscription = {
    ...NEW_SUBSCRIPTION,
    siteNo: NO_SITE,
    no: 1,
    // Stryker disable next-line StringLiteral: a request does not depend on where its subscription comes from
    source: product.hasAddons ? "module" : "webhook",
    receiver,
    event: eventType.event,
    url,
    filter: undefined,
    bodyFilter: undefined,
    excludeBody: false,
    endpointNo: 1,
    createdAt: now,
  };
  const body = createSampleBody(product, eventType, now);
  const delivery = createTestDelivery(subscription, { id: deliveryId, event: eventType.event, body, now });
  const prepared = prepare(
    // The URL is sent as it is: braces in it are no variables.
    { ...delivery, planned: { subscription, url } },
    { site: createSite(sample, subscription), now, signedAt: now },
  );
  if (prepared.kind !== "request") throw new Error("a sample always has a request");
  return prepared;
}

/** The sample as the product sends it. */
const createSampleBody = (product: Product, { event, sampleText }: EventType, receivedAt: number): Buffer =>
  Buffer.from(product.buildBody({ event, payload: Buffer.from(sampleText()), receivedAt }).bytes);

function createSite(sample: SampleDelivery, subscription: Subscription): SiteSnapshot {
  const { product, clientKey } = sample;
  return {
    product,
    // Stryker disable StringLiteral,ObjectLiteral: a request names neither the site nor its options
    site: {
      no: NO_SITE,
      key: "sample",
      product: product.key,
      name: "Sample",
      baseUrl: undefined,
      clientKey,
      retryProfile: undefined,
      installSigning: "signed",
      options: {},
      version: 1,
      createdAt: sample.now,
    },
    // Stryker restore StringLiteral,ObjectLiteral
    subscriptions: new Map([[subscription.no, subscription]]),
    installations: new Map(product.hasAddons ? [[ADDON_KEY, createInstallation(sample)]] : []),
    webhooks: new Map(product.hasAddons ? [] : [[1, createWebhook(sample)]]),
    endpoints: new Map(),
  };
}

function createInstallation({ url, secret, now }: SampleDelivery): Installation {
  const baseUrl = new URL(url).origin;
  return {
    // Stryker disable StringLiteral,ObjectLiteral,ArrayDeclaration: a request depends on the baseUrl and the secrets alone
    siteNo: NO_SITE,
    addonKey: ADDON_KEY,
    descriptor: {
      key: ADDON_KEY,
      name: ADDON_KEY,
      baseUrl,
      authentication: { type: "jwt" },
      lifecycle: {},
      scopes: [],
      webhooks: [],
      otherModules: [],
    },
    descriptorUrl: undefined,
    grantedScopes: [],
    authentication: "jwt",
    state: "enabled",
    // Stryker restore StringLiteral,ObjectLiteral,ArrayDeclaration
    baseUrl,
    sharedSecret: secret,
    previousSecret: undefined,
    previousSecretUntil: undefined,
    installedAt: now,
    updatedAt: now,
    disabledAt: undefined,
  };
}

function createWebhook({ product, url, secret, now }: SampleDelivery): Webhook {
  const [{ key, signature }] = product.formats;
  return {
    siteNo: NO_SITE,
    no: 1,
    // Stryker disable StringLiteral,BooleanLiteral: a request depends on the format, the URL and the secret alone
    name: "Sample",
    url,
    format: key,
    template: undefined,
    routingKey: undefined,
    project: undefined,
    events: undefined,
    filter: undefined,
    bodyFilter: undefined,
    excludeBody: false,
    description: "",
    secret,
    previousSecret: undefined,
    previousSecretUntil: undefined,
    signature,
    headers: undefined,
    authentication: undefined,
    tls: undefined,
    retryProfile: undefined,
    orderBy: undefined,
    batch: undefined,
    active: true,
    inactiveBecause: undefined,
    goneSince: undefined,
    createdAt: now,
    updatedAt: now,
    createdBy: "",
    updatedBy: "",
    removedAt: undefined,
    // Stryker restore StringLiteral,BooleanLiteral
  };
}
