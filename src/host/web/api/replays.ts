/** Replays: send past events to a receiver that did not get them. */
import { receiverFields } from "../../model/receiver.ts";
import { LEFT_OUT_KINDS, REPLAY_STATES } from "../../model/replay.ts";
import type { ReplayResult } from "../../model/replay.ts";
import type { ReplayPreview, ShownReplay } from "../../replay/replays.ts";
import { formatReplayId } from "../../model/ids.ts";
import { requirePortalReceiver } from "../http/subject.ts";
import { route } from "./route.ts";
import type { Call } from "./route.ts";
import { toAuthor, isoTime, presentList } from "../present/values.ts";
import { readChoice, readPage, pageParameters } from "../http/query.ts";
import { ADDON_KEY, WEBHOOK_ID_IN_BODY } from "../schema/parts.ts";
import { array, body, boolean, choice, object, string, time } from "../schema/schema.ts";
import { computeRate, replayWish } from "../present/replay.ts";
import { REPLAY, REPLAY_PAGE, REPLAY_RESULT } from "../schema/endpoint.ts";
import { ROW_CURSOR } from "../../model/cursor.ts";

const GROUP = "Replays";

const BODY = body(
  {
    to: object(
      "The receiver: an add-on or an outgoing webhook",
      {},
      { addon: ADDON_KEY, webhook: WEBHOOK_ID_IN_BODY },
      { additionalProperties: false, minProperties: 1, maxProperties: 1 },
    ),
    since: time("Events from this time on"),
  },
  {
    until: time("Events before this time; now when left out"),
    events: array(
      "Event types, with * for any text; all when left out",
      string("Event type", { minLength: 1, maxLength: 200 }),
      { minItems: 1, maxItems: 100 },
    ),
    onlyMissing: boolean("False sends events again that were delivered to the receiver", { default: true }),
    dryRun: boolean("Only shows which events would be sent", { default: false }),
  },
);

const toResult = ({ counts, examples }: ReplayResult) => ({
  events: counts.events,
  created: counts.created,
  redelivered: counts.redelivered,
  leftOut: LEFT_OUT_KINDS.flatMap((kind) => {
    const count = counts.leftOut[kind];
    if (count === undefined) return [];
    const first = examples.filter((example) => example.kind === kind);
    return [{ kind, count, first: first.map(({ event, reason }) => ({ eventId: event, reason })) }];
  }),
});

const toWindow = (replay: ShownReplay | ReplayPreview) => ({
  ...receiverFields(replay.siteNo, replay.receiver),
  since: isoTime(replay.since),
  until: isoTime(replay.until),
  eventTypes: replay.events ?? null,
  onlyMissing: replay.onlyMissing,
  aboutEvents: replay.about,
});

export const toReplay = (replay: ShownReplay, now: number) => ({
  id: formatReplayId(replay.siteNo, replay.no),
  ...toWindow(replay),
  state: replay.state,
  reason: replay.reason ?? null,
  ...toResult(replay.result),
  waiting: replay.waiting,
  eventsPerSecond: computeRate(replay, now),
  createdAt: isoTime(replay.createdAt),
  createdBy: replay.createdBy,
  endedAt: isoTime(replay.endedAt),
  dryRun: false,
});

const toPreview = ({ isComplete, ...preview }: ReplayPreview) => ({
  ...toWindow({ ...preview, isComplete }),
  ...toResult(preview.result),
  complete: isComplete,
  dryRun: true,
});

const site = ({ params }: Pick<Call, "params">) => params["site"] ?? "";
const id = ({ params }: Pick<Call, "params">) => params["id"] ?? "";

export const replayRoutes = [
  route({
    id: "createReplay",
    method: "POST",
    path: "/sites/{site}/replays",
    scope: "admin",
    subject: "site",
    group: GROUP,
    summary: "Send past events to a receiver that did not get them",
    body: BODY,
    example: { to: { addon: "com.example.addon" }, since: "2026-01-31T12:00:00Z", dryRun: true },
    success: {
      status: 202,
      description: "The replay, running; with dryRun, which events it would send",
      schema: REPLAY_RESULT,
    },
    errors: ["ADDON_NOT_FOUND", "REPLAY_RUNNING", "WEBHOOK_NOT_FOUND"],
    handle: async (call, rooms) => {
      const { replays, endpoints } = rooms;
      const wish = replayWish(call.body);
      requirePortalReceiver(call.caller, site(call), wish.receiver, rooms);
      return call.body.dryRun === true
        ? toPreview(await replays.preview(site(call), wish))
        : toReplay(await replays.create(site(call), wish, toAuthor(call)), endpoints.now());
    },
  }),
  route({
    id: "listReplays",
    method: "GET",
    path: "/sites/{site}/replays",
    scope: "read",
    subject: "site",
    group: GROUP,
    summary: "List the replays of a site, newest first",
    query: {
      ...pageParameters(ROW_CURSOR),
      state: choice("Replays in this state", REPLAY_STATES),
      q: string("Part of a receiver's name, key, ID or URL", { minLength: 1, maxLength: 200 }),
    },
    success: { status: 200, description: "Replays", schema: REPLAY_PAGE },
    handle: async ({ query, caller, ...call }, { replays, endpoints }) => {
      const filter = {
        state: readChoice(query, "state", REPLAY_STATES),
        search: query["q"],
        portal: caller.portal,
      };
      const page = await replays.list(site(call), readPage(query), filter);
      return presentList(page, (replay) => toReplay(replay, endpoints.now()));
    },
  }),
  route({
    id: "showReplay",
    method: "GET",
    path: "/sites/{site}/replays/{id}",
    scope: "read",
    subject: "replay",
    group: GROUP,
    summary: "Show a replay: its progress, and why events were left out",
    success: { status: 200, description: "The replay", schema: REPLAY },
    errors: ["REPLAY_NOT_FOUND"],
    handle: async (call, { replays, endpoints }) =>
      toReplay(await replays.show(site(call), id(call)), endpoints.now()),
  }),
  route({
    id: "cancelReplay",
    method: "DELETE",
    path: "/sites/{site}/replays/{id}",
    scope: "admin",
    subject: "replay",
    group: GROUP,
    summary: "Cancel a replay and its waiting deliveries",
    success: { status: 200, description: "The replay; one that has ended stays as it is", schema: REPLAY },
    errors: ["REPLAY_NOT_FOUND"],
    handle: async (call, { replays, endpoints }) =>
      toReplay(await replays.cancel(site(call), id(call), toAuthor(call)), endpoints.now()),
  }),
];
