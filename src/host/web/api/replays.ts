/** Replays: send past events to a receiver that did not get them. */
import { receiverFields } from "../../model/receiver.ts";
import { LEFT_OUT_KINDS } from "../../model/replay.ts";
import type { ReplayResult } from "../../model/replay.ts";
import type { ReplayPreview, ShownReplay } from "../../replay/replays.ts";
import { formatReplayId } from "../../model/ids.ts";
import { route } from "./route.ts";
import type { Call } from "./route.ts";
import { toAuthor, isoTime, presentList } from "../present/values.ts";
import { PAGE_PARAMETERS, pageOf } from "../http/query.ts";
import { computeRate, type ReplayBody, replayWish } from "../present/replay.ts";

const GROUP = "Replays";

const BODY = {
  type: "object",
  required: ["to", "since"],
  additionalProperties: false,
  properties: {
    to: {
      type: "object",
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
      properties: {
        addon: { type: "string", minLength: 1, description: "Key of an add-on" },
        webhook: { type: "string", minLength: 1, description: "ID of an outgoing webhook" },
      },
    },
    since: { type: "string", description: "Events from this time on" },
    until: { type: "string", description: "Events before this time; now when left out" },
    events: {
      type: "array",
      minItems: 1,
      maxItems: 100,
      items: { type: "string", minLength: 1, maxLength: 200 },
      description: "Event types, with * for any text; all when left out",
    },
    onlyMissing: {
      type: "boolean",
      default: true,
      description: "false sends events again that were delivered to the receiver",
    },
    dryRun: { type: "boolean", default: false, description: "Only tells which events would be sent" },
  },
} as const;

const resultOf = ({ counts, examples }: ReplayResult) => ({
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

const windowOf = (replay: ShownReplay | ReplayPreview) => ({
  ...receiverFields(replay.siteNo, replay.receiver),
  since: isoTime(replay.since),
  until: isoTime(replay.until),
  eventTypes: replay.events ?? null,
  onlyMissing: replay.onlyMissing,
  aboutEvents: replay.about,
});

export const replayOf = (replay: ShownReplay, now: number) => ({
  id: formatReplayId(replay.siteNo, replay.no),
  ...windowOf(replay),
  state: replay.state,
  reason: replay.reason ?? null,
  ...resultOf(replay.result),
  waiting: replay.waiting,
  eventsPerSecond: computeRate(replay, now),
  createdAt: isoTime(replay.createdAt),
  createdBy: replay.createdBy,
  endedAt: isoTime(replay.endedAt),
  dryRun: false,
});

const previewOf = ({ isComplete, ...preview }: ReplayPreview) => ({
  ...windowOf({ ...preview, isComplete }),
  ...resultOf(preview.result),
  complete: isComplete,
  dryRun: true,
});

const site = ({ params }: Pick<Call, "params">) => params["site"] ?? "";
const id = ({ params }: Pick<Call, "params">) => params["id"] ?? "";

export const replayRoutes = [
  route<ReplayBody>({
    method: "POST",
    path: "/sites/{site}/replays",
    scope: "admin",
    group: GROUP,
    summary: "Send past events to a receiver that did not get them",
    body: BODY,
    success: { status: 202, description: "The replay, running; with dryRun, which events it would send" },
    handle: async (call, { replays, endpoints }) => {
      const wish = replayWish(call.body);
      return call.body.dryRun === true
        ? previewOf(await replays.preview(site(call), wish))
        : replayOf(await replays.create(site(call), wish, toAuthor(call)), endpoints.now());
    },
  }),
  route({
    method: "GET",
    path: "/sites/{site}/replays",
    scope: "read",
    group: GROUP,
    summary: "List the replays of a site, newest first",
    query: PAGE_PARAMETERS,
    success: { status: 200, description: "Replays" },
    handle: async (call, { replays, endpoints }) => {
      const page = await replays.list(site(call), pageOf(call.query));
      return presentList(page, (replay) => replayOf(replay, endpoints.now()));
    },
  }),
  route({
    method: "GET",
    path: "/sites/{site}/replays/{id}",
    scope: "read",
    group: GROUP,
    summary: "Show a replay: its progress, and why events were left out",
    success: { status: 200, description: "The replay" },
    handle: async (call, { replays, endpoints }) =>
      replayOf(await replays.show(site(call), id(call)), endpoints.now()),
  }),
  route({
    method: "DELETE",
    path: "/sites/{site}/replays/{id}",
    scope: "admin",
    group: GROUP,
    summary: "Cancel a replay, and its deliveries that wait",
    success: { status: 200, description: "The replay; one that has ended stays as it is" },
    handle: async (call, { replays, endpoints }) =>
      replayOf(await replays.cancel(site(call), id(call), toAuthor(call)), endpoints.now()),
  }),
];
