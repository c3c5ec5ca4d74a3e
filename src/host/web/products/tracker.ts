/**
 * Pivotal Tracker's webhook API: /services/v5/projects/{id}/webhooks, with an API token in X-TrackerToken. A webhook of
 * Tracker has a URL and gets every activity of its project.
 */
import type { Request, Router } from "express";
import { CallboardError } from "../../../errors.ts";
import type { ErrorCode } from "../../../errors.ts";
import type { ShownWebhook } from "../../registry/outgoing/outgoing.ts";
import { readFields, textIn } from "./fields.ts";
import type { Fields } from "./fields.ts";
import { editedValues } from "./outgoing-access.ts";
import type { OutgoingAccess, OutgoingCall } from "./outgoing-access.ts";
import { createProductRouter, headerOf } from "./product-router.ts";
import type { ErrorBody } from "./product-router.ts";

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
  const { router, answer } = createProductRouter(errorBody);
  const enter = (request: Request, siteKey: string) =>
    outgoing(request, siteKey, "tracker", headerOf(request, "x-trackertoken"));

  router.get(
    "/",
    answer(async ({ request, response, siteKey, params }) => {
      const { webhooks } = await enter(request, siteKey);
      const project = projectOf(params);
      const all = await webhooks.list(siteKey);
      response.json(all.filter(({ webhook }) => webhook.project === project).map(shown));
    }),
  );

  router.post(
    "/",
    answer(async ({ request, response, siteKey, params }) => {
      const { webhooks, by } = await enter(request, siteKey);
      const project = projectOf(params);
      const url = urlIn(await readFields(request));
      const values = { name: nameOf(url), url, project, secret: { kind: "keep" } } as const;
      response.json(shown(await webhooks.create(siteKey, values, by)));
    }),
  );

  router.get(
    "/:no",
    answer(async ({ request, response, siteKey, params }) => {
      const call = await enter(request, siteKey);
      response.json(shown(await findIn(call, siteKey, params)));
    }),
  );

  router.put(
    "/:no",
    answer(async ({ request, response, siteKey, params }) => {
      const call = await enter(request, siteKey);
      const { webhook } = await findIn(call, siteKey, params);
      const url = urlIn(await readFields(request), webhook.url);
      const values = editedValues(webhook, { url });
      response.json(shown(await call.webhooks.edit(siteKey, webhook.no, values, call.by)));
    }),
  );

  router.delete(
    "/:no",
    answer(async ({ request, response, siteKey, params }) => {
      const call = await enter(request, siteKey);
      const { webhook } = await findIn(call, siteKey, params);
      await call.webhooks.remove(siteKey, webhook.no, call.by);
      response.status(204).end();
    }),
  );

  return router;
}

/** Tracker's projects have numbers. */
function projectOf({ project = "" }: Readonly<Record<string, string>>): string {
  if (/^\d{1,15}$/.test(project)) return project;
  throw new CallboardError("QUERY_INVALID", "The id of a project is a number");
}

/** @throws CallboardError WEBHOOK_NOT_FOUND, for a webhook of another project too */
async function findIn(
  { webhooks, numberOf }: OutgoingCall,
  siteKey: string,
  params: Readonly<Record<string, string>>,
): Promise<ShownWebhook> {
  const found = await webhooks.show(siteKey, numberOf(params["no"]));
  if (found.webhook.project === projectOf(params)) return found;
  throw new CallboardError("WEBHOOK_NOT_FOUND", "The project has no webhook with this id");
}

/** @throws CallboardError BODY_SCHEMA without a URL, or for another version than v5 */
function urlIn(fields: Fields, before?: string): string {
  const version = textIn(fields, "webhook_version") ?? "v5";
  if (version !== "v5") throw new CallboardError("BODY_SCHEMA", "webhook_version must be v5");
  const url = textIn(fields, "webhook_url") ?? before;
  if (url === undefined) throw new CallboardError("BODY_SCHEMA", "webhook_url is missing");
  return url;
}

/** Tracker's webhooks have no name; people see the host. */
function nameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

const shown = ({ webhook }: ShownWebhook) => ({
  kind: "webhook",
  id: webhook.no,
  project_id: Number(webhook.project),
  webhook_url: webhook.url,
  webhook_version: "v5",
  created_at: timeOf(webhook.createdAt),
  updated_at: timeOf(webhook.updatedAt),
});

/** Tracker writes times without a fraction. */
const timeOf = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
