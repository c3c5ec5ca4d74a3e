/** Calls the handlers of webhooks, once for each delivery. */
import type { Request } from "express";
import { REDELIVERY, SEQUENCE, WEBHOOK_IDENTIFIER, WEBHOOK_RETRY } from "../protocol/headers.ts";
import { FAILED, TAKEN } from "./answer.ts";
import { createHandleOnce } from "./deduplication.ts";
import type { HandledDeliveries } from "./deduplication.ts";
import type { Answer, WebhookEvent, WebhookHandler } from "./event.ts";
import type { TrustedWebhook } from "./judge.ts";
import { countIn, findHeader } from "./received.ts";
import type { Received } from "./received.ts";
import type { Report } from "./report.ts";
import { readEventType } from "./routes.ts";
import { toTenantView } from "./tenants.ts";

/** Response to a webhook without a recognizable event type. The host need not retry. */
const UNNAMED: Answer = { status: 422 };

/** Makes the host retry with the signature of a later second, which an attacker can't produce. */
const COME_AGAIN: Answer = { status: 503, retryAfterSeconds: 1 };

/** Of two answers with one status, the one with a word for the host is sent. */
function chooseWorse(one: Answer, other: Answer): Answer {
  if (one.status === other.status) return other.delivery === undefined ? one : other;
  return other.status > one.status ? other : one;
}

export interface Webhooks {
  readonly on: (event: string, handler: AnyHandler) => void;
  readonly onAny: (handler: WebhookHandler) => void;
  /** Calls the handlers of a verified webhook. Never rejects. */
  readonly take: (received: Received, request: Request, trusted: TrustedWebhook) => Promise<Answer>;
}

/** A handler of any event type. */
type AnyHandler = WebhookHandler<never, never>;

type Unanswered = Omit<WebhookEvent<never, never>, "answer">;

/** Creates the dispatcher. Without `handled`, every delivery reaches the handlers. */
export function createWebhooks(
  handled: HandledDeliveries | undefined,
  report: (report: Report) => void,
): Webhooks {
  const byName = new Map<string, AnyHandler[]>();
  const forAll: AnyHandler[] = [];
  const once = handled === undefined ? undefined : createHandleOnce(handled, isHandled);

  async function callHandlers(event: Unanswered, received: Received): Promise<Answer> {
    const handlers = [...forAll, ...(byName.get(event.name) ?? [])];
    // All handlers are called and awaited, so that a failing one doesn't keep the event from the others.
    const answers = await Promise.all(handlers.map((handler) => callHandler(handler, event, received)));
    return answers.reduce(chooseWorse, TAKEN);
  }

  async function callHandler(handler: AnyHandler, event: Unanswered, received: Received): Promise<Answer> {
    let chosen = TAKEN;
    try {
      await handler({ ...event, answer: (answer) => void (chosen = answer) });
      return chosen;
    } catch (error) {
      report({ kind: "failed", received, error });
      return FAILED;
    }
  }

  async function take(received: Received, request: Request, trusted: TrustedWebhook): Promise<Answer> {
    const name = readEventType(received.route, received.json);
    if (name === undefined) {
      report({ kind: "unnamed", received });
      return UNNAMED;
    }
    const event = webhookEvent(name, received, request, trusted);
    report({ kind: "accepted", received, event: name, tenant: event.tenant, checks: event.checks });
    const { deliveryId } = event;
    if (once === undefined || deliveryId === undefined) return callHandlers(event, received);
    const delivery = `${event.tenant.clientKey} ${deliveryId}`;
    const attempt = trusted.signed === undefined ? undefined : `${delivery} ${trusted.signed.timestamp}`;
    const handling = await once({ delivery, attempt, isRedelivery: event.redelivery > 0 }, () =>
      callHandlers(event, received),
    );
    if (handling.kind === "handled") return handling.result;
    report({ kind: "duplicate", received, deliveryId });
    return handling.kind === "replayed" ? COME_AGAIN : TAKEN;
  }

  return {
    on: (event, handler) => void byName.set(event, [...(byName.get(event) ?? []), handler]),
    onAny: (handler) => void forAll.push(handler),
    take: (received, request, trusted) =>
      take(received, request, trusted).catch((error: unknown) => {
        report({ kind: "failed", received, error });
        return FAILED;
      }),
  };
}

function isHandled(answer: Answer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

/** Hosts that don't send params can still send some of these names as part of the URL. */
function paramsIn(query: URLSearchParams, { route }: Received): Readonly<Record<string, string>> {
  const names = route.kind === "webhook" ? (route.params ?? []) : [];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = query.get(name);
      return value === null ? [] : [[name, value] as const];
    }),
  );
}

function webhookEvent(
  name: string,
  received: Received,
  request: Request,
  { tenant, checks, signed }: TrustedWebhook,
): Unanswered {
  const mark = received.rawUrl.indexOf("?");
  const query = new URLSearchParams(mark < 0 ? "" : received.rawUrl.slice(mark + 1));
  return {
    name: name as never,
    // The signed ID takes precedence, because anyone can change the other header.
    deliveryId: signed?.id ?? findHeader(received, WEBHOOK_IDENTIFIER),
    body: received.json as never,
    received,
    query,
    params: paramsIn(query, received),
    tenant: toTenantView(tenant),
    retry: countIn(received, WEBHOOK_RETRY),
    redelivery: countIn(received, REDELIVERY),
    sequence: countIn(received, SEQUENCE) || undefined,
    checks,
    request,
  };
}
