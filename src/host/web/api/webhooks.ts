/** Outgoing webhooks of a project, in the format of the site's product, and test deliveries with them. */
import type { Catalogue } from "../../../catalogue/index.ts";
import { CallboardError } from "../../../errors.ts";
import type { ErrorCode } from "../../../errors.ts";
import type { ChangedWebhook, ShownWebhook } from "../../registry/outgoing/outgoing.ts";
import type { SecretWish } from "../../registry/outgoing/secret.ts";
import type { WebhookValues } from "../../registry/outgoing/values.ts";
import { formatWebhookId, parseWebhookId } from "../../model/ids.ts";
import { RECEIVER_CHECKS } from "../../model/receiver-check.ts";
import { WEBHOOK_SIGNATURES } from "../../model/webhook.ts";
import type { Caller } from "../http/access.ts";
import { requirePortalReceiver } from "../http/subject.ts";
import { route } from "./route.ts";
import type { Call } from "./route.ts";
import type { ShownTest, TestWish } from "../../delivery-log/test-deliveries.ts";
import { presentAttempt } from "../present/delivery.ts";
import { presentPace } from "../present/endpoint.ts";
import { toAuthor, isoTime, presentList } from "../present/values.ts";
import { presentAuthentication, presentHeaders, presentTls, toWish } from "../present/access.ts";
import { ownedBy, presentPublicKeys, toStatus } from "../present/webhook.ts";
import { GIVEN_AUTHENTICATION, GIVEN_HEADERS, GIVEN_TLS } from "../schema/access.ts";
import { TEST_DELIVERY } from "../schema/delivery.ts";
import { BODY_FILTER, LINE, LINE_WITH_TEXT, LINES, NEW_ORDER_BY, RESUMED } from "../schema/parts.ts";
import {
  anyObject,
  array,
  body,
  boolean,
  checkedByCode,
  extended,
  nullable,
  choice,
  openChoice,
  string,
} from "../schema/schema.ts";
import type { ValueOf } from "../schema/schema.ts";
import { NEW_BATCH } from "../schema/batch.ts";
import { NEW_PACE } from "../schema/pace.ts";
import { RETRY_PROFILE_NAMES } from "../schema/site.ts";
import { CHANGED_WEBHOOK, WEBHOOK, WEBHOOK_PAGE } from "../schema/webhook.ts";
import { OF_URLS } from "./error-codes.ts";
import { ROW_CURSOR } from "../../model/cursor.ts";
import { readPage, pageParameters } from "../http/query.ts";

export const GROUP = "Outgoing webhooks";

export const shownWebhook = ({ webhook, last, deprecations, publicKeys }: ShownWebhook) => ({
  id: formatWebhookId(webhook.siteNo, webhook.no),
  owner: webhook.owner ?? null,
  name: webhook.name,
  url: webhook.url,
  format: webhook.format,
  template: webhook.template ?? null,
  hasRoutingKey: webhook.routingKey !== undefined,
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
  publicKeys: presentPublicKeys(publicKeys),
  previousSecretUntil: isoTime(webhook.previousSecretUntil),
  ...presentHeaders(webhook),
  ...presentAuthentication(webhook),
  ...presentTls(webhook),
  retryProfile: webhook.retryProfile ?? null,
  pace: presentPace(webhook.pace),
  orderBy: webhook.orderBy ?? null,
  batch: webhook.batch ?? null,
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

const toChanged = (changed: ChangedWebhook) => ({
  ...shownWebhook(changed),
  ...(changed.newSecret === undefined ? {} : { secret: changed.newSecret }),
  warnings: changed.warnings,
});

const toTest = ({ deliveryId, event, state, attempt }: ShownTest) => ({
  deliveryId,
  event,
  test: true,
  state,
  attempt: attempt === undefined ? null : presentAttempt(attempt),
});

const OPTIONAL_VALUES = {
  owner: nullable(
    string(
      "Tenant that it belongs to. Left out of a change it stays, null removes it",
      {},
      {
        minLength: 1,
        maxLength: 200,
        ...LINE_WITH_TEXT,
      },
    ),
  ),
  template: nullable(
    checkedByCode(string("JSON with the tags of Mustache; format template only"), { maxLength: 16_384 }),
  ),
  routingKey: nullable(
    checkedByCode(
      string("Integration key; format pagerduty only. Never shown again. Left out of a change it stays"),
      { pattern: "^[A-Za-z0-9]{32}$" },
    ),
  ),
  events: nullable(
    checkedByCode(
      array(
        "Event types, with * for any text, Backlog's also by number; null or left out for every event type",
        checkedByCode(string("Event type"), { minLength: 1, maxLength: 200, ...LINE }),
      ),
      { minItems: 1, maxItems: 300 },
    ),
  ),
  allEvents: boolean("True for every event type, and no events beside it"),
  project: nullable(
    string("Only events of the project with this key or ID", {}, { minLength: 1, maxLength: 255, ...LINE }),
  ),
  filter: nullable(string("JQL; Jira's format only")),
  bodyFilter: nullable(BODY_FILTER),
  excludeBody: boolean("Leaves the body out"),
  description: string("Description", { maxLength: 2000 }, LINES),
  secret: nullable(
    string(
      "Signs the body; never shown again. Left out of a change it stays, null removes it",
      {},
      { minLength: 1, maxLength: 256 },
    ),
  ),
  generateSecret: boolean("Generates a secret, which this response shows"),
  signature: choice(
    "Standard Webhooks with a secret, or with a generated Ed25519 key pair; X-Hub-Signature of Jira's admin webhooks; X-Hub-Signature-256",
    WEBHOOK_SIGNATURES,
  ),
  retryProfile: nullable(
    checkedByCode(string("Retry schedule; null for that of the site"), { enum: RETRY_PROFILE_NAMES }),
  ),
  pace: NEW_PACE,
  orderBy: NEW_ORDER_BY,
  batch: NEW_BATCH,
  active: boolean("False holds events back"),
  ...GIVEN_HEADERS,
  ...GIVEN_AUTHENTICATION,
  ...GIVEN_TLS,
};

/** The member without the only format that has it. */
const onlyWith = (member: string, format: string) => ({
  required: [member],
  properties: { [member]: { type: "string" }, format: { not: { const: format } } },
});

/** Members that don't go together. */
const RULES_OF_VALUES = {
  not: {
    anyOf: [
      {
        required: ["allEvents", "events"],
        properties: { allEvents: { const: true }, events: { type: "array", items: {} } },
      },
      { required: ["allEvents"], properties: { allEvents: { const: false }, events: { const: null } } },
      {
        required: ["generateSecret", "secret"],
        properties: { generateSecret: { const: true }, secret: { type: "string" } },
      },
      onlyWith("template", "template"),
      onlyWith("routingKey", "pagerduty"),
    ],
  },
};

export const valuesBody = ({ formats }: Catalogue) =>
  checkedByCode(
    body(
      {
        name: string("Display name", { minLength: 1, maxLength: 200 }, LINE_WITH_TEXT),
        url: string("URL; can have {issue.key} and other variables", { minLength: 1 }, { maxLength: 2048 }),
      },
      {
        format: openChoice(
          "Format of the body, the site's product when left out; standard is for operational events alone",
          formats,
        ),
        ...OPTIONAL_VALUES,
      },
    ),
    RULES_OF_VALUES,
  );

const VERIFY = {
  verify: choice(
    "Asks the URL first: a ping must be answered with a 2xx, the value of a challenge must come back in the response",
    RECEIVER_CHECKS,
  ),
};

type WebhookBody = ValueOf<ReturnType<typeof valuesBody>>;

export const TEST_EVENT = {
  event: string("Event type of the test", { minLength: 1, maxLength: 200, ...LINE }),
};
export const TEST_PAYLOAD = { payload: anyObject("Payload; the catalogue's sample when left out") };
const TEST = body(TEST_EVENT, TEST_PAYLOAD);

type TestBody = ValueOf<typeof TEST>;

const testWish = ({ event, payload }: TestBody, { tokenId }: Caller): TestWish => ({
  event,
  tokenId,
  ...(payload === undefined ? {} : { payload: Buffer.from(JSON.stringify(payload)) }),
});

/** @throws CallboardError BODY_SCHEMA for what the schema alone does not tell */
export function toWebhookValues(given: WebhookBody): WebhookValues {
  const {
    allEvents,
    events,
    filter,
    bodyFilter,
    project,
    retryProfile,
    pace,
    orderBy,
    batch,
    template,
    routingKey,
  } = given;
  if (allEvents === true && events !== undefined && events !== null) {
    throw misfit("/events", "must be left out with allEvents");
  }
  if (allEvents === false && (events === undefined || events === null)) {
    throw misfit("/events", "must be there when allEvents is false");
  }
  return {
    name: given.name,
    url: given.url,
    secret: secretWish(given),
    headers: toWish(given.headers),
    authentication: toWish(given.authentication),
    tls: toWish(given.tls),
    ...(given.owner === undefined ? {} : { owner: given.owner }),
    ...(given.format === undefined ? {} : { format: given.format }),
    ...(template === undefined || template === null ? {} : { template }),
    ...(routingKey === undefined ? {} : { routingKey }),
    ...(events === undefined || events === null ? {} : { events }),
    ...(project === undefined || project === null ? {} : { project }),
    ...(filter === undefined || filter === null || filter === "" ? {} : { filter }),
    ...(bodyFilter === undefined || bodyFilter === null ? {} : { bodyFilter }),
    ...(given.excludeBody === undefined ? {} : { excludeBody: given.excludeBody }),
    ...(given.description === undefined ? {} : { description: given.description }),
    ...(given.signature === undefined ? {} : { signature: given.signature }),
    ...(retryProfile === undefined || retryProfile === null ? {} : { retryProfile }),
    ...(pace === undefined || pace === null ? {} : { pace }),
    ...(orderBy === undefined || orderBy === null || orderBy === "" ? {} : { orderBy }),
    ...(batch === undefined || batch === null ? {} : { batch }),
    ...(given.active === undefined ? {} : { active: given.active }),
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

function misfit(pointer: string, detail: string): CallboardError {
  return new CallboardError("BODY_SCHEMA", `The body does not fit: ${pointer} ${detail}`, {
    errors: [{ pointer, detail, code: "BODY_SCHEMA" }],
  });
}

/** Of the values of a webhook. */
export const OF_VALUES = [
  ...OF_URLS,
  "AUTHENTICATION_INVALID",
  "BATCH",
  "BODY_FILTER",
  "BODY_FILTER_BESIDE_FILTER",
  "BODY_FILTER_TOO_COMPLEX",
  "CERTIFICATE_EXPIRED",
  "CERTIFICATE_INVALID",
  "CERTIFICATE_KEY",
  "CREDENTIALS_ORIGIN",
  "DESCRIPTOR_FILTER",
  "FORMAT_LIMIT",
  "HEADER_VALUE",
  "LIMIT_REACHED",
  "ORDER_BY",
  "PACE",
  "PRODUCT_MISSING",
  "ROUTING_KEY",
  "TEMPLATE",
  "TEMPLATE_RESULT",
  "TEMPLATE_TOO_COMPLEX",
  "TOKEN_SERVER",
  "WEBHOOK_FORMAT",
] as const satisfies readonly ErrorCode[];

const site = ({ params }: Pick<Call, "params">) => params["site"] ?? "";
const at = (call: Pick<Call, "params">) => [site(call), toWebhookNo(call.params["id"] ?? "")] as const;
/** The site in an id is checked by the room: a number of another site is not found. */
export const toWebhookNo = (id: string) => parseWebhookId(id).no;

export const webhookRoutes = [
  route({
    id: "listWebhooks",
    method: "GET",
    path: "/sites/{site}/webhooks",
    scope: "read",
    subject: "webhooks",
    group: GROUP,
    summary: "List the outgoing webhooks of a site, with the status of the last attempt",
    query: pageParameters(ROW_CURSOR),
    success: { status: 200, description: "Webhooks, oldest first", schema: WEBHOOK_PAGE },
    handle: async (call, { webhooks }) =>
      presentList(await webhooks.page(site(call), readPage(call.query), call.caller.portal), shownWebhook),
  }),
  route({
    id: "createWebhook",
    method: "POST",
    path: "/sites/{site}/webhooks",
    scope: "admin",
    subject: "webhooks",
    group: GROUP,
    summary: "Create an outgoing webhook",
    body: (catalogue) => extended("Body of the request", valuesBody(catalogue), {}, VERIFY),
    example: {
      name: "Build",
      url: "https://build.example.com/hook",
      events: ["jira:issue_created"],
      generateSecret: true,
    },
    success: {
      status: 201,
      description: "The webhook, warnings, and a secret that was made",
      schema: CHANGED_WEBHOOK,
    },
    errors: [...OF_VALUES, "RATE_LIMITED", "URL_UNVERIFIED"],
    handle: async (call, { webhooks, rates }) => {
      const { verify, ...given } = call.body;
      if (verify !== undefined) rates.executions.take(call.caller.tokenId);
      const values = { ...ownedBy(toWebhookValues(given), call.caller), verify };
      return toChanged(await webhooks.create(site(call), values, toAuthor(call)));
    },
  }),
  route({
    id: "testUnsavedWebhook",
    method: "POST",
    path: "/sites/{site}/webhooks/execute",
    scope: "admin",
    subject: "webhooks",
    group: GROUP,
    summary: "Send a test delivery with values that are not saved",
    body: (catalogue) => {
      const id = string("The webhook that is being edited: the delivery log shows the test there");
      return extended("Body of the request", valuesBody(catalogue), TEST_EVENT, { ...TEST_PAYLOAD, id });
    },
    example: { name: "Build", url: "https://build.example.com/hook", event: "jira:issue_created" },
    success: { status: 200, description: "The attempt and its result", schema: TEST_DELIVERY },
    errors: [...OF_VALUES, "EVENT_OFF_SCHEMA", "EVENT_SCHEMA", "RATE_LIMITED", "WEBHOOK_NOT_FOUND"],
    handle: async (call, rooms) => {
      const { webhooks } = rooms;
      const { event, payload, id, ...values } = call.body;
      const no = id === undefined ? undefined : toWebhookNo(id);
      if (no !== undefined)
        requirePortalReceiver(call.caller, site(call), { kind: "webhook", webhookNo: no }, rooms);
      const wish = testWish({ event, ...(payload === undefined ? {} : { payload }) }, call.caller);
      return toTest(await webhooks.executeUnsaved(site(call), toWebhookValues(values), no, wish));
    },
  }),
  route({
    id: "showWebhook",
    method: "GET",
    path: "/sites/{site}/webhooks/{id}",
    scope: "read",
    subject: "webhook",
    group: GROUP,
    summary: "Show an outgoing webhook",
    success: { status: 200, description: "The webhook; its secret is never shown", schema: WEBHOOK },
    errors: ["WEBHOOK_NOT_FOUND"],
    handle: async (call, { webhooks }) => shownWebhook(await webhooks.show(...at(call))),
  }),
  route({
    id: "replaceWebhook",
    method: "PUT",
    path: "/sites/{site}/webhooks/{id}",
    scope: "admin",
    subject: "webhook",
    group: GROUP,
    summary: "Replace the values of an outgoing webhook, also for its waiting deliveries",
    body: valuesBody,
    example: { name: "Build", url: "https://build.example.com/hook", active: false },
    success: {
      status: 200,
      description: "The webhook, warnings, and a secret that was made",
      schema: CHANGED_WEBHOOK,
    },
    errors: [...OF_VALUES, "WEBHOOK_NOT_FOUND"],
    handle: async (call, { webhooks }) =>
      toChanged(
        await webhooks.edit(...at(call), ownedBy(toWebhookValues(call.body), call.caller), toAuthor(call)),
      ),
  }),
  route({
    id: "deleteWebhook",
    method: "DELETE",
    path: "/sites/{site}/webhooks/{id}",
    scope: "admin",
    subject: "webhook",
    group: GROUP,
    summary: "Delete an outgoing webhook: waiting deliveries fail as unsubscribed, past ones are kept",
    success: { status: 204, description: "It is gone" },
    errors: ["WEBHOOK_NOT_FOUND"],
    handle: async (call, { webhooks }) => {
      await webhooks.remove(...at(call), toAuthor(call));
    },
  }),
  route({
    id: "rotateWebhookSecret",
    method: "POST",
    path: "/sites/{site}/webhooks/{id}/rotate-secret",
    scope: "admin",
    subject: "webhook",
    group: GROUP,
    summary: "Rotate the signing secret; the old one also signs for 24 hours",
    success: { status: 200, description: "The webhook with its new secret", schema: CHANGED_WEBHOOK },
    errors: ["BODY_SCHEMA", "WEBHOOK_NOT_FOUND"],
    handle: async (call, { webhooks }) => toChanged(await webhooks.rotateSecret(...at(call), toAuthor(call))),
  }),
  route({
    id: "resumeWebhook",
    method: "POST",
    path: "/sites/{site}/webhooks/{id}/resume",
    scope: "admin",
    subject: "webhook",
    group: GROUP,
    summary:
      "Resume an outgoing webhook that is paused, or made inactive by 410 or webhook-delivery: disable",
    success: { status: 200, description: "How many endpoints and webhooks were resumed", schema: RESUMED },
    errors: ["WEBHOOK_NOT_FOUND"],
    handle: async (call, { webhooks, registry }) => {
      const [siteKey, no] = at(call);
      await webhooks.show(siteKey, no);
      const receiver = { kind: "webhook", webhookNo: no } as const;
      return registry.resume(siteKey, { kind: "receiver", receiver }, toAuthor(call));
    },
  }),
  route({
    id: "testWebhook",
    method: "POST",
    path: "/sites/{site}/webhooks/{id}/execute",
    scope: "admin",
    subject: "webhook",
    group: GROUP,
    summary: "Send a test delivery with a saved webhook, and wait for its result",
    body: TEST,
    example: { event: "jira:issue_created" },
    success: {
      status: 200,
      description: "The attempt and its result; waiting when it did not come in time",
      schema: TEST_DELIVERY,
    },
    errors: [
      ...OF_URLS,
      "EVENT_OFF_SCHEMA",
      "EVENT_SCHEMA",
      "PRODUCT_MISSING",
      "RATE_LIMITED",
      "WEBHOOK_NOT_FOUND",
    ],
    handle: async (call, { webhooks }) =>
      toTest(await webhooks.execute(...at(call), testWish(call.body, call.caller))),
  }),
];
