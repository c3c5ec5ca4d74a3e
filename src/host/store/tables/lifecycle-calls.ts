/** Lifecycle callbacks as they were made: what was called, how it was signed, and what came back. Append-only. */
import type { LifecycleEvent } from "../../../protocol/descriptor.ts";
import { bytes, int, json, optional, text } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import { defineTable } from "../db/table.ts";
import { madeAt } from "../../model/ids.ts";
import type { Uuid } from "../../model/ids.ts";

export type LifecycleSigning = "RS256" | "HS256" | "none";

/** `interrupted`: the process ended before the answer was known. */
export type LifecycleOutcome = "accepted" | "refused" | "unreachable" | "forbidden" | "interrupted";

export interface LifecycleCall {
  readonly siteNo: number;
  /** Sorts by the time of the call. */
  readonly id: Uuid;
  readonly addonKey: string;
  readonly event: LifecycleEvent;
  readonly url: string;
  readonly signing: LifecycleSigning;
  /** Claims of the token, for display. The token is never stored. */
  readonly claims: Readonly<Record<string, unknown>> | undefined;
  readonly outcome: LifecycleOutcome;
  readonly status: number | undefined;
  /** One sentence. */
  readonly detail: string;
  /** The beginning of the answer's body, without any secret. */
  readonly answer: Buffer | undefined;
  readonly durationMs: number;
}

const lifecycleCalls = defineTable<LifecycleCall>({
  name: "lifecycle_call",
  key: ["siteNo", "id"],
  columns: {
    siteNo: int(),
    id: text(),
    addonKey: text(),
    event: text(),
    url: text(),
    signing: text(),
    claims: optional(json()),
    outcome: text(),
    status: optional(int()),
    detail: text(),
    answer: optional(bytes()),
    durationMs: int(),
  },
});

/** Epoch milliseconds at which the call was made. */
export function calledAt(call: LifecycleCall): number {
  return madeAt(call.id);
}

export const insertLifecycleCall = lifecycleCalls.insert;

/** The latest calls to one add-on, newest first. */
export function listLifecycleCalls(
  q: Queryable,
  siteNo: number,
  addonKey: string,
  limit: number,
): Promise<readonly LifecycleCall[]> {
  return lifecycleCalls.list(q, { siteNo, addonKey }, { order: "id DESC", limit });
}
