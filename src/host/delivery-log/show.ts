/** One delivery with everything that is known: its event, each attempt with request and answer, why it failed. */
import { formatOutcome } from "../model/attempt-record.ts";
import { CallboardError } from "../../errors.ts";
import { pairHeaders } from "../../header-pairs.ts";
import { listAttempts } from "../store/tables/attempts.ts";
import type { ResponseCut } from "../model/response-budget.ts";
import type { Queryable } from "../store/db/database.ts";
import { findEvent } from "../store/tables/events.ts";
import { eventOfDelivery, parseId } from "../model/ids.ts";
import { findDelivery } from "../store/tables/delivery-log.ts";
import type { SentDelivery } from "../store/tables/delivery-log.ts";
import { findFormat } from "../../catalogue/index.ts";
import { bodyVariant } from "../model/body-variant.ts";
import { SHOWN_ROUTING_KEY, formatBody } from "../model/formats/format-body.ts";
import { toSubject } from "../model/formats/subject.ts";
import type { SubjectDelivery } from "../model/formats/subject.ts";
import { findCause } from "./causes.ts";
import type { Cause, Sequel } from "./causes.ts";
import type { AttemptRecord } from "../model/delivery.ts";
import type { EventRecord } from "../model/event.ts";
import type { Subscription } from "../model/subscription.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

export type Header = readonly [name: string, value: string];

export interface ShownAttempt {
  readonly number: number;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly outcome: string;
  readonly cause: Cause | undefined;
  readonly detail: string | undefined;
  readonly request: {
    readonly method: "POST";
    readonly url: string;
    /** Authorization is masked. */
    readonly headers: readonly Header[];
    /** Claims of the token in the request. */
    readonly claims: Readonly<Record<string, unknown>> | undefined;
    readonly bodyBytes: number;
  };
  readonly answer:
    | {
        readonly status: number;
        readonly headers: readonly Header[];
        readonly body: Buffer;
        /** The body is longer than what was kept of it, and why no more was kept. */
        readonly cut: ResponseCut;
      }
    | undefined;
}

export interface ShownDelivery {
  readonly delivery: SentDelivery;
  readonly event: EventRecord | undefined;
  /** The bytes of the body as sent, without a routing key; undefined when retention took the event or its body. */
  readonly body: Buffer | undefined;
  /** Why the webhook's format makes no body of the event. */
  readonly bodyProblem: string | undefined;
  /** The params of the subscription that it was made for. */
  readonly params: Readonly<Record<string, string>>;
  readonly attempts: readonly ShownAttempt[];
}

/** @throws {CallboardError} DELIVERY_NOT_FOUND */
export async function showDelivery(
  q: Queryable,
  findSite: (siteNo: number) => SiteSnapshot | undefined,
  publicId: string,
): Promise<ShownDelivery> {
  const { siteNo, id } = parseId("dlv", publicId);
  const found = await findDelivery(q, siteNo, id);
  if (found === undefined)
    throw new CallboardError("DELIVERY_NOT_FOUND", "There is no delivery with this id");
  const event = await findEvent(q, siteNo, eventOfDelivery(id));
  const site = findSite(siteNo);
  const subscriptions = found.matched.flatMap((no) => site?.subscriptions.get(no) ?? []);
  const attempts = await listAttempts(q, siteNo, id);
  // An attempt that ended meanwhile has changed the delivery too: nothing waits any more, or waits longer.
  const isOutdated = (attempts.at(-1)?.number ?? 0) > found.attempts;
  const delivery = (isOutdated ? await findDelivery(q, siteNo, id) : undefined) ?? found;
  const isKept = event !== undefined && (event.body !== "" || event.bodySize === 0);
  return {
    delivery,
    event,
    ...(!isKept
      ? { body: undefined, bodyProblem: undefined }
      : wasEmpty(attempts)
        ? { body: Buffer.alloc(0), bodyProblem: undefined }
        : sentBody({ siteNo, id, event: event.name }, Buffer.from(event.body), { subscriptions, site })),
    params: subscriptions[0]?.params ?? {},
    attempts: attempts.map((attempt) => shownAttempt(attempt, toSequel(delivery, attempt))),
  };
}

/** The variant that was sent, in the format of the outgoing webhook that it was sent to. */
function sentBody(
  delivery: SubjectDelivery,
  body: Buffer,
  served: { readonly subscriptions: readonly Subscription[]; readonly site: SiteSnapshot | undefined },
): Pick<ShownDelivery, "body" | "bodyProblem"> {
  const { subscriptions, site } = served;
  const variant = bodyVariant(body, subscriptions);
  const receiver = subscriptions[0]?.receiver;
  const webhook = receiver?.kind === "webhook" ? site?.webhooks.get(receiver.webhookNo) : undefined;
  if (site === undefined || webhook === undefined) return { body: variant, bodyProblem: undefined };
  const formatted = formatBody(
    { template: webhook.template, routingKey: SHOWN_ROUTING_KEY },
    findFormat(site.product, webhook.format),
    toSubject(delivery, variant, site),
  );
  return formatted.kind === "body"
    ? { body: formatted.body, bodyProblem: undefined }
    : { body: Buffer.alloc(0), bodyProblem: formatted.detail };
}

/** Reports whether the body was excluded. The subscription can be gone or changed by now. */
function wasEmpty(attempts: readonly AttemptRecord[]): boolean {
  return attempts.length > 0 && attempts.every(({ bodySize }) => bodySize === 0);
}

function toSequel(delivery: SentDelivery, { number }: AttemptRecord): Sequel {
  const { state, attempts, test } = delivery;
  if (number < attempts || state === "waiting" || state === "leased") return "retried";
  if (!test) return "ended";
  return delivery.isUnsaved ? "unsaved test" : "test";
}

/** One recorded attempt, for display. */
export function shownAttempt(attempt: AttemptRecord, sequel: Sequel): ShownAttempt {
  const { status, claims } = attempt;
  const outcome = formatOutcome(attempt.outcome);
  return {
    number: attempt.number,
    startedAt: attempt.startedAt,
    durationMs: attempt.durationMs,
    outcome,
    cause: findCause(outcome, status, sequel),
    detail: attempt.detail,
    request: {
      method: "POST",
      url: attempt.url,
      headers: pairHeaders(attempt.requestHeaders),
      claims,
      bodyBytes: attempt.bodySize,
    },
    answer:
      status === undefined
        ? undefined
        : {
            status,
            headers: attempt.answerHeaders ?? [],
            body: attempt.answer ?? Buffer.alloc(0),
            cut: attempt.answerCut,
          },
  };
}
