/**
 * Events → the rows to be written and the responses to their callers. Pure: it decides against the registry in memory, and the
 * transaction checks whether that is still current.
 */
import type { ScannedPayload } from "../../catalogue/index.ts";
import { CallboardError } from "../../errors.ts";
import { fanOut, resolveUrl } from "./fan-out.ts";
import type { FanOut } from "./fan-out.ts";
import { MAX_DELIVERIES_PER_EVENT, deliveryUuid, formatId } from "./ids.ts";
import type { Uuid } from "./ids.ts";
import { isRefused, refuseOffSchema } from "./body-check.ts";
import { createKeyReader, toOrder } from "./order.ts";
import type { Judgment } from "./body-check.ts";
import type { DueDelivery, FailureReason } from "./delivery.ts";
import type { Receiver } from "./endpoint.ts";
import type { FanOutTrace, Lane, NewEvent } from "./event.ts";
import { findReceiverSettings } from "./receiver-settings.ts";
import type { ReceiverSettings } from "./receiver-settings.ts";
import { requireExisting } from "./site-snapshot.ts";
import type { SiteSnapshot } from "./site-snapshot.ts";
import { describeTooLate, toTerms } from "./terms.ts";
import type { AskedTerms, EventTerms } from "./terms.ts";

/** An event as it comes from a caller, its envelope already parsed and checked. */
export interface IncomingEvent {
  readonly siteNo: number;
  readonly event: string;
  /** JSON pointer of its envelope in the request; undefined where the request has none. */
  readonly at?: string;
  /** The payload's own JSON text, byte for byte; empty = `{}`. */
  readonly payload: Buffer;
  /** Result of scanning the payload, if it was scanned. */
  readonly scanned?: ScannedPayload;
  /** The event has no body, not even `{}`: receivers get none either. The payload is empty. */
  readonly hasNoBody?: boolean;
  readonly project?: string;
  readonly user?: string;
  /** The caller's id: the same id with the same contents is accepted once. */
  readonly id?: string;
  readonly flow?: "primary" | "secondary";
  /** The payload is the product's own body: it is sent as it is, with nothing filled in. */
  readonly isVerbatim?: boolean;
  /** For the host's own events: the add-on that the event is about. */
  readonly aboutAddonKey?: string;
  /** Endpoints that an operational event is about: it is not sent there. */
  readonly notTo?: ReadonlySet<number>;
  /** A test delivery: for this subscription only, regardless of its conditions, and never retried. */
  readonly testOf?: number;
  /** The `traceparent` that its caller sent, well-formed. */
  readonly traceParent?: string | undefined;
  readonly terms?: AskedTerms | undefined;
}

export interface AcceptedDelivery {
  readonly id: string;
  readonly receiver: Receiver;
  readonly url: string;
  /** Reason for which the delivery ended at once, without a request. */
  readonly failed?: FailureReason;
}

export interface AcceptedEvent {
  readonly id: string;
  readonly event: string;
  /** True when the id was accepted before; then these are the deliveries of that time. */
  readonly duplicate: boolean;
  readonly deliveries: readonly AcceptedDelivery[];
  readonly notes: readonly string[];
}

/** An event with the body that its product would send. */
export interface NormalizedEvent {
  readonly incoming: IncomingEvent;
  readonly name: string;
  readonly body: Buffer;
  readonly notes: readonly string[];
  readonly digest: string | undefined;
  /** Judgment by the product's schema policy. Undefined if bodies aren't judged. */
  readonly judgment?: Judgment;
  /** Assigned while planning when left out. */
  readonly eventId?: Uuid;
  readonly payload: () => unknown;
  /** Notes for the trace on how the payload was read, once it was. */
  readonly readingNotes: () => readonly string[];
}

/** Events of one caller that are accepted together or not at all. */
export interface Group {
  readonly events: readonly NormalizedEvent[];
}

/** The event that was accepted before under a caller's ID. */
export interface KnownEvent {
  readonly digest: string;
  readonly accepted: AcceptedEvent;
}

/** Returns the key of a known event. */
export const formatKnownKey = (siteNo: number, clientId: string): string => `${siteNo} ${clientId}`;

/** The rows that one transaction writes for some groups, and the response to each caller once it is committed. */
export interface Plan<G extends Group> {
  readonly events: readonly NewEvent[];
  /** Without leases: nothing is reserved for them yet. */
  readonly deliveries: readonly DueDelivery[];
  readonly answers: ReadonlyMap<G, readonly AcceptedEvent[] | CallboardError>;
}

export interface PlanContext {
  readonly findSite: (siteNo: number) => SiteSnapshot | undefined;
  /** Events accepted before, by {@link formatKnownKey}. */
  readonly known: ReadonlyMap<string, KnownEvent>;
  readonly newEventId: () => Uuid;
  /** The database's time. */
  readonly now: number;
}

/** Plans the groups in order. A group with a fault of its own is refused without the others. */
export function plan<G extends Group>(groups: readonly G[], context: PlanContext): Plan<G> {
  const known = new Map(context.known);
  const all: PlannedEvent[] = [];
  const answers = new Map<G, readonly AcceptedEvent[] | CallboardError>();
  for (const group of groups) {
    const result = planGroup(group, known, context);
    if (result instanceof CallboardError) {
      answers.set(group, result);
      continue;
    }
    for (const [key, value] of result.known) known.set(key, value);
    all.push(...result.planned);
    answers.set(group, result.accepted);
  }
  return {
    events: all.map(({ event }) => event),
    deliveries: all.flatMap(({ deliveries }) => deliveries),
    answers,
  };
}

interface PlannedGroup {
  readonly planned: readonly PlannedEvent[];
  readonly accepted: readonly AcceptedEvent[];
  /** Events that later groups recognize as duplicates. */
  readonly known: ReadonlyMap<string, KnownEvent>;
}

function planGroup(
  group: Group,
  known: ReadonlyMap<string, KnownEvent>,
  context: PlanContext,
): PlannedGroup | CallboardError {
  const planned: PlannedEvent[] = [];
  const accepted: AcceptedEvent[] = [];
  const own = new Map<string, KnownEvent>();
  try {
    for (const event of group.events) {
      const { id: clientId, siteNo } = event.incoming;
      const key = clientId === undefined ? undefined : formatKnownKey(siteNo, clientId);
      const before = key === undefined ? undefined : (known.get(key) ?? own.get(key));
      if (before !== undefined) {
        if (before.digest !== event.digest) {
          throw new CallboardError(
            "EVENT_CONFLICT",
            `The id ${JSON.stringify(clientId)} was used with other contents`,
          );
        }
        accepted.push({ ...before.accepted, duplicate: true });
        continue;
      }
      // An accepted ID keeps its first response, also under another schema.
      if (isRefused(event)) throw refuseOffSchema(group.events);
      const one = planEvent(event, requireExisting(context.findSite(siteNo)), context);
      planned.push(one);
      accepted.push(one.accepted);
      if (key !== undefined) own.set(key, { digest: event.digest ?? "", accepted: one.accepted });
    }
  } catch (error) {
    if (error instanceof CallboardError) return error;
    throw error;
  }
  return { planned, accepted, known: own };
}

interface PlannedEvent {
  readonly event: NewEvent;
  readonly deliveries: readonly DueDelivery[];
  readonly accepted: AcceptedEvent;
}

function planEvent(
  normalized: NormalizedEvent,
  snapshot: SiteSnapshot,
  { newEventId, now }: PlanContext,
): PlannedEvent {
  const { incoming, name, body, digest, judgment } = normalized;
  const { siteNo, user: actor, traceParent } = incoming;
  const lane: Lane = incoming.flow === "secondary" ? 1 : 0;
  const isTest = incoming.testOf !== undefined;
  const eventId = normalized.eventId ?? newEventId();
  const terms = incoming.terms === undefined ? undefined : planTerms(incoming.terms, now, incoming.at);
  const tooLate = terms === undefined ? undefined : describeTooLate(terms, now);
  const found = matchEvent(normalized, snapshot);
  const notes = [
    ...(tooLate === undefined ? [] : [tooLate]),
    ...normalized.notes,
    ...(judgment?.kind === "accepted" && judgment.note !== undefined ? [judgment.note] : []),
    ...found.notes,
    ...normalized.readingNotes(),
  ];
  if (found.planned.length > MAX_DELIVERIES_PER_EVENT) {
    throw new CallboardError(
      "EVENT_SCHEMA",
      `The event has ${found.planned.length} receivers; 65,535 is the most`,
    );
  }
  let readKey: ReturnType<typeof createKeyReader> | undefined;
  const deliveries = found.planned.map(({ subscription, matched, url }, index): DueDelivery => {
    const { orderBy, batch } = isTest ? NO_WAITING : findReceiverSettings(snapshot, subscription);
    const key =
      orderBy === undefined
        ? undefined
        : (readKey ??= createKeyReader(normalized))(toOrder(subscription, orderBy));
    return {
      siteNo,
      id: deliveryUuid(eventId, index),
      endpointNo: subscription.endpointNo,
      subscriptionNo: subscription.no,
      matched,
      lane,
      dueAt: Math.max(batch === undefined ? now : now + batch.withinMs, terms?.deliverAfter ?? now),
      test: isTest,
      lease: undefined,
      attempts: 0,
      scheduleFrom: 0,
      redelivery: 0,
      event: name,
      actor,
      traceParent,
      terms,
      body,
      order: key === undefined ? undefined : { key, sequence: undefined, isBehind: true },
      planned: { subscription, url },
    };
  });
  return {
    event: {
      siteNo,
      id: eventId,
      clientId: incoming.id,
      digest,
      name,
      project: incoming.project,
      actor,
      lane,
      aboutAddon: incoming.aboutAddonKey,
      notes,
      trace: found.trace,
      traceParent,
      terms,
      body,
    },
    deliveries,
    accepted: {
      id: formatId("evt", siteNo, eventId),
      event: name,
      duplicate: false,
      deliveries: found.planned.map(({ subscription: { receiver }, url }, index) => ({
        id: formatId("dlv", siteNo, deliveryUuid(eventId, index)),
        receiver,
        url,
      })),
      notes,
    },
  };
}

/** A test gathers in no batch and has no place in the order of a key: it is sent at once. */
const NO_WAITING: ReceiverSettings = {};

/** @throws {CallboardError} EVENT_SCHEMA */
function planTerms(asked: AskedTerms, now: number, at = ""): EventTerms {
  const terms = toTerms(asked, now);
  if (terms !== "too-far") return terms;
  const detail = "must be at most 7 days ahead";
  throw new CallboardError("EVENT_SCHEMA", `The event does not fit: ${at}/deliverAfter ${detail}`, {
    errors: [{ pointer: `${at}/deliverAfter`, detail }],
  });
}

/** Fan-out trace of a test delivery: only its own subscription was considered. */
const NO_OTHERS: FanOutTrace = { others: 0, skipped: [], missing: [] };

function matchEvent({ incoming, name, payload }: NormalizedEvent, snapshot: SiteSnapshot): FanOut {
  if (incoming.testOf !== undefined) {
    const subscription = snapshot.subscriptions.get(incoming.testOf);
    if (subscription === undefined) return { planned: [], trace: NO_OTHERS, notes: [] };
    const { url } = resolveUrl(subscription, { product: snapshot.product, payload });
    return { planned: [{ subscription, matched: [subscription.no], url }], trace: NO_OTHERS, notes: [] };
  }
  const found = fanOut(snapshot, {
    product: snapshot.product,
    event: name,
    payload,
    ...(incoming.project === undefined ? {} : { project: incoming.project }),
    ...(incoming.aboutAddonKey === undefined ? {} : { aboutAddonKey: incoming.aboutAddonKey }),
  });
  return incoming.notTo === undefined ? found : withoutEndpoints(found, incoming.notTo);
}

const ABOUT_ITSELF = "the event is about this endpoint";

function withoutEndpoints(found: FanOut, notTo: ReadonlySet<number>): FanOut {
  const isLeftOut = ({ subscription }: FanOut["planned"][number]) => notTo.has(subscription.endpointNo);
  const skipped = found.planned
    .filter(isLeftOut)
    .flatMap(({ matched }) => matched.map((subscriptionNo) => ({ subscriptionNo, because: ABOUT_ITSELF })));
  return {
    ...found,
    planned: found.planned.filter((planned) => !isLeftOut(planned)),
    trace: { ...found.trace, skipped: [...found.trace.skipped, ...skipped] },
  };
}
