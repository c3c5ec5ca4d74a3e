/**
 * An event of PagerDuty's Events API v2 (https://developer.pagerduty.com/docs/send-alert-event). Pure.
 *
 * Retries and redeliveries have the dedup_key of the event, so that they open no second incident. An endpoint that fails or is
 * paused has one of its own, and its incident is resolved when it is back.
 */
import { createHash } from "node:crypto";
import { isOperational } from "../../../catalogue/index.ts";
import { readMember } from "../../../json/member.ts";
import { readBodyValue } from "../payload.ts";
import type { FormattedBody } from "./formatted.ts";
import { toMessage } from "./to-message.ts";
import { oneLine } from "./plain-text.ts";
import type { FormatSubject } from "./subject.ts";

/** Maximum length of the summary, in characters. */
const MAX_SUMMARY_LENGTH = 1_024;

const SEVERITIES: readonly unknown[] = ["critical", "error", "warning", "info"];

const TROUBLE_OF_ENDPOINT = new Set(["endpoint.failing", "endpoint.paused", "endpoint.resumed"]);
const NO_TROUBLE = new Set(["addon.installed", "addon.uninstalled", "endpoint.resumed", "key.rotated"]);
const WARNINGS = new Set(["endpoint.failing", "certificate.expiring", "token.expiring", "webhook.expiring"]);

export function renderPagerDuty(subject: FormatSubject, routingKey: string): FormattedBody {
  const { body, event, at, site } = subject;
  const { value } = readBodyValue(body);
  const { title, facts, link } = toMessage(subject);
  // Facts that don't fit are in the details.
  const summary = [title, ...facts.map((fact) => `${fact.name}: ${fact.value}`)].join(" · ");
  const head = JSON.stringify({
    routing_key: routingKey,
    event_action: event === "endpoint.resumed" ? "resolve" : "trigger",
    dedup_key: TROUBLE_OF_ENDPOINT.has(event) ? hashReceiver(value) : subject.eventId,
    client: "Callboard",
    ...(link === undefined ? {} : { links: [{ href: link, text: "Open" }] }),
  });
  const payload = JSON.stringify({
    summary: oneLine(summary, MAX_SUMMARY_LENGTH),
    source: site.name,
    severity: chooseSeverity(event, value),
    timestamp: new Date(at).toISOString(),
    class: event,
    group: site.key,
  });
  // The body's own text: a parser would round its numbers.
  const json = Buffer.concat([
    Buffer.from(`${head.slice(0, -1)},"payload":${payload.slice(0, -1)},"custom_details":`),
    body,
    Buffer.from("}}"),
  ]);
  return { kind: "body", body: json, size: json.length };
}

function chooseSeverity(event: string, body: unknown): unknown {
  if (!isOperational(event)) {
    const given = readMember(body, "severity");
    return SEVERITIES.includes(given) ? given : "warning";
  }
  if (NO_TROUBLE.has(event)) return "info";
  return WARNINGS.has(event) ? "warning" : "error";
}

/** The same for all events about an endpoint, and shorter than the 255 characters that a key can have. */
function hashReceiver(body: unknown): string {
  const receiver = readMember(body, "receiver");
  const about = [
    readMember(body, "site"),
    ...["kind", "key", "name", "origin"].map((name) => readMember(receiver, name)),
  ];
  return `callboard-endpoint-${createHash("sha256").update(JSON.stringify(about)).digest("hex")}`;
}
