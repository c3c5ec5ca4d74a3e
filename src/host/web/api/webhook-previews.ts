/** Shows what an outgoing webhook would send before it is saved. */
import { DEFAULT_PREVIEWED, MAX_PREVIEWED } from "../../delivery-log/preview.ts";
import type { Preview, Previews } from "../../delivery-log/preview.ts";
import { formatId } from "../../model/ids.ts";
import { requirePortalReceiver } from "../http/subject.ts";
import { toText } from "../present/values.ts";
import { ownedBy } from "../present/webhook.ts";
import { WEBHOOK_PREVIEWS } from "../schema/preview.ts";
import { extended, integer, string } from "../schema/schema.ts";
import { route } from "./route.ts";
import {
  GROUP,
  OF_VALUES,
  TEST_EVENT,
  TEST_PAYLOAD,
  toWebhookNo,
  valuesBody,
  toWebhookValues,
} from "./webhooks.ts";

const presentPreview = ({ source, event, result }: Preview) => ({
  eventId: source === undefined ? null : formatId("evt", source.siteNo, source.id),
  event,
  url: result.kind === "request" ? result.url : null,
  headers: result.kind === "request" ? result.headers : null,
  body: result.kind === "request" ? toText(result.body) : null,
  size: result.kind === "request" ? result.size : null,
  cut: result.kind === "request" ? (result.cut ?? null) : null,
  problem: describeProblem(result),
});

function describeProblem(result: Preview["result"]): string | null {
  switch (result.kind) {
    case "request":
      return null;
    case "failed":
      return result.detail;
    case "body-deleted":
      return "The body was deleted after the retention period";
  }
}

const presentPreviews = ({ format: { limit }, items }: Previews) => ({
  limit: limit === undefined ? null : { max: limit.max, unit: limit.unit },
  items: items.map(presentPreview),
});

export const webhookPreviewRoutes = [
  route({
    id: "previewWebhook",
    method: "POST",
    path: "/sites/{site}/webhooks/preview",
    scope: "admin",
    subject: "webhooks",
    idempotencyKey: "nothing",
    group: GROUP,
    summary:
      "Show what a webhook would send: for a sample, and for the latest events; nothing is sent or saved",
    body: (catalogue) =>
      extended("Body of the request", valuesBody(catalogue), TEST_EVENT, {
        ...TEST_PAYLOAD,
        id: string("The webhook that is being edited: it keeps its secret and its routing key"),
        limit: integer("Maximum number of latest events", {
          minimum: 0,
          maximum: MAX_PREVIEWED,
          default: DEFAULT_PREVIEWED,
        }),
      }),
    example: {
      name: "Chat",
      url: "https://hooks.example.com/chat",
      format: "slack",
      event: "jira:issue_created",
    },
    success: {
      status: 200,
      description: "The request for the sample, and those for the latest events, newest first",
      schema: WEBHOOK_PREVIEWS,
    },
    errors: [...OF_VALUES, "EVENT_SCHEMA", "RATE_LIMITED", "WEBHOOK_NOT_FOUND"],
    handle: async ({ params, body, caller }, rooms) => {
      const { deliveryLog, rates, webhooks } = rooms;
      rates.webhookPreviews.take(caller.tokenId);
      const { event, payload, id, limit = DEFAULT_PREVIEWED, ...values } = body;
      const siteKey = params["site"] ?? "";
      const no = id === undefined ? undefined : toWebhookNo(id);
      if (no !== undefined) requirePortalReceiver(caller, siteKey, { kind: "webhook", webhookNo: no }, rooms);
      const webhook = await webhooks.draft(siteKey, ownedBy(toWebhookValues(values), caller), no);
      const sample = payload === undefined ? undefined : Buffer.from(JSON.stringify(payload));
      return presentPreviews(
        await deliveryLog.previewWebhook(siteKey, webhook, { event, payload: sample, limit }),
      );
    },
  }),
];
