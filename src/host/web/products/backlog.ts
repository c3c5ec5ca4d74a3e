/**
 * Backlog's webhook API: /api/v2/projects/{key}/webhooks. An API token is the `apiKey` of the query, or a header of
 * that meaning.
 * Source: developer.nulab.com/docs/backlog, "Get List of Webhooks" and those beside it.
 */
import type { Request, Router } from "express";
import { builtInCatalogue, findEventType } from "../../../catalogue/index.ts";
import { CallboardError } from "../../../errors.ts";
import type { ErrorCode } from "../../../errors.ts";
import type { ShownWebhook } from "../../registry/outgoing/outgoing.ts";
import type { WebhookValues } from "../../registry/outgoing/values.ts";
import { booleanIn, readFields, textIn } from "./fields.ts";
import type { Fields } from "./fields.ts";
import { editedValues, sentencesOf } from "./outgoing-access.ts";
import type { OutgoingAccess, OutgoingCall } from "./outgoing-access.ts";
import { createProductRouter, headerOf, queryValues } from "./product-router.ts";
import type { ErrorBody } from "./product-router.ts";
import type { Webhook } from "../../model/webhook.ts";

export const BACKLOG_PATH = "/:site/api/v2/projects/:project/webhooks";

/** Backlog's own numbers of what can be wrong. */
const INVALID_REQUEST = 7;
const ERROR_NUMBERS: Partial<Record<ErrorCode, number>> = {
  AUTH_INVALID: 11,
  AUTH_MISSING: 11,
  NOT_FOUND: 6,
  RATE_LIMITED: 13,
  SCOPE: 5,
  SITE_NOT_FOUND: 6,
  WEBHOOK_NOT_FOUND: 6,
};

/** What Backlog calls our values. */
const FIELDS = {
  "/name": "name",
  "/url": "hookUrl",
  "/description": "description",
  "/events": "activityTypeIds[]",
};

const HOW_TO_AUTHENTICATE =
  "Send an API token: apiKey=… in the query, or the header Backlog-API-Key or Authorization: Bearer";

const errorBody: ErrorBody = (error) => {
  const { code, errors } = error;
  const messages = code === "AUTH_MISSING" ? [HOW_TO_AUTHENTICATE] : sentencesOf(error, FIELDS);
  return {
    errors: messages.map((message, index) => ({
      message,
      code: ERROR_NUMBERS[code] ?? INVALID_REQUEST,
      moreInfo: errors[index]?.code ?? code,
    })),
  };
};

export function createBacklogRouter(outgoing: OutgoingAccess): Router {
  const { router, answer } = createProductRouter(errorBody);
  const enter = (request: Request, siteKey: string) =>
    outgoing(
      request,
      siteKey,
      "backlog",
      headerOf(request, "backlog-api-key") ?? queryValues(request, "apiKey")[0],
    );

  router.get(
    "/",
    answer(async ({ request, response, siteKey, params }) => {
      const { webhooks } = await enter(request, siteKey);
      const all = await webhooks.list(siteKey);
      response.json(all.filter(({ webhook }) => webhook.project === params["project"]).map(shown));
    }),
  );

  router.post(
    "/",
    answer(async ({ request, response, siteKey, params }) => {
      const { webhooks, by } = await enter(request, siteKey);
      const { name = "", url = "", ...given } = valuesOf(await readFields(request), undefined);
      const { project } = params;
      const made = await webhooks.create(
        siteKey,
        { name, url, secret: { kind: "keep" }, ...(project === undefined ? {} : { project }), ...given },
        by,
      );
      response.json(shown(made));
    }),
  );

  router.get(
    "/:no",
    answer(async ({ request, response, siteKey, params }) => {
      const call = await enter(request, siteKey);
      response.json(shown(await findIn(call, siteKey, params)));
    }),
  );

  router.patch(
    "/:no",
    answer(async ({ request, response, siteKey, params }) => {
      const call = await enter(request, siteKey);
      const { webhook } = await findIn(call, siteKey, params);
      const values = editedValues(webhook, valuesOf(await readFields(request), webhook));
      response.json(shown(await call.webhooks.edit(siteKey, webhook.no, values, call.by)));
    }),
  );

  router.delete(
    "/:no",
    answer(async ({ request, response, siteKey, params }) => {
      const call = await enter(request, siteKey);
      const { webhook } = await findIn(call, siteKey, params);
      response.json(shown(await call.webhooks.remove(siteKey, webhook.no, call.by)));
    }),
  );

  return router;
}

/** @throws CallboardError WEBHOOK_NOT_FOUND, for a webhook of another project too */
async function findIn(
  { webhooks, numberOf }: OutgoingCall,
  siteKey: string,
  { no, project }: Readonly<Record<string, string>>,
): Promise<ShownWebhook> {
  const found = await webhooks.show(siteKey, numberOf(no));
  if (found.webhook.project === project) return found;
  throw new CallboardError("WEBHOOK_NOT_FOUND", `There is no webhook ${String(no)} in ${String(project)}`);
}

/** `before` is the webhook that is changed, undefined for a new one. @throws CallboardError BODY_SCHEMA */
function valuesOf(fields: Fields, before: Webhook | undefined): Partial<WebhookValues> {
  const name = textIn(fields, "name");
  const url = textIn(fields, "hookUrl");
  const description = textIn(fields, "description");
  return {
    ...(name === undefined ? {} : { name }),
    ...(url === undefined ? {} : { url }),
    ...(description === undefined ? {} : { description }),
    ...chooseEvents(fields, before),
  };
}

/** @throws CallboardError BODY_SCHEMA when neither all events nor any event is asked for, now or before */
function chooseEvents(fields: Fields, before: Webhook | undefined): Pick<WebhookValues, "events"> {
  const allEvent = booleanIn(fields, "allEvent");
  const events = fields.get("activityTypeIds");
  if (events?.some((event) => !/^\d{1,4}$/.test(event)) === true) {
    throw misfit("activityTypeIds[] must be numbers");
  }
  if (allEvent === true) return { events: undefined };
  if (events !== undefined && events.length > 0) return { events };
  const isKept = allEvent === undefined || before?.events !== undefined;
  if (before !== undefined && events === undefined && isKept) return {};
  throw misfit("either allEvent is true or activityTypeIds[] names at least one type");
}

const misfit = (detail: string) => new CallboardError("BODY_SCHEMA", `The webhook does not fit: ${detail}`);

function shown({ webhook }: ShownWebhook): object {
  return {
    id: webhook.no,
    name: webhook.name,
    description: webhook.description,
    hookUrl: webhook.url,
    allEvent: webhook.events === undefined,
    activityTypeIds: (webhook.events ?? []).flatMap(typeIdOf),
    createdUser: userOf(webhook.createdBy),
    created: timeOf(webhook.createdAt),
    updatedUser: userOf(webhook.updatedBy),
    updated: timeOf(webhook.updatedAt),
  };
}

const BACKLOG = builtInCatalogue.require("backlog");

/** None for a name that is not Backlog's. */
function typeIdOf(event: string): readonly number[] {
  const typeId = findEventType(BACKLOG, event)?.typeId ?? Number(event);
  return Number.isInteger(typeId) ? [typeId] : [];
}

/** There are no users here: whoever did it, by name. */
const userOf = (name: string) => ({
  id: 0,
  userId: name,
  name,
  roleType: 1,
  lang: null,
  mailAddress: null,
});

/** Backlog writes times without a fraction. */
const timeOf = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
