/** What the add-on tells its developer about each request. The caller never learns more than the status. */
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
      /** What the caller was answered. */
      readonly status: number;
    }
  | { readonly kind: "duplicate"; readonly received: Received; readonly deliveryId: string }
  | { readonly kind: "unnamed"; readonly received: Received }
  | { readonly kind: "failed"; readonly received: Received; readonly error: unknown };

/** What went wrong, one line each on standard error. */
export function reportToStandardError(report: Report): void {
  const line = lineOf(report);
  if (line !== undefined) process.stderr.write(`callboard/addon: ${line}\n`);
}

function lineOf(report: Report): string | undefined {
  const { method, rawUrl } = report.received;
  const request = `${method} ${rawUrl.replace(/\?.*$/s, "")}`;
  switch (report.kind) {
    case "accepted":
    case "duplicate":
      return undefined;
    case "refused":
      return `refused ${request}: ${report.refusal.code} ${report.refusal.reason}`;
    case "unnamed":
      return `cannot tell the event of ${request}: give each webhook a url of its own`;
    case "failed":
      return `failed on ${request}: ${report.error instanceof Error ? (report.error.stack ?? "") : String(report.error)}`;
  }
}
