/** Tries a body filter on the latest events of a site, before it is saved. Nothing is written. */
import { CallboardError } from "../../errors.ts";
import { takeTurn } from "../../turn.ts";
import { readBodyFilter } from "../model/body-filter.ts";
import type { BodyFilter } from "../model/body-filter.ts";
import { compileBodyFilter } from "../model/body-filter-judge.ts";
import type { BodyVerdict } from "../model/body-filter-judge.ts";
import type { EventRecord } from "../model/event.ts";
import { readAhead, readBodyValue } from "../model/payload.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";
import type { Queryable } from "../store/db/database.ts";
import { listLatest, readEventBody } from "./latest-events.ts";

export const DEFAULT_TRIED = 20;
export const MAX_TRIED = 100;
/** No more bodies are read after this many bytes. */
const MAX_BYTES = 64 * 1024 * 1024;
/** A larger body is read with turns for others in between. */
const LARGE_BODY_BYTES = 256 * 1024;

export interface BodyFilterTrial {
  /** A JSON object, or its text. */
  readonly bodyFilter: BodyFilter | string;
  /** Event types or patterns; undefined for those that "all events" includes. */
  readonly events: readonly string[] | undefined;
  /** Maximum number of events, up to {@link MAX_TRIED}. */
  readonly limit: number;
}

export interface TriedEvent {
  readonly event: EventRecord;
  readonly result: "matched" | "not-matched" | "body-deleted";
  /** Why it doesn't match, or why it matches although that can't be judged. A clause. */
  readonly reason: string | undefined;
}

export interface TriedBodyFilter {
  /** Newest first. Fewer than the limit if there are no more among the latest 2,000, or if their bodies have 64 MiB in all. */
  readonly items: readonly TriedEvent[];
  readonly counts: {
    readonly events: number;
    readonly matched: number;
    readonly notMatched: number;
    readonly bodyDeleted: number;
  };
}

/** @throws {CallboardError} BODY_FILTER or BODY_FILTER_TOO_COMPLEX with every problem */
export async function tryBodyFilter(
  q: Queryable,
  snapshot: SiteSnapshot,
  { bodyFilter, events, limit }: BodyFilterTrial,
): Promise<TriedBodyFilter> {
  const judge = compileOrRefuse(bodyFilter);
  const latest = await listLatest(q, snapshot, events, limit);
  const items: TriedEvent[] = [];
  let bytes = 0;
  for (const event of latest) {
    bytes += event.bodySize;
    if (bytes > MAX_BYTES && items.length > 0) break;
    items.push(await tryEvent(q, event, judge));
    await takeTurn();
  }
  const count = (result: TriedEvent["result"]) => items.filter((item) => item.result === result).length;
  return {
    items,
    counts: {
      events: items.length,
      matched: count("matched"),
      notMatched: count("not-matched"),
      bodyDeleted: count("body-deleted"),
    },
  };
}

type Judge = (body: unknown) => BodyVerdict;

function compileOrRefuse(bodyFilter: BodyFilter | string): Judge {
  const reading = readBodyFilter(bodyFilter, "/bodyFilter");
  if (reading.kind === "filter") return compileBodyFilter(reading.condition);
  const { problems } = reading;
  const [first] = problems;
  const more = problems.length === 1 ? "" : `; ${problems.length} problems in all`;
  throw new CallboardError(
    first?.code ?? "BODY_FILTER",
    `${first?.detail ?? "The body filter is invalid"}${more}`,
    {
      errors: problems,
    },
  );
}

async function tryEvent(q: Queryable, event: EventRecord, judge: Judge): Promise<TriedEvent> {
  const body = await readEventBody(q, event);
  if (body === undefined) return { event, result: "body-deleted", reason: undefined };
  if (body.length > LARGE_BODY_BYTES) await readAhead(body, takeTurn);
  const verdict = judge(readBodyValue(body).value);
  switch (verdict.kind) {
    case "met":
      return { event, result: "matched", reason: undefined };
    case "undecided":
      return { event, result: "matched", reason: verdict.because };
    case "unmet":
      return { event, result: "not-matched", reason: verdict.because };
  }
}
