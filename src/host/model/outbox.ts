/** Rows of an outbox: how many are read at once, and what becomes of each. Pure. */
import { CallboardError, getMessage } from "../../errors.ts";
import { isObject } from "../../json/object.ts";
import type { IncomingEvent } from "./plan.ts";
import type { PublishOptions } from "./published.ts";
import type { TermFields } from "./terms.ts";

/** A row that waits, without its payload. Texts are cut a little above what an event takes. */
export interface OutboxRow {
  /** Number of the row, as text. */
  readonly no: string;
  readonly id: string;
  readonly site: string;
  readonly event: string;
  readonly project: string | null;
  readonly user: string | null;
  readonly flow: string | null;
  /** JSON text. */
  readonly terms: string | null;
  readonly payloadBytes: number;
}

/** Reads an event as its publisher wrote it. Throws what refuses a request to publish it. */
export type ReadPublished = (
  site: string,
  event: string,
  payload: object,
  options: Omit<PublishOptions, "client">,
) => IncomingEvent;

/** `accepted`: the row can be deleted. `refused`: the row says why. `postponed`: the row is read again. */
export type OutboxOutcome =
  | { readonly kind: "accepted"; readonly duplicate: boolean }
  | { readonly kind: "refused"; readonly code: string; readonly detail: string }
  | { readonly kind: "postponed"; readonly retryAfterMs: number };

/** The state of the reader. */
export type OutboxStanding =
  | { readonly kind: "starting" }
  /** Counted up to {@link MAX_COUNTED}. */
  | { readonly kind: "reading"; readonly waiting: number; readonly refused: number }
  | { readonly kind: "failing"; readonly problem: string };

export const MAX_COUNTED = 10_000;
const DEFAULT_RETRY_MS = 1_000;
/** 429 and 503 say nothing against the row: too many events, or a database that is away. */
const PASSING: ReadonlySet<number> = new Set([429, 503]);
const MAX_DETAIL_LENGTH = 1_000;
const MAX_PROBLEMS_TOLD = 5;

/** Returns what becomes of a row whose event was not accepted. */
export function toOutcome(error: unknown): OutboxOutcome {
  if (!(error instanceof CallboardError))
    return { kind: "refused", code: "INTERNAL", detail: toDetail(error) };
  if (!PASSING.has(error.status)) return { kind: "refused", code: error.code, detail: toDetail(error) };
  const { retryAfterSeconds } = error;
  return {
    kind: "postponed",
    retryAfterMs: retryAfterSeconds === undefined ? DEFAULT_RETRY_MS : retryAfterSeconds * 1_000,
  };
}

function toDetail(error: unknown): string {
  const problems = error instanceof CallboardError ? error.errors.slice(0, MAX_PROBLEMS_TOLD) : [];
  const lines = [getMessage(error), ...problems.map(({ pointer, detail }) => `${pointer} ${detail}`)];
  // PostgreSQL has no place for this character.
  return lines.join("\n").replaceAll("\0", "").slice(0, MAX_DETAIL_LENGTH);
}

const TERMS = ["expiresAt", "retry", "deliverAfter"] as const satisfies readonly (keyof TermFields)[];
export const MAX_TERMS_LENGTH = 1_000;

/**
 * Returns what the row asks of its event's deliveries. Values are checked where those of every event are; no other option of an event
 * can be given here.
 * @throws {CallboardError} EVENT_SCHEMA if it is anything but an object of terms
 */
export function readTermsColumn(text: string | null): Pick<PublishOptions, keyof TermFields> {
  if (text === null) return {};
  const given = text.length > MAX_TERMS_LENGTH ? undefined : (JSON.parse(text) as unknown);
  const names: readonly string[] = TERMS;
  if (isObject(given) && Object.keys(given).every((name) => names.includes(name))) return given;
  const detail = `must be an object with no other members than ${TERMS.join(", ")}`;
  throw new CallboardError("EVENT_SCHEMA", "The terms of the row do not fit", {
    errors: [{ pointer: "/terms", detail }],
  });
}

/** Splits rows so that the payloads of each portion are at most `mostBytes` together, or those of one row. */
export function toPortions(rows: readonly OutboxRow[], mostBytes: number): readonly (readonly OutboxRow[])[] {
  const portions: OutboxRow[][] = [];
  let bytes = Infinity;
  for (const row of rows) {
    if (bytes + row.payloadBytes > mostBytes) {
      portions.push([]);
      bytes = 0;
    }
    portions.at(-1)?.push(row);
    bytes += row.payloadBytes;
  }
  return portions;
}

/** Returns the state for people and probes: "ok", or what is wrong. */
export function describeStanding(standing: OutboxStanding): string {
  switch (standing.kind) {
    case "starting":
      return "not read yet";
    case "failing":
      return standing.problem;
    case "reading": {
      const { refused } = standing;
      if (refused === 0) return "ok";
      const count = refused >= MAX_COUNTED ? `${MAX_COUNTED} or more` : String(refused);
      return `${count} refused ${refused === 1 ? "row" : "rows"}; see refused_code and refused_detail`;
    }
  }
}
