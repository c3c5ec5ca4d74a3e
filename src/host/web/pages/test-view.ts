/** Shows the result of a test delivery on the page that sent it. */
import type { ShownTest } from "../../delivery-log/test-deliveries.ts";
import { bodyView } from "./body-view.ts";
import { badge, outcomeText } from "./html.ts";

export function testView({ state, attempt, deliveryId, event }: ShownTest) {
  const result = attempt === undefined ? undefined : outcomeText(attempt.outcome, attempt.answer?.status);
  return {
    event,
    badge: state === "delivered" ? badge("good", result ?? state) : badge("bad", result ?? state),
    durationMs: attempt?.durationMs,
    bytes: attempt?.request.bodyBytes,
    cause: attempt?.cause,
    hasResponse: attempt?.answer !== undefined,
    answer: attempt?.answer === undefined ? undefined : bodyView(attempt.answer.body),
    href: `/admin/deliveries/${deliveryId}`,
  };
}
