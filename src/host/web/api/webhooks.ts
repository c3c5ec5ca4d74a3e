/** Outgoing webhooks of a project, in the format of the site's product, and test deliveries with them. */
import type { Catalogue } from "../../../catalogue/index.ts";
import { CallboardError } from "../../../errors.ts";
import type { ChangedWebhook, ShownWebhook } from "../../registry/outgoing/outgoing.ts";
import type { SecretWish } from "../../registry/outgoing/secret.ts";
import type { WebhookValues } from "../../registry/outgoing/values.ts";
import type { BodyFilter } from "../../model/body-filter.ts";
import { formatWebhookId, parseWebhookId } from "../../model/ids.ts";
import type { JsonSchema } from "../http/body-schema.ts";
import type { Caller } from "../http/access.ts";
import { route } from "./route.ts";
import type { Call } from "./route.ts";
import type { ShownTest, TestWish } from "../../delivery-log/test-deliveries.ts";
import { presentAttempt } from "../present/delivery.ts";
import { toAuthor, isoTime } from "../present/values.ts";
import type { WebhookSignature } from "../../model/webhook.ts";
import { toStatus } from "../present/webhook.ts";

const GROUP = "Outgoing webhooks";

export const shownWebhook = ({ webhook, last, deprecations }: ShownWebhook) => ({
  id: formatWebhookId(webhook.siteNo, webhook.no),
  name: webhook.name,
  url: webhook.url,
  format: webhook.format,
  project: webhook.project ?? null,
  allEvents: webhook.events === undefined,
  events: webhook.events ?? null,
  deprecatedEvents: deprecations.map(({ event, replacedBy }) => ({ event, replacedBy: replacedBy ?? null })),
  filter: webhook.filter ?? null,
  bodyFilter: webhook.bodyFilter ?? null,
  excludeBody: webhook.excludeBody,
  description: webhook.description,
  hasSecret: webhook.secret !== undefined,
  signature: webhook.signature,
  previousSecretUntil: isoTime(webhook.previousSecretUntil),
  retryProfile: webhook.retryProfile ?? null,
  active: webhook.active,
  inactiveBecause: webhook.inactiveBecause ?? null,
  goneSince: isoTime(webhook.goneSince),
  status: toStatus(last),
  lastStatusCode: last?.status ?? null,
  lastOutcome: last?.outcome ?? null,
  lastExecutionAt: isoTime(last?.startedAt),
  createdAt: isoTime(webhook.createdAt),
  createdBy: webhook.createdBy,
  updatedAt: isoTime(webhook.updatedAt),
  updatedBy: webhook.updatedBy,
});

const changedOf = (changed: ChangedWebhook) => ({
  ...shownWebhook(changed),
  ...(changed.newSecret === undefined ? {} : { secret: changed.newSecret }),
  warnings: changed.warnings,
});

const testOf = ({ deliveryId, event, state, attempt }: ShownTest) => ({
  deliveryId,
  event,
  test: true,
  state,
  attempt: attempt === undefined ? null : presentAttempt(attempt),
});

export interface WebhookBody {
  readonly name: string;
  readonly url: string;
  readonly format?: string;
  readonly events?: readonly string[] | null;
  readonly allEvents?: boolean;
  readonly project?: string | null;
  readonly filter?: string | null;
  readonly bodyFilter?: BodyFilter | null;
  readonly excludeBody?: boolean;
  readonly description?: string;
  readonly secret?: string | null;
  readonly generateSecret?: boolean;
  readonly signature?: WebhookSignature;
  readonly retryProfile?: string | null;
  readonly active?: boolean;
  readonly headers?: Readonly<Record<string, unknown>>;
}

const valuesIn = ({ formats }: Catalogue) =>
  ({
    name: { type: "string", minLength: 1, maxLength: 200 },
    url: { type: "string", minLength: 1, description: "May hold {issue.key} and other variables" },
    format: {
      enum: formats,
      description: "The site's product when left out; standard and slack are for operational events alone",
    },
    events: {
      type: ["array", "null"],
      items: { type: "string" },
      description:
        "Event types, with * for any text, Backlog's also by number; null or left out = every event type",
    },
    allEvents: { type: "boolean", description: "true = every event, and no events beside it" },
    project: { type: ["string", "null"], description: "Only events of the project with this key or id" },
    filter: { type: ["string", "null"], description: "JQL; Jira's format only" },
    bodyFilter: {
      type: ["object", "null"],
      description: "Conditions on the body of the event, see docs/filters.md; not beside filter",
    },
    excludeBody: { type: "boolean" },
    description: { type: "string", maxLength: 2000 },
    secret: {
      type: ["string", "null"],
      description: "Signs the body; never shown again. Left out of a change = as before, null = none",
    },
    generateSecret: { type: "boolean", description: "Make a secret, which this answer shows" },
    signature: {
      enum: ["standard", "hub"],
      description: "Standard Webhooks, or the X-Hub-Signature of Jira's admin webhooks",
    },
    retryProfile: { type: ["string", "null"] },
    active: { type: "boolean" },
    headers: { type: "object", description: "Must be empty: custom headers are not sent" },
  }) satisfies Record<string, JsonSchema>;

const valuesBody = (catalogue: Catalogue) =>
  ({
    type: "object",
    required: ["name", "url"],
    additionalProperties: false,
    properties: valuesIn(catalogue),
  }) satisfies JsonSchema;

const TEST = {
  event: { type: "string", minLength: 1, maxLength: 200, description: "The event to be sent" },
  payload: { type: "object", description: "The catalogue's sample when left out" },
} as const satisfies Record<string, JsonSchema>;

interface TestBody {
  readonly event: string;
  readonly payload?: object;
}

const testWish = ({ event, payload }: TestBody, { tokenId }: Caller): TestWish => ({
  event,
  tokenId,
  ...(payload === undefined ? {} : { payload: Buffer.from(JSON.stringify(payload)) }),
});

/** @throws CallboardError HEADER_VALUE, BODY_SCHEMA for what the schema alone does not tell */
export function valuesOf(body: WebhookBody): WebhookValues {
  if (Object.keys(body.headers ?? {}).length > 0) {
    throw misfit("/headers", "custom headers are not sent; leave them out", "HEADER_VALUE");
  }
  const { allEvents, events, filter, bodyFilter, project, retryProfile } = body;
  if (allEvents === true && events !== undefined && events !== null) {
    throw misfit("/events", "must be left out with allEvents");
  }
  if (allEvents === false && (events === undefined || events === null)) {
    throw misfit("/events", "must be there when allEvents is false");
  }
  return {
    name: body.name,
    url: body.url,
    secret: secretWish(body),
    ...(body.format === undefined ? {} : { format: body.format }),
    ...(events === undefined || events === null ? {} : { events }),
    ...(project === undefined || project === null ? {} : { project }),
    ...(filter === undefined || filter === null || filter === "" ? {} : { filter }),
    ...(bodyFilter === undefined || bodyFilter === null ? {} : { bodyFilter }),
    ...(body.excludeBody === undefined ? {} : { excludeBody: body.excludeBody }),
    ...(body.description === undefined ? {} : { description: body.description }),
    ...(body.signature === undefined ? {} : { signature: body.signature }),
    ...(retryProfile === undefined || retryProfile === null ? {} : { retryProfile }),
    ...(body.active === undefined ? {} : { active: body.active }),
  };
}

function secretWish({ secret, generateSecret = false }: WebhookBody): SecretWish {
  if (generateSecret && typeof secret === "string") {
    throw misfit("/secret", "must be left out with generateSecret");
  }
  if (generateSecret) return { kind: "new" };
  if (secret === undefined) return { kind: "keep" };
  return secret === null ? { kind: "none" } : { kind: "given", secret };
}

function misfit(
  pointer: string,
  detail: string,
  code: "BODY_SCHEMA" | "HEADER_VALUE" = "BODY_SCHEMA",
): CallboardError {
  return new CallboardError(code, `The body does not fit: ${pointer} ${detail}`, {
    errors: [{ pointer, detail, code }],
  });
}

const site = ({ params }: Pick<Call, "params">) => params["site"] ?? "";
const at = (call: Pick<Call, "params">) => [site(call), numberOf(call.params["id"] ?? "")] as const;
/** The site in an id is checked by the room: a number of another site is not found. */
const numberOf = (id: string) => parseWebhookId(id).no;

export const webhookRoutes = [
  route({
    method: "GET",
    path: "/sites/{site}/webhooks",
    scope: "read",
    group: GROUP,
    summary: "List the outgoing webhooks of a site, with the status of the last attempt",
    success: { status: 200, description: "Webhooks, oldest first" },
    handle: async (call, { webhooks }) => ({
      items: (await webhooks.list(site(call))).map(shownWebhook),
      next: null,
    }),
  }),
  route<WebhookBody>({
    method: "POST",
    path: "/sites/{site}/webhooks",
    scope: "admin",
    group: GROUP,
    summary: "Add an outgoing webhook",
    body: valuesBody,
    success: { status: 201, description: "The webhook, warnings, and a secret that was made" },
    handle: async (call, { webhooks }) =>
      changedOf(await webhooks.create(site(call), valuesOf(call.body), toAuthor(call))),
  }),
  route<WebhookBody & TestBody & { readonly id?: string }>({
    method: "POST",
    path: "/sites/{site}/webhooks/execute",
    scope: "admin",
    group: GROUP,
    summary: "Send a test with values that are not saved",
    body: (catalogue) => {
      const { required, properties, ...rest } = valuesBody(catalogue);
      const id = {
        type: "string",
        description: "The webhook that is being edited: the sent log shows it there",
      };
      return { ...rest, required: [...required, "event"], properties: { ...properties, ...TEST, id } };
    },
    success: { status: 200, description: "The attempt and its result" },
    handle: async (call, { webhooks }) => {
      const { event, payload, id, ...values } = call.body;
      const no = id === undefined ? undefined : numberOf(id);
      const wish = testWish({ event, ...(payload === undefined ? {} : { payload }) }, call.caller);
      return testOf(await webhooks.executeUnsaved(site(call), valuesOf(values), no, wish));
    },
  }),
  route({
    method: "GET",
    path: "/sites/{site}/webhooks/{id}",
    scope: "read",
    group: GROUP,
    summary: "Show an outgoing webhook",
    success: { status: 200, description: "The webhook; its secret is never shown" },
    handle: async (call, { webhooks }) => shownWebhook(await webhooks.show(...at(call))),
  }),
  route<WebhookBody>({
    method: "PUT",
    path: "/sites/{site}/webhooks/{id}",
    scope: "admin",
    group: GROUP,
    summary: "Replace the values of an outgoing webhook; what waits goes out with the new ones",
    body: valuesBody,
    success: { status: 200, description: "The webhook, warnings, and a secret that was made" },
    handle: async (call, { webhooks }) =>
      changedOf(await webhooks.edit(...at(call), valuesOf(call.body), toAuthor(call))),
  }),
  route({
    method: "DELETE",
    path: "/sites/{site}/webhooks/{id}",
    scope: "admin",
    group: GROUP,
    summary: "Delete an outgoing webhook: what waits fails as unsubscribed, the sent log stays",
    success: { status: 204, description: "It is gone" },
    handle: async (call, { webhooks }) => {
      await webhooks.remove(...at(call), toAuthor(call));
    },
  }),
  route({
    method: "POST",
    path: "/sites/{site}/webhooks/{id}/rotate-secret",
    scope: "admin",
    group: GROUP,
    summary: "Make a new secret; the one before signs beside it for 24 h",
    success: { status: 200, description: "The webhook with its new secret" },
    handle: async (call, { webhooks }) => changedOf(await webhooks.rotateSecret(...at(call), toAuthor(call))),
  }),
  route({
    method: "POST",
    path: "/sites/{site}/webhooks/{id}/resume",
    scope: "admin",
    group: GROUP,
    summary: "Resume a webhook: its paused endpoints, and itself after a 410",
    success: { status: 200, description: "How many endpoints and webhooks were resumed" },
    handle: async (call, { webhooks, registry }) => {
      const [siteKey, no] = at(call);
      await webhooks.show(siteKey, no);
      const receiver = { kind: "webhook", webhookNo: no } as const;
      return registry.resume(siteKey, { kind: "receiver", receiver }, toAuthor(call));
    },
  }),
  route<TestBody>({
    method: "POST",
    path: "/sites/{site}/webhooks/{id}/execute",
    scope: "admin",
    group: GROUP,
    summary: "Send a test with a saved webhook and wait for its result; never retried",
    body: { type: "object", required: ["event"], additionalProperties: false, properties: TEST },
    success: { status: 200, description: "The attempt and its result; waiting when it did not come in time" },
    handle: async (call, { webhooks }) =>
      testOf(await webhooks.execute(...at(call), testWish(call.body, call.caller))),
  }),
];
