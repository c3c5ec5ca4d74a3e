/**
 * Test sends, the Execute button: one attempt with a chosen event, never retried, and its result at once.
 *
 * A saved webhook goes down the real road, from an accepted event to the engine. Values that are not saved yet, and a webhook
 * behind an open circuit, are made into the very same signed request here. The delivery log has every test with its body.
 */
import { createSampleText } from "../../catalogue/index.ts";
import type { Catalogue } from "../../catalogue/index.ts";
import type { Egress } from "../../egress/index.ts";
import { CallboardError } from "../../errors.ts";
import type { Database } from "../store/db/database.ts";
import { insertDeliveries } from "../store/tables/deliveries.ts";
import { settleDeliveries } from "../store/tables/settle.ts";
import { insertEvents } from "../store/tables/events.ts";
import { deliveryUuid, eventOfDelivery, formatId, newEventUuid, parseId } from "../model/ids.ts";
import { listAttempts } from "../store/tables/attempts.ts";
import { findDelivery } from "../store/tables/delivery-log.ts";
import { attemptRecord } from "../model/attempt-record.ts";
import { gateOf } from "../model/breaker.ts";
import type { Engine } from "./engine.ts";
import { prepare } from "./prepare.ts";
import type { FitAttempt } from "./response-budget.ts";
import { judge } from "../model/verdict.ts";
import type { DueDelivery, AttemptRecord } from "../model/delivery.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import type { Subscription } from "../model/subscription.ts";
import type { Webhook } from "../model/webhook.ts";

/** How often to look when another process makes the attempt. */
const LOOK_EVERY_MS = 500;
/** What waiting for the result adds to the longest attempt. */
const QUEUE_MARGIN_MS = 5_000;

export interface TestSend {
  /** The event's name, as the catalogue has it. */
  readonly event: string;
  /** JSON text; the catalogue's sample when left out. */
  readonly payload?: Buffer;
}

export interface TestResult {
  /** Where the delivery log has it. */
  readonly deliveryId: string;
  readonly event: string;
  /** `waiting`: the result did not come in time, and will be in the sent log. */
  readonly state: "delivered" | "failed" | "waiting";
  readonly attempt: AttemptRecord | undefined;
}

export interface TestSenderDependencies {
  readonly database: Database;
  readonly findSite: (siteNo: number) => SiteSnapshot | undefined;
  readonly engine: Pick<Engine, "onSettled" | "breakers">;
  /** Accepts the event for this subscription only; resolves to the id of its delivery. */
  readonly accept: (
    siteNo: number,
    subscriptionNo: number,
    test: Required<TestSend>,
  ) => Promise<string | undefined>;
  readonly egress: Pick<Egress, "request">;
  readonly catalogue: Pick<Catalogue, "buildBody">;
  readonly requestTimeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly fitAttempt: FitAttempt;
  readonly now: () => number;
}

export interface TestSender {
  /** @throws CallboardError WEBHOOK_NOT_FOUND, EVENT_SCHEMA and what accepting an event throws */
  readonly sendSaved: (siteNo: number, webhookNo: number, test: TestSend) => Promise<TestResult>;
  /**
   * Sends a test of values from a form. The delivery log marks it as not saved, unless the values are those of the saved
   * webhook with the same number. `isEdit`: the number is that of a saved webhook, under which the log lists it.
   *
   * @throws CallboardError SITE_NOT_FOUND, EVENT_SCHEMA
   */
  readonly sendUnsaved: (webhook: Webhook, isEdit: boolean, test: TestSend) => Promise<TestResult>;
}

export function createTestSender(dependencies: TestSenderDependencies): TestSender {
  const { database, findSite, engine, egress, now } = dependencies;

  function siteOf(siteNo: number): SiteSnapshot {
    const site = findSite(siteNo);
    if (site === undefined) throw new CallboardError("SITE_NOT_FOUND", "The site does not exist any more");
    return site;
  }

  /** @throws CallboardError EVENT_SCHEMA when the payload does not make a body of the product, PRODUCT_MISSING */
  function bodyFor(
    snapshot: SiteSnapshot,
    { event, payload = createSample(snapshot, event) }: TestSend,
  ): Buffer {
    const { envelope } = snapshot.site.options;
    const input = { event, payload, receivedAt: Date.now(), ...(envelope === undefined ? {} : { envelope }) };
    return dependencies.catalogue.buildBody(snapshot.product, input).bytes;
  }

  async function readResult(deliveryId: string, event: string): Promise<TestResult> {
    const { siteNo, id } = parseId("dlv", deliveryId);
    const state = (await findDelivery(database.read, siteNo, id))?.state ?? "failed";
    const attempts = await listAttempts(database.read, siteNo, id);
    return { deliveryId, event, state: state === "leased" ? "waiting" : state, attempt: attempts.at(-1) };
  }

  async function sendSaved(siteNo: number, webhookNo: number, test: TestSend): Promise<TestResult> {
    const site = siteOf(siteNo);
    const subscription = subscriptionFor(site, webhookNo, test.event);
    if (subscription === undefined) throw new CallboardError("WEBHOOK_NOT_FOUND", "The webhook was deleted");
    const webhook = site.webhooks.get(webhookNo);
    if (webhook !== undefined && isClosedOff(site, subscription))
      return sendDirectly(webhook, subscription, test);
    const payload = test.payload ?? createSample(site, test.event);
    const deliveryId = await dependencies.accept(siteNo, subscription.no, { ...test, payload });
    if (deliveryId === undefined) throw new CallboardError("WEBHOOK_NOT_FOUND", "The webhook was deleted");
    const deadline = performance.now() + dependencies.requestTimeoutMs + QUEUE_MARGIN_MS;
    for (;;) {
      const settled = nextSettled(deliveryId);
      const result = await readResult(deliveryId, test.event);
      if (result.state !== "waiting" || performance.now() >= deadline) {
        settled.forget();
        return result;
      }
      await settled.promise;
    }
  }

  /** Behind an open breaker a test would wait for minutes; whoever asks wants to know now. */
  function isClosedOff(site: SiteSnapshot, { endpointNo }: Subscription): boolean {
    const here = engine.breakers().find(({ no }) => no === endpointNo);
    const { openUntil } = here ?? site.endpoints.get(endpointNo) ?? {};
    return gateOf({ openUntil }, now()) === "open";
  }

  /** Resolves when something is settled here that may be the delivery, or when it is time to look again. */
  function nextSettled(deliveryId: string): { readonly promise: Promise<void>; readonly forget: () => void } {
    const { siteNo, id } = parseId("dlv", deliveryId);
    let forget: () => void = () => undefined;
    const promise = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LOOK_EVERY_MS);
      const stop = engine.onSettled((batch) => {
        if (batch.some((notice) => notice.siteNo === siteNo && notice.id === id)) resolve();
      });
      forget = () => {
        clearTimeout(timer);
        stop();
      };
    });
    return { promise: promise.finally(() => forget()), forget: () => forget() };
  }

  async function sendUnsaved(webhook: Webhook, isEdit: boolean, test: TestSend): Promise<TestResult> {
    const site = siteOf(webhook.siteNo);
    return sendDirectly(webhook, isEdit ? subscriptionFor(site, webhook.no, test.event) : undefined, test);
  }

  /** Past the queue. `saved` is a subscription of the saved webhook whose values these are, or will be. */
  async function sendDirectly(
    webhook: Webhook,
    saved: Subscription | undefined,
    test: TestSend,
  ): Promise<TestResult> {
    const site = siteOf(webhook.siteNo);
    const subscription = draftSubscription(webhook, saved);
    const isSaved = saved !== undefined && isSameRequest(webhook, site.webhooks.get(webhook.no));
    const delivery = dueNow(subscription, test.event, bodyFor(site, test), now());
    const prepared = prepare(delivery, withDraft(site, webhook, subscription), now(), Date.now());
    if (prepared.kind !== "request") throw new CallboardError("WEBHOOK_NOT_FOUND", "The webhook was deleted");
    const { url, headers, body, httpsOnly = false } = prepared.request;
    const result = await egress.request({
      method: "POST",
      url,
      headers: headersOf(headers),
      body,
      httpsOnly,
      maxBytes: dependencies.maxAnswerBytes,
    });
    const attempt = dependencies.fitAttempt(delivery, attemptRecord(1, prepared, result));
    const verdict = judge(result.outcome, {
      attempt: 1,
      profile: { steps: [], jitter: 0 },
      test: true,
      now: now(),
      random: 0,
    });
    const logged = isSaved ? delivery : { ...delivery, matched: [] };
    const note = isSaved
      ? `A test of the webhook "${webhook.name}", sent at once although its circuit is open.`
      : `A test of the webhook "${webhook.name}" with values that were not saved.`;
    await log(logged, attempt, verdict, note);
    return {
      deliveryId: formatId("dlv", delivery.siteNo, delivery.id),
      event: test.event,
      state: verdict.state,
      attempt,
    };
  }

  /** Written with its result, so that no engine ever takes it for something to send. */
  async function log(
    delivery: DueDelivery,
    attempt: AttemptRecord,
    settlement: ReturnType<typeof judge>,
    note: string,
  ): Promise<void> {
    const { siteNo, id, event, body } = delivery;
    await database.write(async (tx) => {
      await insertEvents(tx, [
        {
          siteNo,
          id: eventOfDelivery(id),
          clientId: undefined,
          digest: undefined,
          name: event,
          project: undefined,
          actor: undefined,
          lane: 0,
          aboutAddon: undefined,
          notes: [note],
          trace: { others: 0, skipped: [], missing: [] },
          body,
        },
      ]);
      await insertDeliveries(tx, [delivery], now());
      await settleDeliveries(tx, [{ delivery, attempt, settlement }], now());
    });
  }

  return { sendSaved, sendUnsaved };
}

function createSample({ site: { options }, product }: SiteSnapshot, event: string): Buffer {
  return Buffer.from(createSampleText(product, event, options.envelope));
}

/** The webhook's subscription to the event, or any other of its own: a test may be with an event it does not ask for. */
function subscriptionFor(site: SiteSnapshot, webhookNo: number, event: string): Subscription | undefined {
  const own = [...site.subscriptions.values()].filter(
    ({ receiver }) => receiver.kind === "webhook" && receiver.webhookNo === webhookNo,
  );
  return own.find((subscription) => subscription.event === event) ?? own[0];
}

/** Whether two webhooks are sent the same request. */
function isSameRequest(webhook: Webhook, saved: Webhook | undefined): boolean {
  const partsOf = ({ url, format, excludeBody, signature, secret }: Webhook) =>
    JSON.stringify([url, format, excludeBody, signature, secret]);
  return saved !== undefined && partsOf(webhook) === partsOf(saved);
}

function draftSubscription(webhook: Webhook, saved: Subscription | undefined): Subscription {
  const { siteNo, no, url, filter, excludeBody, createdAt } = webhook;
  return {
    siteNo,
    no: saved?.no ?? 0,
    source: "webhook",
    receiver: { kind: "webhook", webhookNo: no },
    event: undefined,
    url,
    params: {},
    filter,
    propertyKeys: undefined,
    excludeBody,
    endpointNo: saved?.endpointNo ?? 0,
    active: true,
    inactiveBecause: undefined,
    goneSince: undefined,
    position: 0,
    dynamic: undefined,
    expiresAt: undefined,
    createdAt,
    removedAt: undefined,
  };
}

/** The site as it would be with the draft in it. */
function withDraft(site: SiteSnapshot, webhook: Webhook, subscription: Subscription): SiteSnapshot {
  return {
    ...site,
    webhooks: new Map([[webhook.no, webhook]]),
    subscriptions: new Map([[subscription.no, subscription]]),
  };
}

function dueNow(
  { siteNo, no, endpointNo }: Subscription,
  event: string,
  body: Buffer,
  now: number,
): DueDelivery {
  return {
    siteNo,
    id: deliveryUuid(newEventUuid(), 0),
    endpointNo,
    subscriptionNo: no,
    matched: [no],
    lane: 0,
    dueAt: now,
    test: true,
    lease: undefined,
    attempts: 0,
    scheduleFrom: 0,
    redelivery: 0,
    event,
    actor: undefined,
    body,
  };
}

/** name, value, name, value → a record; no name stands twice in a delivery. */
function headersOf(flat: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ""]] : [])),
  );
}
