/**
 * Reads the outbox of another program: publishes each row of its table, and then deletes it. A process that dies in between leaves
 * the row; its ID makes the second event a duplicate of the first. Rows that can't be accepted say why, and stay. One process reads
 * at a time, so that rows of a site are accepted in their order.
 */
import { CallboardError } from "../../errors.ts";
import type { PostgresTarget } from "../../database-url.ts";
import type { Logger, SparseLog } from "../../logger.ts";
import { createRepeating } from "../../repeating.ts";
import { steadyNow } from "../../steady.ts";
import { MAX_COUNTED, toPortions } from "../model/outbox.ts";
import type { OutboxOutcome, OutboxRow, OutboxStanding } from "../model/outbox.ts";
import { describeTableProblem, visit } from "../store/db/visit.ts";
import type { Visit } from "../store/db/visit.ts";
import {
  OUTBOX_CHANNEL,
  countOutbox,
  deleteAccepted,
  lockWaiting,
  markRefused,
  loadPayloads,
  lockReading,
} from "../store/tables/outbox.ts";
import type { OutboxQuery } from "../store/tables/outbox.ts";
import type { PublishRows, SettledRow } from "./publish-rows.ts";

/** Rows of one transaction, and bytes of payloads in memory. */
const MAX_ROWS = 100;
const MAX_BYTES = 8 * 1024 * 1024;
/** Until the next look without a notice; the second where no notices arrive, or another process reads. */
const LISTENING_MS = 5_000;
const POLLING_MS = 1_000;
const COUNT_EVERY_MS = 10_000;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;

export interface OutboxReaderParts {
  readonly target: PostgresTarget;
  readonly publishRows: PublishRows;
  readonly bodyLimitBytes: number;
  /** A row was accepted or refused, and the change of its table is committed. */
  readonly onSettled: (outcome: Exclude<OutboxOutcome, { kind: "postponed" }>) => void;
  readonly onStanding: (standing: OutboxStanding) => void;
  readonly logger: Logger;
  readonly sparse: SparseLog;
}

export interface OutboxReader {
  readonly start: () => void;
  /** Resolves when the rows under way are settled, and leaves the database. */
  readonly stop: () => Promise<void>;
  readonly standing: () => OutboxStanding;
}

/** `elsewhere`: another process reads. */
type Taken =
  { readonly kind: "elsewhere" } | { readonly kind: "taken"; readonly settled: readonly SettledRow[] };

export function createOutboxReader(parts: OutboxReaderParts): OutboxReader {
  const { target, publishRows, bodyLimitBytes, onSettled, onStanding, logger, sparse } = parts;
  let visited: Visit | undefined;
  let standing: OutboxStanding = { kind: "starting" };
  let failures = 0;
  let countAt = 0;

  function stand(next: OutboxStanding): void {
    if (next.kind === "reading" && standing.kind !== "reading")
      logger.info("outbox.reading", { database: target.shown });
    standing = next;
    onStanding(next);
  }

  function fail(error: unknown): void {
    const problem = describeProblem(error);
    if (standing.kind !== "failing" || standing.problem !== problem)
      logger.warn("outbox.failing", { database: target.shown, problem, error });
    stand({ kind: "failing", problem });
  }

  async function publishPortion(
    query: OutboxQuery,
    rows: readonly OutboxRow[],
  ): Promise<readonly SettledRow[]> {
    const readable = rows.filter(({ payloadBytes }) => payloadBytes <= bodyLimitBytes);
    return publishRows(rows, await loadPayloads(query, readable));
  }

  /** Publishes rows in their order. A portion behind one with a row that has to wait is left for the next time. */
  async function publishAll(query: OutboxQuery, rows: readonly OutboxRow[]): Promise<readonly SettledRow[]> {
    const settled: SettledRow[] = [];
    for (const portion of toPortions(rows, MAX_BYTES)) {
      const published = await publishPortion(query, portion);
      settled.push(...published);
      if (published.some(({ outcome }) => outcome.kind === "postponed")) break;
    }
    return settled;
  }

  /** One transaction: the rows stay locked until they are settled. */
  async function takeRows(query: OutboxQuery): Promise<Taken> {
    if (!(await lockReading(query))) return { kind: "elsewhere" };
    const settled = await publishAll(query, await lockWaiting(query, MAX_ROWS));
    await deleteAccepted(
      query,
      settled.flatMap(({ row, outcome }) => (outcome.kind === "accepted" ? [row] : [])),
    );
    await markRefused(
      query,
      settled.flatMap(({ row, outcome }) => (outcome.kind === "refused" ? [{ row, ...outcome }] : [])),
    );
    return { kind: "taken", settled };
  }

  function tell({ row, outcome }: SettledRow): void {
    if (outcome.kind === "postponed") return;
    onSettled(outcome);
    if (outcome.kind === "accepted") return;
    const { no, id, site, event } = row;
    const { code, detail } = outcome;
    sparse.write(`${site} ${code}`, "warn", "outbox.refused", { no, id, site, event, code, detail });
  }

  async function count(there: Visit): Promise<void> {
    if (steadyNow() < countAt && standing.kind === "reading") return;
    countAt = steadyNow() + COUNT_EVERY_MS;
    stand({ kind: "reading", ...(await there.write((query) => countOutbox(query, MAX_COUNTED))) });
  }

  /** @returns ms until the next look */
  async function read(): Promise<number> {
    if (visited?.isLost() === true) await leave();
    const there = (visited ??= await visit({ target, channel: OUTBOX_CHANNEL, onNotice: work.wake }));
    const taken = await there.write(takeRows);
    const settled = taken.kind === "taken" ? taken.settled : [];
    settled.forEach(tell);
    if (settled.some(({ outcome }) => outcome.kind === "refused")) countAt = 0;
    await count(there);
    failures = 0;
    const retries = settled.flatMap(({ outcome }) =>
      outcome.kind === "postponed" ? outcome.retryAfterMs : [],
    );
    if (retries.length > 0) return Math.min(...retries);
    if (settled.length === MAX_ROWS) return 0;
    // The other one may end.
    if (taken.kind === "elsewhere") return POLLING_MS;
    return there.listens ? LISTENING_MS : POLLING_MS;
  }

  async function leave(): Promise<void> {
    const left = visited;
    visited = undefined;
    await left?.close();
  }

  async function readOrLeave(): Promise<number> {
    try {
      return await read();
    } catch (error) {
      failures += 1;
      fail(error);
      await leave();
      return Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
    }
  }

  const work = createRepeating({
    run: readOrLeave,
    everyMs: POLLING_MS,
    firstMs: 0,
    onError: (error) => logger.error("outbox.reader-failed", { error }),
  });
  return {
    start: work.start,
    stop: async () => {
      await work.stop();
      await leave();
    },
    standing: () => standing,
  };
}

/** For everybody who asks: without addresses and names. The log has them. */
function describeProblem(error: unknown): string {
  const ofTable = describeTableProblem(error);
  if (ofTable !== undefined) return ofTable;
  return error instanceof CallboardError && error.code === "CONFIG_INVALID"
    ? "the database of CALLBOARD_OUTBOX_URL can't be used; the server log says why"
    : "the database of CALLBOARD_OUTBOX_URL cannot be reached";
}
