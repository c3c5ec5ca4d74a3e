/** An event type as everyone may see it: nothing of sites, receivers and deliveries. */
import type { EventType, Product } from "../../../catalogue/index.ts";
import { splitSchema } from "../../../catalogue/document/shared-schemas.ts";
import { SAMPLE_CLIENT_KEY } from "../../delivery/url-trials.ts";
import { createSampleRequest } from "../../model/sample-request.ts";
import { createVerifyCode } from "./verify-code.ts";

const EXAMPLE_ORIGIN = "https://addon.example.com";
/** The time at which everything in the samples happens. */
const EXAMPLE_AT = 1_731_403_800_123;
const EXAMPLE_DELIVERY_ID = "019320a5b87b70008000000000000001";

/** Meaning of each header, by its name in lowercase. */
const MEANINGS: Readonly<Record<string, string>> = {
  "content-type": "JSON in UTF-8",
  accept: "Any response is accepted; only its status counts",
  "user-agent": "The sender",
  "atlassian-connect-version": "Version of the Connect protocol",
  "x-atlassian-webhook-identifier": "Delivery ID, the same for all attempts",
  "x-atlassian-webhook-flow": "Primary, or Secondary for bulk work",
  "x-atlassian-webhook-retry": "Number of the retry; absent on the first attempt",
  authorization: "The token, signed with the shared secret of the installation",
  "webhook-id": "Delivery ID, signed with the body",
  "webhook-timestamp": "Time of the attempt, in seconds",
  "webhook-signature": "Signature of ID, time and body (Standard Webhooks)",
  "x-hub-signature": "HMAC-SHA256 of the body",
};

const CLAIMS = [
  ["iss", "clientKey of the installation, as in the body of the installed callback"],
  ["iat", "Time of the attempt, in seconds"],
  ["exp", "Three minutes later"],
  ["qsh", "Hash of method, path and query: binds the token to this URL"],
] as const;

const toPath = ({ event }: EventType): string => `/webhooks/${event.replaceAll(/[^A-Za-z0-9]+/g, "-")}`;

/** The request of a delivery to an example receiver, and how it is verified and asked for. */
export function describeRequest(product: Product, eventType: EventType) {
  const path = toPath(eventType);
  const { request, claims } = createSampleRequest({
    product,
    eventType,
    url: EXAMPLE_ORIGIN + path,
    secret: "an-example-of-a-shared-secret",
    clientKey: SAMPLE_CLIENT_KEY,
    deliveryId: EXAMPLE_DELIVERY_ID,
    now: EXAMPLE_AT,
  });
  const headers: { readonly name: string; readonly value: string; readonly meaning: string }[] = [];
  for (let at = 0; at < request.headers.length; at += 2) {
    const [name = "", value = ""] = request.headers.slice(at, at + 2);
    headers.push({ name, value, meaning: MEANINGS[name] ?? "" });
  }
  return {
    requestLine: `POST ${path}`,
    headers,
    claims: CLAIMS.flatMap(([name, meaning]) =>
      claims === undefined ? [] : [{ name, value: String(claims[name]), meaning }],
    ),
    sample: formatBody(request.body),
    verify: createVerifyCode(product.hasAddons, eventType.event, path),
    descriptor: product.hasAddons ? formatDescriptor(eventType, path) : undefined,
  };
}

const MAX_SHOWN_BODY = 64 * 1024;

function formatBody(body: Uint8Array): { readonly text: string; readonly isCut: boolean } {
  const text = JSON.stringify(JSON.parse(Buffer.from(body).toString()), null, 2);
  return { text: text.slice(0, MAX_SHOWN_BODY), isCut: text.length > MAX_SHOWN_BODY };
}

function formatDescriptor({ event }: EventType, path: string): string {
  const descriptor = {
    key: "com.example.my-addon",
    name: "My add-on",
    baseUrl: EXAMPLE_ORIGIN,
    authentication: { type: "jwt" },
    lifecycle: { installed: "/installed" },
    modules: { webhooks: [{ event, url: path }] },
  };
  return JSON.stringify(descriptor, null, 2);
}

/** The scopes that add-ons can ask for, in the order of the product file. */
export const listScopes = ({
  scopes,
}: Product): readonly { readonly name: string; readonly description: string }[] =>
  [...(scopes ?? [])].map(([name, { description }]) => ({ name, description }));

/** References in its schema lead to the `schemas` of the document around it: see collectSharedSchemas. */
export function toPublicEventType(eventType: EventType) {
  const { event, name, group, description, status, replacedBy, note, ownAddonOnly, variables } = eventType;
  return {
    event,
    name,
    group,
    description,
    status,
    replacedBy: replacedBy ?? null,
    note: note ?? null,
    ownAddonOnly,
    variables,
    schema: splitSchema(eventType).schema,
    sample: eventType.sample(),
  };
}
