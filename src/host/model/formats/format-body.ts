/** The body of a delivery in the format of its outgoing webhook. Pure. */
import type { WebhookFormat } from "../../../catalogue/index.ts";
import type { Webhook } from "../webhook.ts";
import { CHAT_TOOLS, renderWithin } from "./chat.ts";
import { renderBinary, renderStructured } from "./cloudevents.ts";
import { withinLimit } from "./formatted.ts";
import type { Formatted } from "./formatted.ts";
import { toMessage } from "./to-message.ts";
import { renderPagerDuty } from "./pagerduty.ts";
import { renderTemplate } from "./render-template.ts";
import type { FormatSubject } from "./subject.ts";
import { readTemplate } from "./template.ts";
import type { TemplateReading } from "./template.ts";

/** Values of a webhook that its format needs. */
export type FormatValues = Pick<Webhook, "template" | "routingKey">;

/** Stands for a routing key where a request is shown. */
export const SHOWN_ROUTING_KEY = "[masked]";

const compiled = new WeakMap<FormatValues, TemplateReading>();

/** Returns the body in a format, which can be over the target's limit or make no JSON of this event. */
export function formatBody(values: FormatValues, format: WebhookFormat, subject: FormatSubject): Formatted {
  const { shape, limit } = format;
  switch (shape) {
    case "event":
      return { kind: "body", body: subject.body, size: subject.body.length };
    case "slack":
    case "teams":
    case "discord":
    case "google-chat":
      return renderWithin(toMessage(subject), CHAT_TOOLS[shape], limit ?? NO_LIMIT);
    case "pagerduty":
      return withinLimit(renderPagerDuty(subject, values.routingKey ?? ""), format);
    case "cloudevents":
      return renderStructured(subject);
    case "cloudevents-binary":
      return renderBinary(subject);
    case "template":
      return formatByTemplate(values, format, subject);
  }
}

const NO_LIMIT = { max: Infinity, unit: "bytes", isCut: true } as const;

function formatByTemplate(values: FormatValues, format: WebhookFormat, subject: FormatSubject): Formatted {
  let reading = compiled.get(values);
  if (reading === undefined) {
    reading = readTemplate(values.template ?? "");
    compiled.set(values, reading);
  }
  if (reading.kind === "refused") {
    return { kind: "failed", because: "template-failed", detail: reading.problem.detail };
  }
  return renderTemplate(reading.parts, subject, format);
}
