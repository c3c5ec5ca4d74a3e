/** Reports each request to the add-on's developer. The caller gets no more than the status. */
import type { Check, Refusal } from "../protocol/verdict.ts";
import type { Received } from "./received.ts";
import type { TenantView } from "./tenants.ts";

export type Report =
  | {
      readonly kind: "accepted";
      readonly received: Received;
      readonly event: string;
      readonly tenant: TenantView;
      readonly checks: readonly Check[];
    }
  | {
      readonly kind: "refused";
      readonly received: Received;
      readonly refusal: Refusal;
      /** Status of the response. */
      readonly status: number;
    }
  | { readonly kind: "duplicate"; readonly received: Received; readonly deliveryId: string }
  | { readonly kind: "unnamed"; readonly received: Received }
  | { readonly kind: "failed"; readonly received: Received; readonly error: unknown };

/** Writes one line for each failure to standard error. */
export function reportToStandardError(report: Report): void {
  const line = formatReport(report);
  if (line !== undefined) process.stderr.write(`callboard/addon: ${line}\n`);
}

function formatReport(report: Report): string | undefined {
  const { method, rawUrl } = report.received;
  const request = `${method} ${rawUrl.replace(/\?.*$/s, "")}`;
  switch (report.kind) {
    case "accepted":
    case "duplicate":
      return undefined;
    case "refused":
      return `refused ${request}: ${report.refusal.code} ${report.refusal.reason}`;
    case "unnamed":
      return `unknown event type of ${request}: give each webhook its own url`;
    case "failed":
      return `failed on ${request}: ${report.error instanceof Error ? (report.error.stack ?? "") : String(report.error)}`;
  }
}
