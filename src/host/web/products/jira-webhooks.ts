/**
 * Jira's dynamic webhooks: /rest/api/{2,3}/webhook, called by an add-on with its own token.
 * Source: developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-webhooks.
 */
import type { Request, Router } from "express";
import type { Registration } from "../../registry/dynamic/registration.ts";
import type { DynamicWebhook, DynamicWebhooks } from "../../registry/dynamic/webhooks.ts";
import type { AddonCaller } from "../../registry/dynamic/caller.ts";
import type { FailedWebhookPage } from "../../delivery-log/failed-webhooks.ts";
import { queryInvalid } from "../http/query.ts";
import { requireSchema } from "../http/body-schema.ts";
import type { JsonSchema } from "../http/body-schema.ts";
import { readJsonObject } from "../http/body.ts";
import type { AuthorizeAddon } from "./addon-access.ts";
import { jiraErrorBody } from "./jira-errors.ts";
import { createProductRouter } from "./product-router.ts";

export const JIRA_WEBHOOK_PATHS = ["/:site/rest/api/2/webhook", "/:site/rest/api/3/webhook"] as const;

export interface JiraWebhookParts {
  readonly authorize: AuthorizeAddon;
  readonly webhooks: DynamicWebhooks;
  readonly listFailed: (
    caller: AddonCaller,
    page: { readonly after: number | undefined; readonly most: number },
  ) => Promise<FailedWebhookPage>;
  /** Where the site answers, as the add-on was told. */
  readonly loadBaseUrl: (siteKey: string) => Promise<string>;
}

const MAX_RESULTS = 100;
const MAX_FAILED = 100;

const TEXTS = { type: "array", items: { type: "string" } } as const;

const REGISTRATION = {
  type: "object",
  required: ["url", "webhooks"],
  properties: {
    url: { type: "string" },
    webhooks: {
      type: "array",
      minItems: 1,
      maxItems: 1_000,
      items: {
        type: "object",
        required: ["events", "jqlFilter"],
        properties: {
          events: TEXTS,
          jqlFilter: { type: "string" },
          fieldIdsFilter: TEXTS,
          issuePropertyKeysFilter: TEXTS,
        },
      },
    },
  },
} as const satisfies JsonSchema;

interface RegistrationBody {
  readonly url: string;
  readonly webhooks: readonly {
    readonly events: readonly string[];
    readonly jqlFilter: string;
    readonly fieldIdsFilter?: readonly string[];
    readonly issuePropertyKeysFilter?: readonly string[];
  }[];
}

const IDS = {
  type: "object",
  required: ["webhookIds"],
  properties: { webhookIds: { type: "array", items: { type: "integer" } } },
} as const satisfies JsonSchema;

export function createJiraWebhookRouter({
  authorize,
  webhooks,
  listFailed,
  loadBaseUrl,
}: JiraWebhookParts): Router {
  const { router, answer } = createProductRouter(jiraErrorBody);

  router.post(
    "/",
    answer(async ({ request, response, siteKey }) => {
      const caller = await authorize(request, siteKey);
      const { url, webhooks: wanted } = await readAs<RegistrationBody>(REGISTRATION, request);
      const results = await webhooks.register(caller, url, wanted.map(toRegistration));
      response.json({
        webhookRegistrationResult: results.map((result) =>
          result.kind === "created" ? { createdWebhookId: result.id } : { errors: [result.because] },
        ),
      });
    }),
  );

  router.get(
    "/",
    answer(async ({ request, response, siteKey }) => {
      const caller = await authorize(request, siteKey);
      const startAt = numberIn(request, "startAt", 0);
      const maxResults = Math.min(numberIn(request, "maxResults", MAX_RESULTS), MAX_RESULTS);
      const all = await webhooks.list(caller);
      const self = `${await loadBaseUrl(siteKey)}${request.originalUrl.slice(siteKey.length + 1).split("?")[0] ?? ""}`;
      const isLast = startAt + maxResults >= all.length;
      response.json({
        self: `${self}?startAt=${startAt}&maxResults=${maxResults}`,
        ...(isLast ? {} : { nextPage: `${self}?startAt=${startAt + maxResults}&maxResults=${maxResults}` }),
        maxResults,
        startAt,
        total: all.length,
        isLast,
        values: all.slice(startAt, startAt + maxResults).map(shown),
      });
    }),
  );

  router.delete(
    "/",
    answer(async ({ request, response, siteKey }) => {
      const caller = await authorize(request, siteKey);
      await webhooks.remove(caller, await readIds(request));
      response.status(202).end();
    }),
  );

  router.put(
    "/refresh",
    answer(async ({ request, response, siteKey }) => {
      const caller = await authorize(request, siteKey);
      response.json({ expirationDate: await webhooks.refresh(caller, await readIds(request)) });
    }),
  );

  router.get(
    "/failed",
    answer(async ({ request, response, siteKey }) => {
      const caller = await authorize(request, siteKey);
      const most = Math.min(Math.max(numberIn(request, "maxResults", MAX_FAILED), 1), MAX_FAILED);
      const page = await listFailed(caller, { after: numberIn(request, "after", 0), most });
      const self = `${await loadBaseUrl(siteKey)}/rest/api/3/webhook/failed`;
      response.json({
        values: page.webhooks.map(({ id, body, url, failedAt }) => ({
          id,
          ...(body === undefined ? {} : { body }),
          url,
          failureTime: failedAt,
        })),
        maxResults: most,
        ...(page.after === undefined ? {} : { next: `${self}?after=${page.after}&maxResults=${most}` }),
      });
    }),
  );

  return router;
}

async function readAs<T>(schema: JsonSchema, request: Request): Promise<T> {
  const body = await readJsonObject(request);
  await requireSchema(schema, body);
  return body as T;
}

const readIds = async (request: Request) =>
  (await readAs<{ readonly webhookIds: readonly number[] }>(IDS, request)).webhookIds;

function toRegistration(wanted: RegistrationBody["webhooks"][number]): Registration {
  const { events, jqlFilter, fieldIdsFilter, issuePropertyKeysFilter } = wanted;
  return {
    events,
    jqlFilter,
    ...(fieldIdsFilter === undefined ? {} : { fieldIds: fieldIdsFilter }),
    ...(issuePropertyKeysFilter === undefined ? {} : { propertyKeys: issuePropertyKeysFilter }),
  };
}

/** `expirationDate` is epoch milliseconds, which is what the clients' models say. */
const shown = ({ id, url, events, jqlFilter, fieldIds, propertyKeys, expiresAt }: DynamicWebhook) => ({
  id,
  url,
  jqlFilter,
  events,
  ...(fieldIds === undefined ? {} : { fieldIdsFilter: fieldIds }),
  ...(propertyKeys === undefined ? {} : { issuePropertyKeysFilter: propertyKeys }),
  expirationDate: expiresAt,
});

/** @throws {CallboardError} QUERY_INVALID unless it is a whole number from 0 on */
function numberIn({ query }: Request, name: string, otherwise: number): number {
  const text = query[name];
  if (text === undefined) return otherwise;
  const value = typeof text === "string" && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) throw queryInvalid(name, "must be a whole number from 0 on");
  return value;
}
