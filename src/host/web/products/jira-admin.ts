/**
 * Jira's admin webhooks: /rest/webhooks/1.0/webhook, the outgoing webhooks of a Jira site.
 * Source: developer.atlassian.com/cloud/jira/platform/webhooks, "Registering a webhook using the Jira REST API".
 */
import type { Request, Router } from "express";
import { defined } from "../../../defined.ts";
import { CallboardError } from "../../../errors.ts";
import type { WebhookValues } from "../../registry/outgoing/values.ts";
import { requireSchema } from "../http/body-schema.ts";
import { readJsonObject } from "../http/body.ts";
import { jiraErrorBody } from "./jira-errors.ts";
import { secretWish, describeProblems } from "./outgoing-access.ts";
import type { OutgoingAccess } from "./outgoing-access.ts";
import { createOutgoingRouter } from "./outgoing-routes.ts";
import type { ErrorBody } from "./product-router.ts";

export const JIRA_ADMIN_PATH = "/:site/rest/webhooks/1.0/webhook";

/** Where Jira has the JQL of a webhook. */
const ISSUES = "issue-related-events-section";

const errorBody: ErrorBody = (error, status) => ({
  ...jiraErrorBody(error, status),
  errorMessages: describeProblems(error, { "/filter": `filters.${ISSUES}` }),
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
  loadBaseUrl: (siteKey: string) => Promise<string>,
): Router {
  const createSelfUrl = async (siteKey: string, no: number) =>
    `${await loadBaseUrl(siteKey)}/rest/webhooks/1.0/webhook/${no}`;
  return createOutgoingRouter(
    {
      product: "jira",
      errorBody,
      read: readWebhook,
      toValues: ({ name, url, ...changes }) => {
        if (name === undefined || url === undefined)
          throw new CallboardError("BODY_SCHEMA", "A webhook has a name and a url");
        return { name, url, secret: { kind: "keep" }, ...toChanges(changes) };
      },
      toChanges,
      shown: async (webhook, siteKey) => ({
        name: webhook.name,
        url: webhook.url,
        ...(webhook.description === "" ? {} : { description: webhook.description }),
        excludeBody: webhook.excludeBody,
        filters: { [ISSUES]: webhook.filter ?? "" },
        events: webhook.events ?? [],
        enabled: webhook.active,
        self: await createSelfUrl(siteKey, webhook.no),
        lastUpdatedUser: webhook.updatedBy,
        lastUpdatedDisplayName: webhook.updatedBy,
        lastUpdated: webhook.updatedAt,
        isSigned: webhook.secret !== undefined,
      }),
      createSelfUrl,
      changesBy: "put",
      showsDeleted: false,
    },
    outgoing,
  );
}

async function readWebhook(request: Request): Promise<WebhookBody> {
  const body = await readJsonObject(request);
  await requireSchema(BODY, body);
  return body;
}

/** No events in a body are all of them, as they are in what is shown; a blank filter is none. */
function toChanges(body: WebhookBody): Partial<WebhookValues> {
  const { name, url, description, events, filters, excludeBody, enabled, secret } = body;
  const filter = filters?.[ISSUES];
  return {
    ...defined({ name, url, description, excludeBody, active: enabled }),
    ...(events === undefined ? {} : { events: events.length === 0 ? undefined : events }),
    ...(filter === undefined ? {} : { filter: filter.trim() === "" ? undefined : filter }),
    ...(secret === undefined ? {} : { secret: secretWish(secret) }),
  };
}
