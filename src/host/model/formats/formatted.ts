/** A body in a format, or why there is none. Pure. */
import type { TargetLimit, WebhookFormat } from "../../../catalogue/index.ts";
import type { FailureReason } from "../delivery.ts";

/** Sizes of a text before and after it was cut, in the unit of the target's limit. */
export interface Cut {
  readonly from: number;
  readonly to: number;
}

export interface FormattedBody {
  readonly kind: "body";
  readonly body: Buffer;
  /** Size in the unit of the target's limit; in bytes without one. */
  readonly size: number;
  /** Undefined for JSON. */
  readonly contentType?: string;
  /** Headers of the format: name, value, name, value. */
  readonly headers?: readonly string[];
  readonly cut?: Cut;
}

export interface FormatFailure {
  readonly kind: "failed";
  readonly because: Extract<FailureReason, "over-limit" | "template-failed">;
  /** A sentence without its period. */
  readonly detail: string;
}

export type Formatted = FormattedBody | FormatFailure;

/** Formats a size: "28,672 bytes". */
export const formatSize = (size: number, unit: TargetLimit["unit"] = "bytes"): string =>
  `${size.toLocaleString("en-US")} ${size === 1 ? unit.slice(0, -1) : unit}`;

/** Describes for the delivery log what was left out. */
export function describeCut({ from, to }: Cut, { name, limit }: WebhookFormat): string {
  return `Body cut from ${formatSize(from, limit?.unit)} to ${formatSize(to, limit?.unit)}: ${name} accepts ${formatSize(limit?.max ?? to, limit?.unit)}`;
}

/** Fails a body that is over the limit of a target which takes no part of one. */
export function withinLimit(formatted: FormattedBody, { name, limit }: WebhookFormat): Formatted {
  if (limit === undefined || formatted.size <= limit.max) return formatted;
  return {
    kind: "failed",
    because: "over-limit",
    detail: `The body has ${formatSize(formatted.size, limit.unit)}, and ${name} accepts ${formatSize(limit.max, limit.unit)}`,
  };
}
