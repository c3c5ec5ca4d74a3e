/**
 * Pivotal Tracker's webhook API: /services/v5/projects/{id}/webhooks, with an API token in X-TrackerToken. A webhook of
 * Tracker has a URL and gets every activity of its project.
 */
import type { Router } from "express";
import { defined } from "../../../defined.ts";
import { CallboardError } from "../../../errors.ts";
import type { ErrorCode } from "../../../errors.ts";
import type { Webhook } from "../../model/webhook.ts";
import { readFields, textIn } from "./fields.ts";
import type { Fields } from "./fields.ts";
import type { OutgoingAccess } from "./outgoing-access.ts";
import { createOutgoingRouter } from "./outgoing-routes.ts";
import { findHeader, timeInSeconds } from "./product-router.ts";
import type { ErrorBody } from "./product-router.ts";
import { parseUrl } from "../../../parse-url.ts";

export const TRACKER_PATH = "/:site/services/v5/projects/:project/webhooks";

/** Tracker's code and sentence for what can be wrong; the rest is an invalid parameter. */
const UNAUTHENTICATED = [
  "invalid_authentication",
  "Invalid authentication credentials were presented.",
] as const;
const UNFOUND = ["unfound_resource", "The object you tried to access could not be found."] as const;
const INVALID = ["invalid_parameter", "One or more request parameters was missing or invalid."] as const;
const TRACKER_ERRORS: Partial<Record<ErrorCode, readonly [code: string, error: string]>> = {
  AUTH_INVALID: UNAUTHENTICATED,
  AUTH_MISSING: UNAUTHENTICATED,
  NOT_FOUND: UNFOUND,
  SCOPE: ["unauthorized_operation", "Authorization failure."],
  SITE_NOT_FOUND: UNFOUND,
  WEBHOOK_NOT_FOUND: UNFOUND,
};

const errorBody: ErrorBody = ({ code, message }) => {
  const [trackerCode, error] = TRACKER_ERRORS[code] ?? INVALID;
  const problem = code === "AUTH_MISSING" ? "Send an API token in the header X-TrackerToken" : message;
  return { kind: "error", code: trackerCode, error, general_problem: `${problem} (${code})` };
};

export function createTrackerRouter(outgoing: OutgoingAccess): Router {
  return createOutgoingRouter(
    {
      product: "tracker",
      errorBody,
      readToken: (request) => findHeader(request, "x-trackertoken"),
      readProject,
      read: readFields,
      toValues: (fields, project) => {
        const url = urlIn(fields);
        return { name: toName(url), url, secret: { kind: "keep" }, ...defined({ project }) };
      },
      toChanges: (fields, { url }) => ({ url: urlIn(fields, url) }),
      shown,
      changesBy: "put",
      showsDeleted: false,
    },
    outgoing,
  );
}

/** Tracker's projects have numbers. */
function readProject({ project = "" }: Readonly<Record<string, string>>): string {
  if (/^\d{1,15}$/.test(project)) return project;
  throw new CallboardError("QUERY_INVALID", "The id of a project is a number");
}

/** @throws {CallboardError} BODY_SCHEMA without a URL, or for another version than v5 */
function urlIn(fields: Fields, before?: string): string {
  const version = textIn(fields, "webhook_version") ?? "v5";
  if (version !== "v5") throw new CallboardError("BODY_SCHEMA", "webhook_version must be v5");
  const url = textIn(fields, "webhook_url") ?? before;
  if (url === undefined) throw new CallboardError("BODY_SCHEMA", "webhook_url is missing");
  return url;
}

/** Tracker's webhooks have no name; people see the host. */
function toName(url: string): string {
  return parseUrl(url)?.host ?? url;
}

const shown = (webhook: Webhook) => ({
  kind: "webhook",
  id: webhook.no,
  project_id: Number(webhook.project),
  webhook_url: webhook.url,
  webhook_version: "v5",
  created_at: timeInSeconds(webhook.createdAt),
  updated_at: timeInSeconds(webhook.updatedAt),
});
