/** Asks the URL of a new outgoing webhook whether it is meant, by a request that is signed as its deliveries will be. */
import { randomBytes } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { Egress } from "../../egress/index.ts";
import { decodeBody } from "../../egress/index.ts";
import { CallboardError } from "../../errors.ts";
import { pairHeaders } from "../../header-pairs.ts";
import { createTestDelivery } from "../model/delivery.ts";
import { draftSubscription, withDraft } from "../model/draft-webhook.ts";
import { deliveryUuid } from "../model/ids.ts";
import type { Uuid } from "../model/ids.ts";
import { prepare } from "../model/prepare.ts";
import {
  CHALLENGE_HEADER,
  RECEIVER_CHECK_TIMEOUT_MS,
  createCheckMessage,
  whyNotPassed,
} from "../model/receiver-check.ts";
import type { ReceiverCheck } from "../model/receiver-check.ts";
import { requireExisting } from "../model/site-snapshot.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import type { Webhook } from "../model/webhook.ts";

/** Read of a response: the value of a challenge has to be within it. */
const MAX_RESPONSE_BYTES = 4 * 1024;

/** @throws {CallboardError} URL_UNVERIFIED at the field `url` */
export type CheckReceiver = (webhook: Webhook, check: ReceiverCheck) => Promise<void>;

export interface ReceiverCheckParts {
  readonly egress: Pick<Egress, "request">;
  readonly findSite: (siteNo: number) => SiteSnapshot | undefined;
  readonly newEventId: () => Uuid;
  readonly clock: Clock;
  /** The database's time. */
  readonly now: () => number;
}

export function createReceiverCheck({
  egress,
  findSite,
  newEventId,
  clock,
  now,
}: ReceiverCheckParts): CheckReceiver {
  return async (given, check) => {
    const site = requireExisting(findSite(given.siteNo));
    // The message is in the body, whatever deliveries have.
    const webhook: Webhook = { ...given, excludeBody: false };
    const message = createCheckMessage(check, randomBytes(24).toString("base64url"), clock.now());
    const subscription = draftSubscription(webhook);
    const delivery = createTestDelivery(subscription, {
      id: deliveryUuid(newEventId(), 0),
      event: message.type,
      body: message.body,
      now: now(),
    });
    const prepared = prepare(delivery, {
      site: withDraft(site, webhook, subscription),
      now: now(),
      signedAt: clock.signing(),
    });
    if (prepared.kind !== "request") throw refuse("it can be sent nothing");
    const { url, headers, body, httpsOnly = false } = prepared.request;
    const { outcome, answer } = await egress.request({
      method: "POST",
      url,
      headers: { ...Object.fromEntries(pairHeaders(headers)), ...toChallengeHeader(message.value) },
      body,
      httpsOnly,
      timeoutMs: RECEIVER_CHECK_TIMEOUT_MS,
      maxBytes: MAX_RESPONSE_BYTES,
    });
    const decoded = answer === undefined ? undefined : await decodeBody(answer, MAX_RESPONSE_BYTES);
    const why = whyNotPassed(message, outcome, decoded?.kind === "decoded" ? decoded.body : answer?.body);
    if (why !== undefined) throw refuse(why);
  };
}

function refuse(why: string): CallboardError {
  const detail = `did not pass the check: ${why}`;
  return new CallboardError("URL_UNVERIFIED", `The URL ${detail}. Nothing was saved`, {
    errors: [{ pointer: "/url", detail, code: "URL_UNVERIFIED" }],
  });
}

const toChallengeHeader = (value: string | undefined): Readonly<Record<string, string>> =>
  value === undefined ? {} : { [CHALLENGE_HEADER]: value };
