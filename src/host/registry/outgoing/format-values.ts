/** What the format of an outgoing webhook asks of its values: template, routing key, a body. Pure. */
import { createSampleText, findEventType } from "../../../catalogue/index.ts";
import type { BodyShape, Product, WebhookFormat } from "../../../catalogue/index.ts";
import { CallboardError } from "../../../errors.ts";
import type { ErrorCode, Problem } from "../../../errors.ts";
import { eventsFitting } from "../../model/event-name.ts";
import { isPattern } from "../../model/event-pattern.ts";
import { renderTemplate } from "../../model/formats/render-template.ts";
import { readTemplate } from "../../model/formats/template.ts";
import type { Part } from "../../model/formats/template.ts";
import { whyNotText } from "../../model/text.ts";
import type { Webhook } from "../../model/webhook.ts";
import { misfit } from "./problems.ts";

export interface FormatInput {
  /** Mustache in JSON. */
  readonly template?: string | undefined;
  /** Never shown again: left out of an edit, it stays; null removes it. */
  readonly routingKey?: string | null | undefined;
  readonly events?: readonly string[] | undefined;
  readonly excludeBody?: boolean;
}

/** Event types with whose samples a template is tried. */
const MAX_SAMPLES = 20;

/** https://developer.pagerduty.com/docs/send-alert-event: "the 32 character Integration Key". */
const ROUTING_KEY = /^[A-Za-z0-9]{32}$/;

export function formatValueProblems(
  values: FormatInput,
  format: WebhookFormat,
  product: Product,
): readonly Problem[] {
  return [
    ...templateProblems(values, format, product),
    ...routingKeyProblems(values, format),
    ...(values.excludeBody === true && format.needsBody
      ? [misfit("/excludeBody", `must be left out: format ${format.key} has no message without a body`)]
      : []),
  ];
}

function templateProblems(
  { template, events }: FormatInput,
  format: WebhookFormat,
  product: Product,
): readonly Problem[] {
  if (format.shape !== "template") {
    return template === undefined
      ? []
      : [misfit("/template", "must be left out: only format template has one")];
  }
  if (template === undefined)
    return [problem("/template", "Format template must have a template", "TEMPLATE")];
  const notText = whyNotText(template);
  if (notText !== undefined) return [problem("/template", `A template ${notText}`, "TEMPLATE")];
  const reading = readTemplate(template);
  if (reading.kind === "refused") return [reading.problem];
  for (const event of listSampled(product, events).slice(0, MAX_SAMPLES)) {
    const found = tryTemplate(reading.parts, event, format, product);
    if (found !== undefined) return [found];
  }
  return [];
}

/** Event types of the catalogue that the webhook gets. */
function listSampled(product: Product, events: readonly string[] | undefined): readonly string[] {
  if (events === undefined) return product.eventTypes.map(({ event }) => event);
  const names = events.flatMap((event) => (isPattern(event) ? eventsFitting(product, event) : [event]));
  return names.filter((name) => findEventType(product, name) !== undefined);
}

function tryTemplate(
  parts: readonly Part[],
  event: string,
  format: WebhookFormat,
  product: Product,
): Problem | undefined {
  const payload = Buffer.from(createSampleText(product, event));
  const { bytes: body } = product.buildBody({ event, payload, receivedAt: 0 });
  const site = { key: product.key, name: product.name, baseUrl: undefined };
  const result = renderTemplate(parts, { body, event, eventId: "evt_sample", at: 0, site, product }, format);
  if (result.kind === "body") return undefined;
  const code = result.because === "over-limit" ? "FORMAT_LIMIT" : "TEMPLATE_RESULT";
  return problem("/template", `With the sample of ${event}: ${result.detail}`, code);
}

function routingKeyProblems({ routingKey }: FormatInput, format: WebhookFormat): readonly Problem[] {
  if (routingKey === undefined || routingKey === null) return [];
  if (format.shape !== "pagerduty") {
    return [misfit("/routingKey", "must be left out: only format pagerduty has one")];
  }
  if (ROUTING_KEY.test(routingKey)) return [];
  return [problem("/routingKey", "A routing key must have 32 letters and digits", "ROUTING_KEY")];
}

/**
 * Returns the routing key after a change.
 * @throws {CallboardError} ROUTING_KEY if format pagerduty would have none
 */
export function chooseRoutingKey(
  given: FormatInput["routingKey"],
  shape: BodyShape,
  before: Pick<Webhook, "routingKey"> | undefined,
): string | undefined {
  if (shape !== "pagerduty") return undefined;
  const key = given === undefined ? before?.routingKey : (given ?? undefined);
  if (key !== undefined) return key;
  const detail = "Format pagerduty must have a routing key: the integration key of a service";
  throw new CallboardError("ROUTING_KEY", detail, {
    errors: [problem("/routingKey", detail, "ROUTING_KEY")],
  });
}

const problem = (pointer: string, detail: string, code: ErrorCode): Problem => ({ pointer, detail, code });
