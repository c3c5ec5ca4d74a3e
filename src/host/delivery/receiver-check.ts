/** Asks the URL of a new outgoing webhook whether it is meant, by a request with the signature and credentials of its deliveries. */
import { randomBytes } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { decodeBody } from "../../egress/index.ts";
import { CallboardError } from "../../errors.ts";
import type { AccessToken } from "../model/access-token.ts";
import { withTimeout } from "../model/attempt-record.ts";
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
import { withoutKeeping } from "./access-tokens.ts";
import { createAuthenticatedPost } from "./authenticated-post.ts";
import type { AuthenticatedPostParts } from "./authenticated-post.ts";
import type { FetchToken } from "./token-server.ts";

/** Read of a response: the value of a challenge has to be within it. */
const MAX_RESPONSE_BYTES = 4 * 1024;

/** `token` is the first one of its OAuth 2 client. @throws {CallboardError} URL_UNVERIFIED at the field `url` */
export type CheckReceiver = (
  webhook: Webhook,
  check: ReceiverCheck,
  token: AccessToken | undefined,
) => Promise<void>;

export interface ReceiverCheckParts {
  readonly posting: Omit<AuthenticatedPostParts, "tokens">;
  readonly fetchToken: FetchToken;
  readonly findSite: (siteNo: number) => SiteSnapshot | undefined;
  readonly newEventId: () => Uuid;
  readonly clock: Clock;
  /** The database's time. */
  readonly now: () => number;
}

export function createReceiverCheck({
  posting,
  fetchToken,
  findSite,
  newEventId,
  clock,
  now,
}: ReceiverCheckParts): CheckReceiver {
  return async (given, check, token) => {
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
    const send = createAuthenticatedPost({
      ...posting,
      tokens: withoutKeeping(
        token === undefined ? fetchToken : () => Promise.resolve({ kind: "token", token }),
      ),
    });
    const headers = [...prepared.request.headers, ...listChallengeHeader(message.value)];
    const signed = { ...prepared, request: { ...prepared.request, headers } };
    const { outcome, answer } = await send(withTimeout(signed, RECEIVER_CHECK_TIMEOUT_MS));
    const decoded = answer === undefined ? undefined : await decodeBody(answer, MAX_RESPONSE_BYTES);
    const body = decoded?.kind === "decoded" ? decoded.body : answer?.body;
    const why = whyNotPassed(message, outcome, body?.subarray(0, MAX_RESPONSE_BYTES));
    if (why !== undefined) throw refuse(why);
  };
}

function refuse(why: string): CallboardError {
  const detail = `did not pass the check: ${why}`;
  return new CallboardError("URL_UNVERIFIED", `The URL ${detail}. Nothing was saved`, {
    errors: [{ pointer: "/url", detail, code: "URL_UNVERIFIED" }],
  });
}

const listChallengeHeader = (value: string | undefined): readonly string[] =>
  value === undefined ? [] : [CHALLENGE_HEADER, value];
