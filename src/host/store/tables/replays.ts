/** Replays: stored jobs that send past events to a receiver which didn't get them. */
import type { ReplayResult, ReplayState } from "../../model/replay.ts";
import type { Change } from "../db/batch.ts";
import { takeNumbers } from "../db/counter.ts";
import { big, flag, int, json, optional, receiver, text } from "../db/columns.ts";
import type { Queryable } from "../db/database.ts";
import type { Row } from "../db/queryable.ts";
import type { Dialect } from "../db/dialect.ts";
import { defineTable } from "../db/table.ts";
import type { Uuid } from "../../model/ids.ts";
import type { Receiver } from "../../model/endpoint.ts";

/** Which past events go to which receiver. */
export interface ReplayWindow {
  readonly siteNo: number;
  readonly receiver: Receiver;
  /** Epoch ms; `until` is not included. */
  readonly since: number;
  readonly until: number;
  /** Event types; undefined = all. */
  readonly events: readonly string[] | undefined;
  /** False: events that were delivered are sent again. */
  readonly onlyMissing: boolean;
}

export interface Replay extends ReplayWindow {
  readonly no: number;
  readonly state: ReplayState;
  /** Why it was canceled. */
  readonly reason: string | undefined;
  /** The last event that was looked at. */
  readonly cursor: Uuid;
  /** Events of the window when the replay was created. */
  readonly about: number;
  readonly result: ReplayResult;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly endedAt: number | undefined;
}

const replays = defineTable<Replay, { readonly leaseId?: string; readonly leaseUntil?: number }>({
  name: "replay",
  key: ["siteNo", "no"],
  columns: {
    siteNo: int(),
    no: int(),
    receiver,
    since: big("since_at"),
    until: big("until_at"),
    events: optional(json()),
    onlyMissing: flag(),
    state: text(),
    reason: optional(text()),
    cursor: text(),
    about: int(),
    result: json(),
    createdAt: big(),
    createdBy: text(),
    endedAt: optional(big()),
  },
  unread: { leaseId: optional(text()), leaseUntil: optional(big()) },
});

export type NewReplay = ReplayWindow &
  Pick<Replay, "cursor" | "about" | "result" | "createdAt" | "createdBy">;

/** Creates the replay; or resolves to a running one of the same receiver whose window overlaps. */
export async function insertReplay(
  tx: Queryable,
  replay: NewReplay,
): Promise<{ readonly replay: Replay; readonly isNew: boolean }> {
  // The counter's row is locked until the end of the transaction, so that two processes can't both find nothing.
  const no = await takeNumbers(tx, "replay");
  const { siteNo, receiver, since, until } = replay;
  const running = await replays.list(tx, { siteNo, receiver, state: "running" }, { order: "no" });
  const overlapping = running.find((other) => other.since < until && other.until > since);
  if (overlapping !== undefined) return { replay: overlapping, isNew: false };
  const added: Replay = { ...replay, no, state: "running", reason: undefined, endedAt: undefined };
  await replays.insert(tx, added);
  return { replay: added, isNew: true };
}

export function findReplay(q: Queryable, siteNo: number, no: number): Promise<Replay | undefined> {
  return replays.find(q, { siteNo, no });
}

export interface ReplayPageOptions {
  readonly siteNo: number;
  /** Number of the last replay of the page before. */
  readonly before?: number | undefined;
  readonly state?: ReplayState | undefined;
  /** Those to these receivers alone. */
  readonly receivers?: readonly Receiver[] | undefined;
  readonly limit: number;
}

/** Above every number. */
const NEWEST = 2 ** 31 - 1;

/** Newest first. */
export function listReplays(
  q: Queryable,
  { siteNo, before = NEWEST, state, receivers, limit }: ReplayPageOptions,
): Promise<readonly Replay[]> {
  const chosen = q.dialect.rows("$4", { addon_key: "text", webhook_no: "int" }, "w");
  const isChosen = `(addon_key IN (SELECT w.addon_key FROM ${chosen} WHERE w.addon_key IS NOT NULL)
    OR webhook_no IN (SELECT w.webhook_no FROM ${chosen} WHERE w.webhook_no IS NOT NULL))`;
  const rows = receivers?.map((each) =>
    each.kind === "addon" ? [each.addonKey, null] : [null, each.webhookNo],
  );
  return replays.list(
    q,
    [
      `site_no = $1 AND no < $2 AND ($3 = '' OR state = $3) ${rows === undefined ? "" : `AND ${isChosen}`}`,
      siteNo,
      before,
      state ?? "",
      ...(rows === undefined ? [] : [JSON.stringify(rows)]),
    ],
    { order: "no DESC", limit },
  );
}

export interface ReplayLease {
  readonly id: string;
  readonly until: number;
}

/**
 * Leases running replays that no other process runs, and extends the leases of those that this process runs. Other processes
 * have none on SQLite: the process that held a lease there has ended.
 */
export async function claimReplays(
  tx: Queryable,
  lease: ReplayLease,
  most: number,
  now: number,
): Promise<readonly Replay[]> {
  const { at, bindAt, isDistributed, isShared, skipLocked } = tx.dialect;
  const isFree = isShared ? `AND (lease_id IS NULL OR lease_id = $1 OR lease_until < ${at("0")})` : "";
  const claim = (most: number, ofSite = "", siteNos: readonly number[] = []) =>
    tx.query(
      `UPDATE callboard_replay SET lease_id = $1, lease_until = ${at("$2")}
     WHERE (site_no, no) IN (SELECT site_no, no FROM callboard_replay WHERE state = 'running' ${isFree} ${ofSite}
       ORDER BY site_no, no LIMIT $3 ${skipLocked}) ${ofSite}
     RETURNING *`,
      [lease.id, bindAt(lease.until, now), most, ...siteNos],
    );
  const rows = isDistributed ? await claimBySite(tx, most, claim) : await claim(most);
  return rows.map(replays.toRecord).toSorted((a, b) => a.siteNo - b.siteNo || a.no - b.no);
}

/** Rows are locked on one server at a time. */
async function claimBySite(
  tx: Queryable,
  most: number,
  claim: (most: number, ofSite: string, siteNos: readonly number[]) => Promise<Row[]>,
): Promise<readonly Row[]> {
  const found = await tx.query<{ site_no: number }>(
    "SELECT DISTINCT site_no FROM callboard_replay WHERE state = 'running' ORDER BY site_no",
  );
  const rows: Row[] = [];
  for (const { site_no: siteNo } of found) {
    if (rows.length >= most) break;
    rows.push(...(await claim(most - rows.length, "AND site_no = $4", [siteNo])));
  }
  return rows;
}

/** Gives back what this process runs, so that another one takes over at once. */
export async function releaseReplays(tx: Queryable, leaseId: string): Promise<void> {
  await tx.query(
    "UPDATE callboard_replay SET lease_id = NULL, lease_until = NULL WHERE lease_id = $1 AND state = 'running'",
    [leaseId],
  );
}

interface AdvanceChangeOptions {
  readonly to: {
    readonly cursor: Uuid;
    readonly result: ReplayResult;
    readonly endedAt: number | undefined;
  };
  readonly lease: ReplayLease;
  readonly now: number;
}

/** Moves the cursor from where it was; no row if the replay was canceled, taken over by another process, or moved on. */
export function advanceChange(
  { at, bindAt }: Dialect,
  { siteNo, no, cursor }: Pick<Replay, "siteNo" | "no" | "cursor">,
  { to, lease, now }: AdvanceChangeOptions,
): Change {
  return {
    rows: 1,
    sql: `UPDATE callboard_replay SET cursor = $5, result = $6, lease_until = ${at("$7")}, ended_at = $8, state = $9
     WHERE site_no = $1 AND no = $2 AND state = 'running' AND lease_id = $3 AND cursor = $4`,
    bind: [
      siteNo,
      no,
      lease.id,
      cursor,
      to.cursor,
      JSON.stringify(to.result),
      bindAt(lease.until, now),
      to.endedAt ?? null,
      to.endedAt === undefined ? "running" : "done",
    ],
  };
}

interface CancelReplayOptions {
  readonly siteNo: number;
  readonly no: number;
  readonly reason: string;
  readonly now: number;
}

/** Ends a running replay; one that has ended stays as it is. Resolves to false then. */
export async function cancelReplay(
  tx: Queryable,
  { siteNo, no, reason, now }: CancelReplayOptions,
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE callboard_replay SET state = 'cancelled', reason = $3, ended_at = $4, lease_id = NULL, lease_until = NULL
     WHERE site_no = $1 AND no = $2 AND state = 'running' RETURNING 1 AS one`,
    [siteNo, no, reason, now],
  );
  return rows.length > 0;
}

/** Deletes at most `most` ended replays before a time; of a deleted site (`before` undefined) also running ones. */
export async function removeReplays(
  tx: Queryable,
  siteNo: number,
  before: number | undefined,
  most: number,
): Promise<number> {
  const isOld = before === undefined ? "" : "AND ended_at < $3";
  const removed = await tx.query(
    `DELETE FROM callboard_replay WHERE (site_no, no) IN (SELECT site_no, no FROM callboard_replay
       WHERE site_no = $1 ${isOld} ORDER BY no LIMIT $2) RETURNING 1 AS one`,
    [siteNo, most, ...(before === undefined ? [] : [before])],
  );
  return removed.length;
}
