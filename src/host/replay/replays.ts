/** Creates, previews, lists, shows and cancels replays. */
import type { Catalogue } from "../../catalogue/index.ts";
import { CallboardError } from "../../errors.ts";
import type { Problem } from "../../errors.ts";
import { pageFrom, requireNumberCursor } from "../model/cursor.ts";
import type { PageRequest } from "../model/cursor.ts";
import { canonicalName } from "../model/event-index.ts";
import { eventsFitting, whyUnknownEvent } from "../model/event-name.ts";
import { isPattern } from "../model/event-pattern.ts";
import { findReceivers } from "../model/find-receivers.ts";
import type { Portal } from "../model/portal.ts";
import { NO_RESULT, addResults } from "../model/replay.ts";
import type { ReplayResult, ReplayState } from "../model/replay.ts";
import { formatReceiverId, receiverName } from "../model/receiver.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import type { Database, Queryable } from "../store/db/database.ts";
import { firstUuidAt, formatReplayId, parseReplayId } from "../model/ids.ts";
import {
  cancelWaitingOfReplay,
  countWaitingOfReplay,
  countWaitingOfReplays,
} from "../store/tables/replay-deliveries.ts";
import { countEvents } from "../store/tables/replay-events.ts";
import { cancelReplay, findReplay, insertReplay, listReplays } from "../store/tables/replays.ts";
import type { Replay, ReplayWindow } from "../store/tables/replays.ts";
import type { EndedDelivery } from "../store/tables/ended.ts";
import type { Snapshots } from "../store/snapshot.ts";
import { examineChunk } from "./chunk.ts";
import { readKeptFrom } from "./runner.ts";
import type { ReplayRunner, ReplayRunnerParts } from "./runner.ts";
import type { Receiver } from "../model/endpoint.ts";
import { requireSite } from "../model/site-snapshot.ts";
import type { SiteSnapshot } from "../model/site-snapshot.ts";

/** Events that a preview looks at, and the time after which it looks at no more. */
const MAX_PREVIEWED = 20_000;
const MAX_PREVIEW_MS = 3_000;
const EVENTS_AT_ONCE = 50;

export interface ReplayWish {
  readonly receiver: Receiver;
  /** Epoch ms. */
  readonly since: number;
  /** Now when left out. */
  readonly until?: number | undefined;
  /** Event types, with * for any text; all when left out. */
  readonly events?: readonly string[] | undefined;
  readonly onlyMissing: boolean;
}

export interface ShownReplay extends Replay {
  /** Its deliveries that are still to be sent. */
  readonly waiting: number;
}

export interface ReplayPreview extends ReplayWindow {
  /** Events of the window. */
  readonly about: number;
  readonly result: ReplayResult;
  /** False if the window has more events than a preview looks at. */
  readonly isComplete: boolean;
}

export interface ReplayPage {
  readonly items: readonly ShownReplay[];
  readonly next: string | undefined;
}

/** Everything is optional; what is given must all hold. */
export interface ReplayFilter {
  readonly state?: ReplayState | undefined;
  /** Part of the name, key, ID or URL of a receiver that still exists. */
  readonly search?: string | undefined;
  /** Those to receivers of this portal. */
  readonly portal?: Portal | undefined;
}

export interface Replays {
  /**
   * @throws {CallboardError} SITE_NOT_FOUND; BODY_SCHEMA with the JSON pointer of an unusable window, an unknown receiver or event
   *   type; REPLAY_RUNNING with the ID of a replay that sends events of the window to the receiver
   */
  readonly create: (siteKey: string, wish: ReplayWish, by: Author) => Promise<ShownReplay>;
  /** Writes nothing. @throws as create does, without REPLAY_RUNNING */
  readonly preview: (siteKey: string, wish: ReplayWish) => Promise<ReplayPreview>;
  /** Newest first. @throws {CallboardError} SITE_NOT_FOUND, QUERY_INVALID */
  readonly list: (siteKey: string, page: PageRequest, filter?: ReplayFilter) => Promise<ReplayPage>;
  /** @throws {CallboardError} SITE_NOT_FOUND, REPLAY_NOT_FOUND */
  readonly show: (siteKey: string, id: string) => Promise<ShownReplay>;
  /** Ends the replay and cancels its deliveries that wait. One that has ended stays as it is. @throws as show does */
  readonly cancel: (siteKey: string, id: string, by: Author) => Promise<ShownReplay>;
}

export interface ReplaysParts extends Pick<ReplayRunnerParts, "ages" | "now"> {
  readonly catalogue: Catalogue;
  readonly database: Database;
  readonly snapshots: Pick<Snapshots, "byKey" | "refresh">;
  readonly runner: Pick<ReplayRunner, "wake">;
  /** Tells this process what waits no longer. */
  readonly drop: (deliveries: readonly EndedDelivery[]) => void;
}

export function createReplays(parts: ReplaysParts): Replays {
  const { database, snapshots, runner, drop, now } = parts;
  const { read, lists } = database;

  const getSite = (siteKey: string): SiteSnapshot => requireSite(snapshots.byKey, siteKey);

  async function loadSite(siteKey: string): Promise<SiteSnapshot> {
    await snapshots.refresh(read);
    return getSite(siteKey);
  }

  async function shown(replay: Replay): Promise<ShownReplay> {
    return { ...replay, waiting: await countWaitingOfReplay(read, replay.siteNo, replay.no) };
  }

  async function load(siteKey: string, id: string): Promise<Replay> {
    const { siteNo, no } = parseReplayId(id);
    const found = siteNo === getSite(siteKey).site.no ? await findReplay(read, siteNo, no) : undefined;
    if (found === undefined) throw new CallboardError("REPLAY_NOT_FOUND", `${siteKey} has no replay ${id}`);
    return found;
  }

  async function countWindow(q: Queryable, window: ReplayWindow): Promise<number> {
    return countEvents(q, window, firstUuidAt(window.since), firstUuidAt(window.until));
  }

  return {
    create: async (siteKey, wish, by) => {
      const snapshot = await loadSite(siteKey);
      const window = toWindow(snapshot, wish, parts);
      const about = await countWindow(read, window);
      const created = await database.write(async (tx) => {
        const { replay, isNew } = await insertReplay(tx, {
          ...window,
          cursor: firstUuidAt(window.since),
          about,
          result: NO_RESULT,
          createdAt: now(),
          createdBy: by.actor,
        });
        if (!isNew) throw alreadyRunning(replay);
        const id = formatReplayId(replay.siteNo, replay.no);
        const object = `${siteKey}/${formatReceiverId(window.siteNo, window.receiver)}`;
        await appendAudit(tx, {
          ...by,
          action: "replay.created",
          object,
          detail: `${id}: ${describeWindow(window)}`,
        });
        return replay;
      });
      runner.wake();
      return { ...created, waiting: 0 };
    },
    preview: async (siteKey, wish) => {
      const snapshot = await loadSite(siteKey);
      const window = toWindow(snapshot, wish, parts);
      const keptFrom = await readKeptFrom(parts);
      const q = await lists();
      const startedAt = performance.now();
      let result = NO_RESULT;
      let cursor = firstUuidAt(window.since);
      for (;;) {
        const chunk = await examineChunk(q, {
          window,
          snapshot,
          after: cursor,
          maxEvents: EVENTS_AT_ONCE,
          maxDeliveries: Number.POSITIVE_INFINITY,
          keptFrom,
          full: new Set(),
        });
        result = addResults(result, chunk.results);
        cursor = chunk.cursor;
        const isEnough =
          result.counts.events >= MAX_PREVIEWED || performance.now() - startedAt > MAX_PREVIEW_MS;
        if (chunk.isLast || isEnough) {
          const about = chunk.isLast ? result.counts.events : await countWindow(q, window);
          return { ...window, about, result, isComplete: chunk.isLast };
        }
      }
    },
    list: async (siteKey, { limit, cursor }, { state, search = "", portal } = {}) => {
      const snapshot = getSite(siteKey);
      const siteNo = snapshot.site.no;
      const before = cursor === undefined ? undefined : requireNumberCursor(cursor, 9);
      const receivers =
        search.trim() === "" && portal === undefined
          ? undefined
          : findReceivers(snapshot, { portal, search }).map(({ receiver }) => receiver);
      const q = await lists();
      const found = await listReplays(q, { siteNo, before, state, receivers, limit: limit + 1 });
      const { items, next } = pageFrom(found, limit, ({ no }) => String(no));
      const waiting = await countWaitingOfReplays(
        q,
        siteNo,
        items.map(({ no }) => no),
      );
      return { items: items.map((replay) => ({ ...replay, waiting: waiting.get(replay.no) ?? 0 })), next };
    },
    show: async (siteKey, id) => shown(await load(siteKey, id)),
    cancel: async (siteKey, id, by) => {
      const { siteNo, no, receiver } = await load(siteKey, id);
      const cancelled = await database.write(async (tx) => {
        const wasRunning = await cancelReplay(tx, {
          siteNo,
          no,
          reason: `canceled by ${by.actor}`,
          now: now(),
        });
        const waiting = await cancelWaitingOfReplay(tx, siteNo, no, now());
        if (wasRunning || waiting.length > 0) {
          const object = `${siteKey}/${formatReceiverId(siteNo, receiver)}`;
          const detail = `${id}: ${waiting.length} waiting deliveries`;
          await appendAudit(tx, { ...by, action: "replay.cancelled", object, detail });
        }
        return waiting;
      });
      if (cancelled.length > 0) drop(cancelled);
      return shown(await load(siteKey, id));
    },
  };
}

const formatIso = (at: number): string => new Date(at).toISOString();

function describeWindow({ since, until, events, onlyMissing }: ReplayWindow): string {
  const what = `${formatIso(since)} to ${formatIso(until)}, ${onlyMissing ? "missing events" : "all events"}`;
  return events === undefined ? what : `${what} of ${events.join(", ")}`.slice(0, 500);
}

function alreadyRunning(replay: Replay): CallboardError {
  const id = formatReplayId(replay.siteNo, replay.no);
  return new CallboardError(
    "REPLAY_RUNNING",
    `The replay ${id} sends events of this window to the receiver. Wait until it is done, or cancel it`,
    { extra: { replay: id } },
  );
}

/** @throws {CallboardError} BODY_SCHEMA */
function toWindow(
  snapshot: SiteSnapshot,
  wish: ReplayWish,
  { catalogue, now }: Pick<ReplaysParts, "catalogue" | "now">,
): ReplayWindow {
  const { product, site } = snapshot;
  const { receiver, since, onlyMissing } = wish;
  const at = now();
  const until = Math.min(wish.until ?? at, at);
  const problems: Problem[] = [];
  const complain = (pointer: string, detail: string) =>
    void problems.push({ pointer, detail, code: "BODY_SCHEMA" });
  if (receiverName(snapshot, receiver) === undefined) {
    const id = JSON.stringify(formatReceiverId(site.no, receiver).slice(0, 200));
    complain(`/to/${receiver.kind}`, `must be a receiver of ${site.key}; ${id} is none`);
  }
  if (since >= (wish.until ?? at)) {
    const end = wish.until === undefined ? "now" : `until, ${formatIso(wish.until)}`;
    complain("/since", `must be before ${end}; it is ${formatIso(since)}`);
  } else if (since >= at) complain("/since", `must be before now; it is ${formatIso(since)}`);
  const names = wish.events?.flatMap((event, index) => {
    const unknown = whyUnknownEvent(catalogue, product, event);
    if (unknown !== undefined) complain(`/events/${index}`, unknown);
    return isPattern(event) ? eventsFitting(product, event) : [canonicalName(product, event)];
  });
  if (problems.length > 0) {
    const [first] = problems;
    const message =
      problems.length === 1
        ? `The body does not fit: ${first?.pointer} ${first?.detail}`
        : `The body does not fit in ${problems.length} places`;
    throw new CallboardError("BODY_SCHEMA", message, { errors: problems });
  }
  const events = names === undefined || names.length === 0 ? undefined : [...new Set(names)];
  return { siteNo: site.no, receiver, since, until, events, onlyMissing };
}
