/**
 * Jira's admin webhooks: /rest/webhooks/1.0/webhook, the outgoing webhooks of a Jira site.
 * Source: developer.atlassian.com/cloud/jira/platform/webhooks, "Registering a webhook using the Jira REST API".
 */
import type { Request, Router } from "express";
import { CallboardError } from "../../../errors.ts";
import type { ShownWebhook } from "../../registry/outgoing/outgoing.ts";
import type { WebhookValues } from "../../registry/outgoing/values.ts";
import { requireSchema } from "../api/body-schema.ts";
import { readJsonObject } from "../http/body.ts";
import { jiraErrorBody } from "./jira-errors.ts";
import { editedValues, secretWish, sentencesOf } from "./outgoing-access.ts";
import type { OutgoingAccess } from "./outgoing-access.ts";
import { createProductRouter } from "./product-router.ts";
import type { ErrorBody } from "./product-router.ts";

export const JIRA_ADMIN_PATH = "/:site/rest/webhooks/1.0/webhook";

/** Where Jira has the JQL of a webhook. */
const ISSUES = "issue-related-events-section";

const errorBody: ErrorBody = (error, status) => ({
  ...jiraErrorBody(error, status),
  errorMessages: sentencesOf(error, { "/filter": `filters.${ISSUES}` }),
});

const BODY = {
  type: "object",
  properties: {
    name: { type: "string" },
    url: { type: "string" },
    description: { type: "string" },
    events: { type: "array", items: { type: "string" } },
    filters: { type: "object", properties: { [ISSUES]: { type: "string" } } },
    excludeBody: { type: "boolean" },
    enabled: { type: "boolean" },
    secret: { type: ["string", "null"] },
  },
} as const;

interface WebhookBody {
  readonly name?: string;
  readonly url?: string;
  readonly description?: string;
  readonly events?: readonly string[];
  readonly filters?: Readonly<Record<string, string>>;
  readonly excludeBody?: boolean;
  readonly enabled?: boolean;
  readonly secret?: string | null;
}

export function createJiraAdminRouter(
  outgoing: OutgoingAccess,
  baseUrlOf: (siteKey: string) => Promise<string>,
): Router {
  const { router, answer } = createProductRouter(errorBody);
  const selfOf = async (siteKey: string, no: number) =>
    `${await baseUrlOf(siteKey)}/rest/webhooks/1.0/webhook/${no}`;
  const shown = async (siteKey: string, { webhook }: ShownWebhook) => ({
    name: webhook.name,
    url: webhook.url,
    ...(webhook.description === "" ? {} : { description: webhook.description }),
    excludeBody: webhook.excludeBody,
    filters: { [ISSUES]: webhook.filter ?? "" },
    events: webhook.events ?? [],
    enabled: webhook.active,
    self: await selfOf(siteKey, webhook.no),
    lastUpdatedUser: webhook.updatedBy,
    lastUpdatedDisplayName: webhook.updatedBy,
    lastUpdated: webhook.updatedAt,
    isSigned: webhook.secret !== undefined,
  });

  router.get(
    "/",
    answer(async ({ request, response, siteKey }) => {
      const { webhooks } = await outgoing(request, siteKey, "jira");
      const all = await webhooks.list(siteKey);
      response.json(await Promise.all(all.map((each) => shown(siteKey, each))));
    }),
  );

  router.post(
    "/",
    answer(async ({ request, response, siteKey }) => {
      const { webhooks, by } = await outgoing(request, siteKey, "jira");
      const { name, url, ...changes } = await readWebhook(request);
      if (name === undefined || url === undefined) {
        throw new CallboardError("BODY_SCHEMA", "A webhook has a name and a url");
      }
      const values = { name, url, secret: { kind: "keep" }, ...valuesOf(changes) } as const;
      const made = await webhooks.create(siteKey, values, by);
      response
        .status(201)
        .location(await selfOf(siteKey, made.webhook.no))
        .json(await shown(siteKey, made));
    }),
  );

  router.get(
    "/:no",
    answer(async ({ request, response, siteKey, params }) => {
      const { webhooks, numberOf } = await outgoing(request, siteKey, "jira");
      response.json(await shown(siteKey, await webhooks.show(siteKey, numberOf(params["no"]))));
    }),
  );

  router.put(
    "/:no",
    answer(async ({ request, response, siteKey, params }) => {
      const { webhooks, by, numberOf } = await outgoing(request, siteKey, "jira");
      const no = numberOf(params["no"]);
      const { webhook } = await webhooks.show(siteKey, no);
      const values = editedValues(webhook, valuesOf(await readWebhook(request)));
      response.json(await shown(siteKey, await webhooks.edit(siteKey, no, values, by)));
    }),
  );

  router.delete(
    "/:no",
    answer(async ({ request, response, siteKey, params }) => {
      const { webhooks, by, numberOf } = await outgoing(request, siteKey, "jira");
      await webhooks.remove(siteKey, numberOf(params["no"]), by);
      response.status(204).end();
    }),
  );

  return router;
}

async function readWebhook(request: Request): Promise<WebhookBody> {
  const body = await readJsonObject(request);
  await requireSchema(BODY, body);
  return body;
}

/** No events in a body are all of them, as they are in what is shown; a blank filter is none. */
function valuesOf(body: WebhookBody): Partial<WebhookValues> {
  const { name, url, description, events, filters, excludeBody, enabled, secret } = body;
  const filter = filters?.[ISSUES];
  return {
    ...(name === undefined ? {} : { name }),
    ...(url === undefined ? {} : { url }),
    ...(description === undefined ? {} : { description }),
    ...(events === undefined ? {} : { events: events.length === 0 ? undefined : events }),
    ...(filter === undefined ? {} : { filter: filter.trim() === "" ? undefined : filter }),
    ...(excludeBody === undefined ? {} : { excludeBody }),
    ...(enabled === undefined ? {} : { active: enabled }),
    ...(secret === undefined ? {} : { secret: secretWish(secret) }),
  };
}
