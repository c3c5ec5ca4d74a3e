/**
 * Backlog's webhook API: /api/v2/projects/{key}/webhooks. An API token is the `apiKey` of the query, or a header of
 * that meaning.
 * Source: developer.nulab.com/docs/backlog, "Get List of Webhooks" and those beside it.
 */
import type { Router } from "express";
import { builtInCatalogue, findEventType } from "../../../catalogue/index.ts";
import { defined } from "../../../defined.ts";
import { CallboardError } from "../../../errors.ts";
import type { ErrorCode } from "../../../errors.ts";
import type { WebhookValues } from "../../registry/outgoing/values.ts";
import { booleanIn, readFields, textIn } from "./fields.ts";
import type { Fields } from "./fields.ts";
import { describeProblems } from "./outgoing-access.ts";
import type { OutgoingAccess } from "./outgoing-access.ts";
import { createOutgoingRouter } from "./outgoing-routes.ts";
import { findHeader, queryValues, timeInSeconds } from "./product-router.ts";
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
  const messages = code === "AUTH_MISSING" ? [HOW_TO_AUTHENTICATE] : describeProblems(error, FIELDS);
  return {
    errors: messages.map((message, index) => ({
      message,
      code: ERROR_NUMBERS[code] ?? INVALID_REQUEST,
      moreInfo: errors[index]?.code ?? code,
    })),
  };
};

export function createBacklogRouter(outgoing: OutgoingAccess): Router {
  return createOutgoingRouter(
    {
      product: "backlog",
      errorBody,
      readToken: (request) => findHeader(request, "backlog-api-key") ?? queryValues(request, "apiKey")[0],
      readProject: ({ project }) => project,
      read: readFields,
      toValues: (fields, project) => {
        const { name = "", url = "", ...given } = toChanges(fields, undefined);
        return { name, url, secret: { kind: "keep" }, ...defined({ project }), ...given };
      },
      toChanges,
      shown,
      changesBy: "patch",
      showsDeleted: true,
    },
    outgoing,
  );
}

/** `before` is the webhook that is changed, undefined for a new one. @throws {CallboardError} BODY_SCHEMA */
function toChanges(fields: Fields, before: Webhook | undefined): Partial<WebhookValues> {
  return {
    ...defined({
      name: textIn(fields, "name"),
      url: textIn(fields, "hookUrl"),
      description: textIn(fields, "description"),
    }),
    ...chooseEvents(fields, before),
  };
}

/** @throws {CallboardError} BODY_SCHEMA when neither all events nor any event is asked for, now or before */
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

function shown(webhook: Webhook): object {
  return {
    id: webhook.no,
    name: webhook.name,
    description: webhook.description,
    hookUrl: webhook.url,
    allEvent: webhook.events === undefined,
    activityTypeIds: (webhook.events ?? []).flatMap(listTypeIds),
    createdUser: toUser(webhook.createdBy),
    created: timeInSeconds(webhook.createdAt),
    updatedUser: toUser(webhook.updatedBy),
    updated: timeInSeconds(webhook.updatedAt),
  };
}

const BACKLOG = builtInCatalogue.require("backlog");

/** None for a name that is not Backlog's. */
function listTypeIds(event: string): readonly number[] {
  const typeId = findEventType(BACKLOG, event)?.typeId ?? Number(event);
  return Number.isInteger(typeId) ? [typeId] : [];
}

/** There are no users here: whoever did it, by name. */
const toUser = (name: string) => ({
  id: 0,
  userId: name,
  name,
  roleType: 1,
  lang: null,
  mailAddress: null,
});
