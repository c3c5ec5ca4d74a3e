/**
 * Events → the rows to be written, what becomes of them, and what their callers are answered. Decides against the snapshot
 * in memory; whether that still holds is for the transaction to check.
 */
import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { buildBody } from "../../catalogue/index.ts";
import type { BodyInput, BuiltBody, Product, ScannedPayload } from "../../catalogue/index.ts";
import { CallboardError } from "../../errors.ts";
import type { JsonReading } from "../../json/excerpt.ts";
import { canonicalName } from "../model/event-index.ts";
import { MOST_DELIVERIES_PER_EVENT, deliveryUuid, formatId, newEventUuid } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import type { Snapshots } from "../store/snapshot.ts";
import { fanOut, resolveUrl } from "../model/fan-out.ts";
import type { FanOut } from "../model/fan-out.ts";
import { LEFT_OUT_NOTE, keepReading, readAhead, readBodyValue } from "../model/payload.ts";
import { unknownNameNotes } from "../model/unknown-name.ts";
import type { DueDelivery, EndpointAt, FailureReason, Lease, NewDelivery } from "../model/delivery.ts";
import type { Receiver } from "../model/endpoint.ts";
import type { FanOutTrace, Lane, NewEvent } from "../model/event.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

/** An event as it comes from a caller, its envelope already parsed and checked. */
export interface IncomingEvent {
  readonly siteNo: number;
  readonly event: string;
  /** The payload's own JSON text, byte for byte; empty = `{}`. */
  readonly payload: Buffer;
  /** What a scan of the payload found, where there was one. */
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
  /** A test send: goes to this subscription only, whatever it asks for, and is never retried. */
  readonly testOf?: number;
  /** The `traceparent` that its caller sent, well-formed. */
  readonly traceParent?: string | undefined;
}

export interface AcceptedDelivery {
  readonly id: string;
  readonly receiver: Receiver;
  readonly url: string;
  /** It ended with this at once, and was not sent. */
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

/** An event that is ready for its transaction. */
export interface Ready {
  readonly incoming: IncomingEvent;
  readonly name: string;
  readonly body: Buffer;
  readonly notes: readonly string[];
  readonly digest: string | undefined;
  /** A new one when left out. */
  readonly eventId?: Uuid;
  readonly payload: () => unknown;
  /** What the trace should say of how the payload was looked at. */
  readonly lookNotes: () => readonly string[];
}

/** Events of one caller that are accepted together or not at all. */
export interface Group {
  readonly events: readonly Ready[];
}

/** What was accepted before under an id of a caller's. */
export interface KnownEvent {
  readonly digest: string;
  readonly accepted: AcceptedEvent;
}

/** Key of a known event. */
export const knownKey = (siteNo: number, clientId: string): string => `${siteNo} ${clientId}`;

/** What one transaction writes for some groups, and what their callers are told once it is committed. */
export interface Plan<G extends Group> {
  readonly events: readonly NewEvent[];
  readonly deliveries: readonly DueDelivery[];
  readonly answers: ReadonlyMap<G, readonly AcceptedEvent[] | CallboardError>;
}

interface Planned {
  readonly event: NewEvent;
  readonly deliveries: readonly DueDelivery[];
  readonly accepted: AcceptedEvent;
}

export interface PlannerDependencies {
  readonly snapshots: Snapshots;
  /** A lease when this process will attempt the delivery at once, undefined when the row shall wait for a claim. */
  readonly lease: (endpointNo: number, lane: Lane) => Lease | undefined;
  /** Counts a delivery that will wait; false when the endpoint has as many as it may have. */
  readonly reserve: (endpoint: EndpointAt) => boolean;
  /** Leases and places that were promised are not needed. */
  readonly aborted: (deliveries: readonly NewDelivery[]) => void;
  /** The database's time. */
  readonly now: () => number;
}

export interface Planner {
  /** @throws CallboardError EVENT_SCHEMA, SITE_NOT_FOUND */
  readonly makeReady: (incoming: IncomingEvent) => Ready;
  /** The same for a large payload: `turn` resolves once others had their turn. */
  readonly makeReadyInTurns: (incoming: IncomingEvent, turn: () => Promise<void>) => Promise<Ready>;
  /** A group with a fault of its own is answered for itself. */
  readonly plan: <G extends Group>(groups: readonly G[], known: ReadonlyMap<string, KnownEvent>) => Plan<G>;
}

export function createPlanner({ snapshots, lease, reserve, aborted, now }: PlannerDependencies): Planner {
  function snapshotOf(siteNo: number): SiteSnapshot {
    const snapshot = snapshots.get(siteNo);
    if (snapshot === undefined)
      throw new CallboardError("SITE_NOT_FOUND", "The site does not exist any more");
    return snapshot;
  }

  function readyOf(incoming: IncomingEvent, digest: string | undefined): Ready {
    const { product, options } = snapshotOf(incoming.siteNo).site;
    const name = canonicalName(product, incoming.event);
    const { bytes, notes, reading } = bodyOf(incoming, product, {
      event: name,
      payload: incoming.payload,
      ...(incoming.scanned === undefined ? {} : { scanned: incoming.scanned }),
      receivedAt: Date.now(),
      ...(incoming.project === undefined ? {} : { project: incoming.project }),
      ...(incoming.user === undefined ? {} : { user: incoming.user }),
      ...(options.envelope === undefined ? {} : { envelope: options.envelope }),
    });
    const hasNoBody = incoming.hasNoBody === true;
    if (reading !== undefined) keepReading(bytes, reading);
    let looked: JsonReading | undefined;
    return {
      incoming,
      name,
      body: hasNoBody ? incoming.payload : bytes,
      // What the body lacks is no news when there is none.
      notes: [...unknownNameNotes(product, name), ...(hasNoBody ? [] : notes)],
      digest,
      payload: () => {
        looked ??= readBodyValue(hasNoBody ? incoming.payload : bytes);
        return looked.value;
      },
      lookNotes: () => (looked?.isWhole === false ? [LEFT_OUT_NOTE] : []),
    };
  }

  async function makeReadyInTurns(incoming: IncomingEvent, turn: () => Promise<void>): Promise<Ready> {
    const digest = incoming.id === undefined ? undefined : await digestInTurns(incoming, turn);
    await turn();
    const ready = readyOf(incoming, digest);
    await turn();
    await readAhead(ready.body, turn);
    await turn();
    return ready;
  }

  function planEvent(ready: Ready, snapshot: SiteSnapshot): Planned {
    const { incoming, name, body } = ready;
    const lane: Lane = incoming.flow === "secondary" ? 1 : 0;
    const eventId = ready.eventId ?? newEventUuid();
    const { planned, trace, ...unlisted } = fanOutOf(ready, snapshot);
    const notes = [...ready.notes, ...unlisted.notes, ...ready.lookNotes()];
    if (planned.length > MOST_DELIVERIES_PER_EVENT) {
      throw new CallboardError(
        "EVENT_SCHEMA",
        `The event has ${planned.length} receivers; 65,535 is the most`,
      );
    }
    const dueAt = now();
    const { siteNo } = incoming;
    const test = incoming.testOf !== undefined;
    const deliveries = planned.map(({ subscription: { endpointNo, no }, matched }, index): DueDelivery => {
      const hasPlace = test || reserve({ siteNo, endpointNo });
      return {
        siteNo,
        id: deliveryUuid(eventId, index),
        endpointNo,
        subscriptionNo: no,
        matched,
        lane,
        dueAt,
        test,
        lease: hasPlace ? lease(endpointNo, lane) : undefined,
        ...(hasPlace ? {} : { failed: "backlog-full" }),
        attempts: 0,
        scheduleFrom: 0,
        redelivery: 0,
        event: name,
        actor: incoming.user,
        traceParent: incoming.traceParent,
        body,
      };
    });
    return {
      event: {
        siteNo: incoming.siteNo,
        id: eventId,
        clientId: incoming.id,
        digest: ready.digest,
        name,
        project: incoming.project,
        actor: incoming.user,
        lane,
        aboutAddon: incoming.aboutAddonKey,
        notes,
        trace,
        traceParent: incoming.traceParent,
        body,
      },
      deliveries,
      accepted: {
        id: formatId("evt", incoming.siteNo, eventId),
        event: name,
        duplicate: false,
        deliveries: planned.map(({ subscription, url }, index) => {
          const failed = deliveries[index]?.failed;
          return {
            id: formatId("dlv", siteNo, deliveryUuid(eventId, index)),
            receiver: subscription.receiver,
            url,
            ...(failed === undefined ? {} : { failed }),
          };
        }),
        notes,
      },
    };
  }

  /** Adds to `known` and `all` what is planned, unless the group is refused. */
  function planGroup(
    group: Group,
    known: Map<string, KnownEvent>,
    all: Planned[],
  ): readonly AcceptedEvent[] | CallboardError {
    const mine: Planned[] = [];
    const accepted: AcceptedEvent[] = [];
    const mineByClientId = new Map<string, KnownEvent>();
    try {
      for (const ready of group.events) {
        const { id: clientId, siteNo } = ready.incoming;
        const key = clientId === undefined ? undefined : knownKey(siteNo, clientId);
        const before = key === undefined ? undefined : (known.get(key) ?? mineByClientId.get(key));
        if (before !== undefined) {
          if (before.digest !== ready.digest) {
            throw new CallboardError(
              "EVENT_CONFLICT",
              `The id ${JSON.stringify(clientId)} was used with other contents`,
            );
          }
          accepted.push({ ...before.accepted, duplicate: true });
          continue;
        }
        const planned = planEvent(ready, snapshotOf(siteNo));
        mine.push(planned);
        accepted.push(planned.accepted);
        if (key !== undefined)
          mineByClientId.set(key, { digest: ready.digest ?? "", accepted: planned.accepted });
      }
    } catch (error) {
      aborted(mine.flatMap(({ deliveries }) => deliveries));
      if (error instanceof CallboardError) return error;
      throw error;
    }
    for (const [key, value] of mineByClientId) known.set(key, value);
    all.push(...mine);
    return accepted;
  }

  return {
    makeReady: (incoming) => readyOf(incoming, incoming.id === undefined ? undefined : digestOf(incoming)),
    makeReadyInTurns,
    plan: (groups, known) => {
      const knownNow = new Map(known);
      const all: Planned[] = [];
      try {
        const answers = new Map(groups.map((group) => [group, planGroup(group, knownNow, all)] as const));
        return {
          events: all.map(({ event }) => event),
          deliveries: all.flatMap(({ deliveries }) => deliveries),
          answers,
        };
      } catch (error) {
        aborted(all.flatMap(({ deliveries }) => deliveries));
        throw error;
      }
    },
  };
}

/** A product's own body stays as it is, and what the product would not have sent is a note. */
function bodyOf({ isVerbatim, payload }: IncomingEvent, product: Product, input: BodyInput): BuiltBody {
  if (isVerbatim !== true) return buildBody(product, input);
  try {
    return { bytes: payload, notes: buildBody(product, input).notes };
  } catch (error) {
    if (!(error instanceof CallboardError) || error.code !== "EVENT_SCHEMA") throw error;
    return { bytes: payload, notes: [`${error.message.replace(/\.$/, "")}; the body was sent as it came.`] };
  }
}

function digestOf(incoming: IncomingEvent): string {
  return beginDigest(incoming).update(incoming.payload).digest("base64");
}

/** Hashing so many bytes takes about two milliseconds. */
const HASHED_AT_ONCE = 2 * 1024 * 1024;

async function digestInTurns(incoming: IncomingEvent, turn: () => Promise<void>): Promise<string> {
  const { payload } = incoming;
  const hash = beginDigest(incoming);
  for (let at = 0; at < payload.length; at += HASHED_AT_ONCE) {
    hash.update(payload.subarray(at, at + HASHED_AT_ONCE));
    await turn();
  }
  return hash.digest("base64");
}

function beginDigest({ event, project, user, flow }: IncomingEvent): Hash {
  return createHash("sha256").update(
    JSON.stringify([event, project ?? null, user ?? null, flow ?? "primary"]),
  );
}

/** The trace of a test send: nobody but its own subscription was asked. */
const NOBODY_ELSE: FanOutTrace = { others: 0, skipped: [], missing: [] };

function fanOutOf(ready: Ready, snapshot: SiteSnapshot): FanOut {
  const { incoming, name, payload } = ready;
  if (incoming.testOf !== undefined) {
    const subscription = snapshot.subscriptions.get(incoming.testOf);
    if (subscription === undefined) return { planned: [], trace: NOBODY_ELSE, notes: [] };
    const { url } = resolveUrl(subscription, { payload });
    return {
      planned: [{ subscription, matched: [subscription.no], url }],
      trace: NOBODY_ELSE,
      notes: [],
    };
  }
  const found = fanOut(snapshot, {
    product: snapshot.site.product,
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
