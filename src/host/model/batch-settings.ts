/** What an outgoing webhook asks for its batches. Pure. */
import { formatDuration } from "../../duration.ts";
import type { Problem } from "../../errors.ts";
import { isObject } from "../../json/object.ts";

/** A batch is sent when `max` deliveries are in it, or `withinMs` after its first one was accepted. */
export interface BatchSettings {
  readonly max: number;
  /** In milliseconds. */
  readonly withinMs: number;
}

export const MAX_BATCH = 100;
export const MAX_WITHIN_MS = 60_000;
/** Size of the body of a batch, in bytes: a batch is closed before it. A larger event is sent alone. */
export const MAX_BATCH_BYTES = 1024 * 1024;

export type BatchReading =
  | { readonly kind: "batch"; readonly batch: BatchSettings | undefined }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

const MEMBERS: ReadonlySet<string> = new Set(["max", "withinMs"]);

/** Reads settings from JSON; null is none. A refusal has every problem, each with the code BATCH and its JSON pointer below `at`. */
export function readBatch(given: unknown, at: string): BatchReading {
  if (given === undefined || given === null) return { kind: "batch", batch: undefined };
  if (!isObject(given)) return refuse([batchProblem(at, "must be an object with max and withinMs")]);
  const { max, withinMs } = given;
  if (Object.keys(given).some((name) => !MEMBERS.has(name)))
    return refuse([batchProblem(at, "must have no other members than max and withinMs")]);
  const isMax = isWithin(max, MAX_BATCH);
  const isTime = isWithin(withinMs, MAX_WITHIN_MS);
  if (isMax && isTime) return { kind: "batch", batch: { max, withinMs } };
  return refuse([
    ...(isMax ? [] : [batchProblem(`${at}/max`, `must be a whole number from 1 to ${MAX_BATCH}`)]),
    ...(isTime ? [] : [batchProblem(`${at}/withinMs`, `must be a whole number from 1 to ${MAX_WITHIN_MS}`)]),
  ]);
}

export const batchProblem = (pointer: string, detail: string): Problem => ({
  pointer,
  detail,
  code: "BATCH",
});
const refuse = (problems: readonly Problem[]): BatchReading => ({ kind: "refused", problems });

const isWithin = (value: unknown, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;

/** Returns "up to 50, within 2s". */
export const describeBatch = ({ max, withinMs }: BatchSettings): string =>
  `up to ${max}, within ${formatDuration(withinMs)}`;
