/**
 * The JSON Schema of descriptors. Installs are checked with it, and `/schema/{product}-global-schema.json` serves it to
 * add-ons that validate their own descriptor at start.
 *
 * It uses only what draft-04 and later drafts share, because atlassian-connect-express reads it with `jsonschema` 1.0.2 and
 * Callboard with ajv. `validate.ts` checks the rest (safe URLs, foreign descriptors, event types). Unknown properties are
 * allowed everywhere, because Connect descriptors grow.
 */

export const MAX_WEBHOOKS = 500;
export const MAX_PARAMS = 20;
export const MAX_PARAM_NAME_LENGTH = 64;
export const MAX_PARAM_VALUE_LENGTH = 1_000;

const text = { type: "string" } as const;
const relativeUrl = {
  type: "string",
  minLength: 1,
  description:
    "A URL relative to baseUrl, or absolute and below it; it may hold variables such as {issue.key}.",
} as const;

const webhook = {
  type: "object",
  required: ["event", "url"],
  properties: {
    event: {
      type: "string",
      minLength: 1,
      maxLength: 255,
      // Spelled out, because clients use patterns with and without the u flag.
      pattern: "^[^\\u0000-\\u001f\\u007f-\\u009f]*$",
      description: "The event type. Unknown ones are accepted with a warning.",
    },
    url: relativeUrl,
    params: {
      type: "object",
      additionalProperties: text,
      description: `Query parameters that are added to the url: up to ${MAX_PARAMS} names of up to ${MAX_PARAM_NAME_LENGTH} characters with values of up to ${MAX_PARAM_VALUE_LENGTH}, which may hold variables.`,
    },
    filter: { type: "string", description: "JQL that an issue must match." },
    bodyFilter: {
      type: "object",
      description: "Conditions on the body of the event. Callboard only, and not beside filter.",
    },
    excludeBody: { type: "boolean" },
    propertyKeys: { type: "array", items: text },
  },
} as const;

/** One schema for all products, which differ in their event types only. */
export const DESCRIPTOR_SCHEMA = {
  type: "object",
  required: ["key", "baseUrl", "authentication"],
  properties: {
    key: {
      type: "string",
      maxLength: 80,
      pattern: "^(?!\\.+$)[A-Za-z0-9._-]+$",
      description: "Identifies the add-on; letters, digits, dots, dashes and underscores.",
    },
    name: { type: "string", maxLength: 200 },
    description: text,
    version: text,
    baseUrl: { type: "string", description: "The root that all other urls are relative to." },
    authentication: {
      type: "object",
      properties: {
        type: {
          type: "string",
          pattern: "^([Jj][Ww][Tt]|[Nn][Oo][Nn][Ee])$",
          description: "jwt or none. Default: jwt.",
        },
      },
    },
    lifecycle: {
      type: "object",
      properties: {
        installed: relativeUrl,
        enabled: relativeUrl,
        disabled: relativeUrl,
        uninstalled: relativeUrl,
      },
    },
    vendor: { type: "object", properties: { name: text, url: text } },
    links: { type: "object", additionalProperties: text },
    scopes: { type: "array", items: text },
    apiVersion: { type: "integer" },
    apiMigrations: { type: "object" },
    enableLicensing: { type: "boolean" },
    modules: {
      type: "object",
      properties: { webhooks: { type: "array", maxItems: MAX_WEBHOOKS, items: webhook } },
    },
  },
} as const;

/** Root properties of Connect. Others are accepted with a warning. */
export const ROOT_PROPERTIES: ReadonlySet<string> = new Set([
  "$schema",
  "translations",
  ...Object.keys(DESCRIPTOR_SCHEMA.properties),
]);

export const SCOPES: ReadonlySet<string> = new Set([
  "NONE",
  "READ",
  "WRITE",
  "DELETE",
  "PROJECT_ADMIN",
  "SPACE_ADMIN",
  "ADMIN",
  "ACT_AS_USER",
  "ACCESS_EMAIL_ADDRESSES",
]);

/** Webhook properties of Connect. Others are accepted with a warning. */
export const WEBHOOK_PROPERTIES: ReadonlySet<string> = new Set(Object.keys(webhook.properties));

/** Returns the draft-04 schema document for add-ons. */
export function servedSchema(product: string): object {
  return {
    $schema: "http://json-schema.org/draft-04/schema#",
    title: `Connect descriptor, ${product}`,
    ...DESCRIPTOR_SCHEMA,
  };
}
