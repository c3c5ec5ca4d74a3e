/** Sends test deliveries of outgoing webhooks, and shows each result at once. */
import { CallboardError, ERROR_CODES } from "../../errors.ts";
import type { TestResult, TestSender } from "../delivery/test-delivery.ts";
import type { Outgoing } from "../registry/outgoing/outgoing.ts";
import { requireSecret } from "../registry/outgoing/secret.ts";
import type { WebhookValues } from "../registry/outgoing/values.ts";
import type { Sequel } from "./causes.ts";
import { shownAttempt } from "./show.ts";
import type { ShownAttempt } from "./show.ts";

/** The event of a test delivery. */
export interface TestWish {
  readonly event: string;
  /** JSON text; the catalogue's sample when left out. */
  readonly payload?: Buffer;
  /** The API token that it is counted for. */
  readonly tokenId: string;
}

export interface ShownTest extends Omit<TestResult, "attempt"> {
  readonly attempt: ShownAttempt | undefined;
}

export interface TestDeliveries {
  /**
   * Sends a test to a saved webhook.
   * @throws {CallboardError} WEBHOOK_NOT_FOUND, EVENT_SCHEMA, RATE_LIMITED; the code of the refusal when the address is forbidden
   */
  readonly execute: (siteKey: string, no: number, test: TestWish) => Promise<ShownTest>;
  /** The same with values that are not saved; `no` is the webhook that they are an edit of. Throws what they are refused with too. */
  readonly executeUnsaved: (
    siteKey: string,
    values: WebhookValues,
    no: number | undefined,
    test: TestWish,
  ) => Promise<ShownTest>;
}

export interface TestDeliveryParts {
  readonly outgoing: Pick<Outgoing, "show" | "draft">;
  readonly sender: TestSender;
  /** Counts a test for its token. @throws {CallboardError} RATE_LIMITED */
  readonly count: (tokenId: string) => void;
}

export function createTestDeliveries({ outgoing, sender, count }: TestDeliveryParts): TestDeliveries {
  return {
    execute: async (siteKey, no, test) => {
      const { webhook } = await outgoing.show(siteKey, no);
      requireSecret(webhook, { kind: "keep" });
      count(test.tokenId);
      return shownTest(await sender.sendSaved(webhook.siteNo, no, test), "test");
    },
    executeUnsaved: async (siteKey, values, no, test) => {
      const webhook = await outgoing.draft(siteKey, values, no);
      count(test.tokenId);
      return shownTest(await sender.sendUnsaved(webhook, no !== undefined, test), "unsaved test");
    },
  };
}

/** @throws {CallboardError} with the code of the refusal when the address was forbidden: nothing was sent */
function shownTest({ attempt, ...result }: TestResult, sequel: Sequel): ShownTest {
  if (attempt === undefined) return { ...result, attempt };
  if (attempt.outcome.kind !== "forbidden") return { ...result, attempt: shownAttempt(attempt, sequel) };
  const { code } = attempt.outcome;
  throw new CallboardError(code, attempt.detail ?? ERROR_CODES[code][1], {
    extra: { deliveryId: result.deliveryId },
  });
}
