/** Part of the composition root: outgoing webhooks and test sends, as the web asks for them. */
import { CallboardError, ERROR_CODES } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";
import type { TestResult, TestSender } from "./delivery/test-send.ts";
import type { Outgoing } from "./registry/outgoing/outgoing.ts";
import { requireSecret } from "./registry/outgoing/secret.ts";
import type { Sequel } from "./delivery-log/causes.ts";
import { shownAttempt } from "./delivery-log/show.ts";
import type { Rates } from "./web/http/rates.ts";
import type { ShownTest, Webhooks } from "./web/services.ts";

export function createWebhooks({
  outgoing,
  testSender,
  rates: { executions },
}: {
  readonly outgoing: Outgoing;
  readonly testSender: TestSender;
  readonly rates: Pick<Rates, "executions">;
}): Webhooks {
  return {
    ...outgoing,
    execute: async (siteKey, no, test) => {
      const { webhook } = await outgoing.show(siteKey, no);
      requireSecret(webhook, { kind: "keep" });
      executions.take(test.tokenId);
      return shownTest(await testSender.sendSaved(webhook.siteNo, no, test), "test");
    },
    executeUnsaved: async (siteKey, values, no, test) => {
      const webhook = await outgoing.draft(siteKey, values, no);
      executions.take(test.tokenId);
      return shownTest(await testSender.sendUnsaved(webhook, no !== undefined, test), "unsaved test");
    },
  };
}

/** @throws CallboardError with the code of the refusal when the address was forbidden: nothing was sent */
function shownTest({ attempt, ...result }: TestResult, sequel: Sequel): ShownTest {
  const code = /^forbidden:(\w+)$/.exec(attempt?.outcome ?? "")?.[1];
  if (attempt !== undefined && isErrorCode(code)) {
    throw new CallboardError(code, attempt.detail ?? ERROR_CODES[code][1], {
      extra: { deliveryId: result.deliveryId },
    });
  }
  return { ...result, attempt: attempt === undefined ? undefined : shownAttempt(attempt, sequel) };
}

function isErrorCode(code: string | undefined): code is ErrorCode {
  return code !== undefined && Object.hasOwn(ERROR_CODES, code);
}
