/** The fields of a webhook's batches in a form, which are read back as the value that `readBatch` checks. Pure. */
import { formatDuration, parseDuration } from "../../../duration.ts";
import type { BatchSettings } from "../../model/batch-settings.ts";

/** Both are "" for one event in each request. */
export interface BatchFields {
  readonly batchMax: string;
  /** Such as 2s. */
  readonly batchWithin: string;
}

export const batchFields = (batch: BatchSettings | undefined): BatchFields => ({
  batchMax: batch === undefined ? "" : String(batch.max),
  batchWithin: batch === undefined ? "" : formatDuration(batch.withinMs),
});

export const readBatchFields = (form: URLSearchParams): BatchFields => ({
  batchMax: form.get("batchMax")?.trim() ?? "",
  batchWithin: form.get("batchWithin")?.trim() ?? "",
});

/** What can't be read stays as it was written, and is refused. */
export function toBatch({ batchMax, batchWithin }: BatchFields): unknown {
  if (batchMax === "" && batchWithin === "") return undefined;
  const max = /^\d{1,9}$/.test(batchMax) ? Number(batchMax) : batchMax;
  return { max, withinMs: parseDuration(batchWithin) ?? batchWithin };
}
