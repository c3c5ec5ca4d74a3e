/** Genuine requests of a check, which the add-on must accept. */
import type { Exchange } from "../exchange.ts";
import { failed, passed } from "../outcome.ts";
import type { Outcome } from "../outcome.ts";
import { complainUnlessAccepted } from "../verdict.ts";

const MAX_NAMED = 5;

/** Passes if all were accepted within the limit; otherwise the failed ones are the evidence. */
export function mustAccept(
  exchanges: readonly Exchange[],
  limitMs: number,
  ...remarks: readonly string[]
): Outcome {
  const complaints = exchanges.flatMap((exchange) => {
    const complaint = complainUnlessAccepted(exchange.reply, limitMs);
    return complaint === undefined ? [] : [{ exchange, text: `${exchange.what} ${complaint}` }];
  });
  if (complaints.length === 0) return passed(...remarks);
  const more = complaints.length - MAX_NAMED;
  const named = complaints.slice(0, MAX_NAMED).map(({ text }) => text);
  return failed(
    [...named, ...(more > 0 ? [`${more} more`] : [])].join("; "),
    ...complaints.slice(0, MAX_NAMED).map(({ exchange }) => exchange),
  );
}
