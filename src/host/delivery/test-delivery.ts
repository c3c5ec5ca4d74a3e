/**
 * Test deliveries: one attempt with a chosen event, never retried, and its result at once.
 *
 * A test of a saved webhook goes the way of every event, through acceptor and engine. Values that are not saved are made into
 * the same signed request here. The delivery log has every test with its body.
 */
import { createSampleText } from "../../catalogue/index.ts";
import type { Catalogue, Product } from "../../catalogue/index.ts";
import type { Clock } from "../../clock.ts";
import { CallboardError } from "../../errors.ts";
import { toAttemptRecord, withTimeout } from "../model/attempt-record.ts";
import { createTestDelivery } from "../model/delivery.ts";
import { draftSubscription, withDraft } from "../model/draft-webhook.ts";
import type { AttemptRecord, DueDelivery } from "../model/delivery.ts";
import { deliveryUuid, eventOfDelivery, formatId, parseId } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import { prepare } from "../model/prepare.ts";
import type { Prepared } from "../model/prepare.ts";
import { NO_RETRIES } from "../model/retry-schedules.ts";
import { requireExisting } from "../model/site-snapshot.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import type { Subscription } from "../model/subscription.ts";
import { findWord } from "../model/receiver-word.ts";
import { judge } from "../model/verdict.ts";
import type { Webhook } from "../model/webhook.ts";
import type { Database } from "../store/db/database.ts";
import { listAttempts } from "../store/tables/attempts.ts";
import { insertDeliveries } from "../store/tables/deliveries.ts";
import { findDelivery } from "../store/tables/delivery-log.ts";
import { insertEvents } from "../store/tables/events.ts";
import { settleDeliveries } from "../store/tables/settle.ts";
import type { SendSigned } from "./authenticated-post.ts";
import type { Engine } from "./engine.ts";
import type { FitAttempt } from "./response-budget.ts";

/** Interval of looking for a result that another process may write. */
const LOOK_EVERY_MS = 500;
/** Time that the wait for a result lasts beyond the longest attempt. */
const QUEUE_MARGIN_MS = 5_000;

export interface TestInput {
  /** Event type, as in the catalogue. */
  readonly event: string;
  /** JSON text; the catalogue's sample when left out. */
  readonly payload?: Buffer;
}

export interface TestResult {
  readonly deliveryId: string;
  readonly event: string;
  /** `waiting`: the result did not come in time, and will be in the delivery log. */
  readonly state: "delivered" | "failed" | "waiting";
  readonly attempt: AttemptRecord | undefined;
}

export interface TestSenderDependencies {
  readonly database: Database;
  readonly catalogue: Pick<Catalogue, "buildBody">;
  readonly findSite: (siteNo: number) => SiteSnapshot | undefined;
  readonly engine: Pick<Engine, "onSettled">;
  /** Accepts the event for this subscription only. Resolves to the ID of its delivery. */
  readonly accept: (
    siteNo: number,
    subscriptionNo: number,
    test: Required<TestInput>,
  ) => Promise<string | undefined>;
  /** @throws {CallboardError} EVENT_OFF_SCHEMA if the product's schema policy refuses the event */
  readonly assertPolicy: (
    product: Product,
    event: { readonly name: string; readonly body: Buffer },
  ) => Promise<void>;
  /** Sends a request of values that are not saved. */
  readonly sendUnsaved: SendSigned;
  readonly requestTimeoutMs: number;
  readonly fitAttempt: FitAttempt;
  /** The database's time. */
  readonly now: () => number;
  readonly clock: Clock;
  readonly newEventId: () => Uuid;
}

export interface TestSender {
  /** @throws {CallboardError} WEBHOOK_NOT_FOUND, EVENT_SCHEMA, and the codes of accepting an event */
  readonly sendSaved: (siteNo: number, webhookNo: number, test: TestInput) => Promise<TestResult>;
  /**
   * Sends a test of values from a form. With `isEdit`, the number is that of a saved webhook, in whose log the test is listed. If
   * its request is the same, it is a test of the saved webhook.
   *
   * @throws {CallboardError} SITE_NOT_FOUND, EVENT_SCHEMA, EVENT_OFF_SCHEMA, and the codes of accepting an event
   */
  readonly sendUnsaved: (webhook: Webhook, isEdit: boolean, test: TestInput) => Promise<TestResult>;
}

export function createTestSender(dependencies: TestSenderDependencies): TestSender {
  const { database, findSite, engine, now, clock, newEventId } = dependencies;

  /** @throws {CallboardError} EVENT_SCHEMA if the payload does not make a body of the product, PRODUCT_MISSING */
  function buildBody(
    snapshot: SiteSnapshot,
    { event, payload = readSample(snapshot, event) }: TestInput,
  ): Buffer {
    const { envelope } = snapshot.site.options;
    const input = {
      event,
      payload,
      receivedAt: clock.now(),
      ...(envelope === undefined ? {} : { envelope }),
    };
    return dependencies.catalogue.buildBody(snapshot.product, input).bytes;
  }

  async function sendSaved(siteNo: number, webhookNo: number, test: TestInput): Promise<TestResult> {
    const site = requireExisting(findSite(siteNo));
    const subscription = findSubscription(site, webhookNo, test.event);
    const payload = test.payload ?? readSample(site, test.event);
    const deliveryId =
      subscription && (await dependencies.accept(siteNo, subscription.no, { ...test, payload }));
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

  async function readResult(deliveryId: string, event: string): Promise<TestResult> {
    const { siteNo, id } = parseId("dlv", deliveryId);
    const state = (await findDelivery(database.read, siteNo, id))?.state ?? "failed";
    const attempts = await listAttempts(database.read, siteNo, id);
    return { deliveryId, event, state: state === "leased" ? "waiting" : state, attempt: attempts.at(-1) };
  }

  /** Resolves when the delivery is settled here, or when it is time to look again. */
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

  async function sendUnsaved(webhook: Webhook, isEdit: boolean, test: TestInput): Promise<TestResult> {
    const site = requireExisting(findSite(webhook.siteNo));
    const saved = isEdit ? findSubscription(site, webhook.no, test.event) : undefined;
    if (saved !== undefined && isSameRequest(webhook, site.webhooks.get(webhook.no)))
      return sendSaved(webhook.siteNo, webhook.no, test);
    const subscription = draftSubscription(webhook, saved);
    const body = buildBody(site, test);
    await dependencies.assertPolicy(site.product, { name: test.event, body });
    const delivery = createTestDelivery(subscription, {
      id: deliveryUuid(newEventId(), 0),
      event: test.event,
      body,
      now: now(),
    });
    const prepared = prepare(delivery, {
      site: withDraft(site, webhook, subscription),
      now: now(),
      signedAt: clock.signing(),
    });
    if (prepared.kind !== "request") throw refuseUnsent(prepared);
    const result = await dependencies.sendUnsaved(withTimeout(prepared, webhook.pace?.timeoutMs));
    const attempt = dependencies.fitAttempt(delivery, toAttemptRecord(1, prepared, result));
    const verdict = judge(result.outcome, {
      attempt: 1,
      retrySchedule: NO_RETRIES,
      test: true,
      redelivery: 0,
      word: findWord(result.answer?.headers),
      now: now(),
      random: 0,
    });
    const note = `A test of the webhook "${webhook.name}" with values that were not saved.`;
    await log(delivery, attempt, verdict, note);
    return {
      deliveryId: formatId("dlv", delivery.siteNo, delivery.id),
      event: test.event,
      state: verdict.state,
      attempt,
    };
  }

  /** Writes the delivery with its result, so that no engine takes it for one to send. */
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

function readSample({ site: { options }, product }: SiteSnapshot, event: string): Buffer {
  return Buffer.from(createSampleText(product, event, options.envelope));
}

/** Returns the webhook's subscription to the event, or another of its own: a test may send an event it does not ask for. */
function findSubscription(site: SiteSnapshot, webhookNo: number, event: string): Subscription | undefined {
  const own = [...site.subscriptions.values()].filter(
    ({ receiver }) => receiver.kind === "webhook" && receiver.webhookNo === webhookNo,
  );
  return own.find((subscription) => subscription.event === event) ?? own[0];
}

/** Reports whether two webhooks are sent the same request. */
function isSameRequest(webhook: Webhook, saved: Webhook | undefined): boolean {
  const listParts = ({ headers, authentication, tls, pace, ...webhook }: Webhook) => {
    const { url, format, template, routingKey, excludeBody, signature, secret, batch } = webhook;
    const access = [headers?.value, authentication?.value, tls?.value];
    const body = [format, template, routingKey, excludeBody, batch !== undefined];
    return JSON.stringify([url, ...body, signature, secret, ...access, pace?.timeoutMs]);
  };
  return saved !== undefined && listParts(webhook) === listParts(saved);
}

/** A body that the format doesn't make is the caller's mistake: nothing was sent, and nothing is logged. */
function refuseUnsent(prepared: Exclude<Prepared, { readonly kind: "request" }>): CallboardError {
  const { detail } = prepared.kind === "ended" ? prepared : {};
  if (prepared.kind === "ended" && detail !== undefined) {
    return new CallboardError(prepared.because === "over-limit" ? "FORMAT_LIMIT" : "TEMPLATE_RESULT", detail);
  }
  return new CallboardError("WEBHOOK_NOT_FOUND", "The webhook was deleted");
}
