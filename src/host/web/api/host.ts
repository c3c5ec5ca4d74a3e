/** The host itself: how things stand, keys, settings, and who did what. */
import { MAX_COUNTED } from "../../delivery-log/status.ts";
import type { PublicKeyRecord } from "../../admin/keys.ts";
import { explainBottleneck, toBottleneck } from "../../model/bottleneck.ts";
import { INSTALL_SOURCES } from "../../model/directory.ts";
import type { Limit } from "../../model/limits.ts";
import type { Href } from "../../model/base-path.ts";
import { explainReplica } from "../../model/replica.ts";
import type { ReplicaStanding } from "../../model/replica.ts";
import type { ProcessRecord } from "../../store/tables/processes.ts";
import { VERSION } from "../../../version.ts";
import { route } from "./route.ts";
import { presentStandstill } from "../present/endpoint.ts";
import { toAuthor, isoTime, presentList } from "../present/values.ts";
import {
  PAGE_PARAMETERS,
  SITE_PARAMETER,
  TIME_PARAMETERS,
  readPage,
  pageParameters,
  listReachedSites,
  readTime,
} from "../http/query.ts";
import { AUDIT_CHECK, AUDIT_PAGE, KEY_PAGE, LIMIT_PAGE, REKEYED, SETTINGS, STATUS } from "../schema/host.ts";
import { retentionAge } from "../schema/parts.ts";
import { body, choice, string } from "../schema/schema.ts";
import { pageList } from "../../model/list-page.ts";
import { ID_CURSOR } from "../../model/cursor.ts";

const GROUP = "Host";
const toLimit = ({ level, setting, ...limit }: Limit) => {
  const { highest, of } = level?.() ?? {};
  return { ...limit, setting: setting ?? null, level: highest ?? null, owner: of ?? null };
};

const toProcess = ({ id, role, version, startedAt, seenAt, ...levels }: ProcessRecord) => ({
  id,
  role,
  version,
  startedAt: isoTime(startedAt),
  seenAt: isoTime(seenAt),
  inFlight: levels.inFlight,
  mostInFlight: levels.mostInFlight ?? null,
  unsettled: levels.unsettled,
  limitedBy: presentBottleneck(levels.bottleneck),
});

function presentReplica(standing: ReplicaStanding | undefined) {
  if (standing === undefined) return null;
  return {
    state: standing.state,
    lagMs: "lagMs" in standing ? (standing.lagMs ?? null) : null,
    detail: standing.state === "ok" ? null : explainReplica(standing),
  };
}

function presentBottleneck(name: string | undefined) {
  const kind = toBottleneck(name ?? "");
  return kind === undefined ? null : { kind, detail: explainBottleneck(kind) };
}

const toPublicKey = ({ kid, createdAt, retiredAt, withdrawnAt }: PublicKeyRecord, href: Href) => ({
  kid,
  path: href(`/keys/${kid}`),
  createdAt: isoTime(createdAt),
  retiredAt: isoTime(retiredAt),
  withdrawnAt: isoTime(withdrawnAt),
});

export const hostRoutes = [
  route({
    id: "showStatus",
    method: "GET",
    path: "/status",
    scope: "read",
    reach: "handler",
    group: GROUP,
    summary: "Show the deliveries of the last 24 hours, the waiting ones, and why nothing is being sent",
    query: { ...SITE_PARAMETER, ...PAGE_PARAMETERS },
    success: { status: 200, description: "The server, and figures for each site", schema: STATUS },
    handle: async ({ query, caller }, rooms) => {
      const down = await rooms.endpoints.standstill([], {});
      // Nothing else can be told while the database is away.
      if (down?.reason === "database-down")
        return {
          version: VERSION,
          processes: [],
          replica: null,
          notSending: presentStandstill(down),
          oldestDueAt: null,
          items: [],
          next: null,
        };
      const siteKeys = await listReachedSites(query["site"], caller, rooms);
      const page = pageList(siteKeys, readPage(query), (key) => key);
      const figures = await rooms.deliveryLog.status(page.items);
      const { overdueSince } = await rooms.deliveryLog.queue(siteKeys);
      return {
        version: VERSION,
        // Of the whole server, so nothing for the token of a single site.
        processes: caller.siteKey === undefined ? (await rooms.listProcesses()).map(toProcess) : [],
        replica: caller.siteKey === undefined ? presentReplica(rooms.replica?.()) : null,
        notSending: presentStandstill(await rooms.endpoints.standstill(siteKeys, {})),
        oldestDueAt: isoTime(overdueSince),
        items: figures.map(({ siteKey, series, success, connectSlo, ...rest }) => ({
          site: siteKey,
          ...rest,
          waitingIsMore: rest.waiting >= MAX_COUNTED,
          success: success ?? null,
          connectSlo: connectSlo ?? null,
          series: series.map(({ startsAt, good, bad }) => ({ startsAt: isoTime(startsAt), good, bad })),
        })),
        next: page.next ?? null,
      };
    },
  }),
  route({
    id: "listLimits",
    method: "GET",
    path: "/limits",
    scope: "read",
    group: GROUP,
    summary: "List the limits with their current levels in this process",
    query: PAGE_PARAMETERS,
    success: { status: 200, description: "Limits", schema: LIMIT_PAGE },
    handle: ({ query }, { limits }) =>
      Promise.resolve(
        presentList(
          pageList(limits, readPage(query), ({ name }) => name),
          toLimit,
        ),
      ),
  }),
  route({
    id: "listKeys",
    method: "GET",
    path: "/keys",
    scope: "read",
    reach: "handler",
    group: GROUP,
    summary: "List the signing keys of signed install",
    query: PAGE_PARAMETERS,
    success: { status: 200, description: "Keys, newest first; each is served at its path", schema: KEY_PAGE },
    handle: async ({ query }, { keys, href }) =>
      presentList(
        pageList(await keys.list(), readPage(query), ({ kid }) => kid),
        (key) => toPublicKey(key, href),
      ),
  }),
  route({
    id: "rotateKey",
    method: "POST",
    path: "/keys/rotate",
    scope: "admin",
    group: GROUP,
    summary:
      "Make a new key for signed install; the public half of the old one is served for another 3.5 minutes",
    success: { status: 201, description: "Keys, newest first", schema: KEY_PAGE },
    handle: async (call, { keys, registry, href }) => {
      await registry.rotateSigningKey(toAuthor(call));
      return { items: (await keys.list()).map((key) => toPublicKey(key, href)), next: null };
    },
  }),
  route({
    id: "withdrawKey",
    method: "POST",
    path: "/keys/{kid}/withdraw",
    scope: "admin",
    group: GROUP,
    summary: "Stop serving the public key of a retired signing key now",
    success: { status: 200, description: "Keys, newest first", schema: KEY_PAGE },
    errors: ["KEY_IN_USE", "KEY_NOT_FOUND"],
    handle: async (call, { keys, registry, href }) => {
      await registry.withdrawSigningKey(call.params["kid"] ?? "", toAuthor(call));
      return { items: (await keys.list()).map((key) => toPublicKey(key, href)), next: null };
    },
  }),
  route({
    id: "rekey",
    method: "POST",
    path: "/master-key/rekey",
    scope: "admin",
    group: GROUP,
    summary: "Encrypt up to 100 more secrets with CALLBOARD_MASTER_KEY_NEXT; repeat until nothing remains",
    success: {
      status: 200,
      description: "Key IDs, secrets encrypted by this call, and secrets that remain",
      schema: REKEYED,
    },
    errors: ["REKEY_NO_KEY"],
    handle: async (call, { keys }) => keys.rekey(toAuthor(call)),
  }),
  route({
    id: "showSettings",
    method: "GET",
    path: "/settings",
    scope: "admin",
    group: GROUP,
    summary: "Show the settings in force",
    success: { status: 200, description: "Settings", schema: SETTINGS },
    handle: async (_call, { settings }) => settings.read(),
  }),
  route({
    id: "changeSettings",
    method: "PATCH",
    path: "/settings",
    scope: "admin",
    group: GROUP,
    summary: "Change the retention periods, and the sources that sites can install add-ons from",
    body: body(
      {},
      {
        retentionMs: retentionAge("events, deliveries and attempts"),
        bodyRetentionMs: retentionAge("bodies"),
        installSources: choice(
          "Where sites can install add-ons from: anywhere, or the directory only",
          INSTALL_SOURCES,
        ),
      },
      { minProperties: 1 },
    ),
    example: { retentionMs: 2_592_000_000 },
    success: { status: 200, description: "Settings", schema: SETTINGS },
    handle: async (call, { settings }) => settings.change(call.body, toAuthor(call)),
  }),
  route({
    id: "listAudit",
    method: "GET",
    path: "/audit",
    scope: "admin",
    group: GROUP,
    summary: "List the entries of the audit log, newest first",
    query: {
      ...pageParameters(ID_CURSOR),
      ...TIME_PARAMETERS,
      q: string("Part of an actor, action, object, detail or address", { minLength: 1, maxLength: 200 }),
    },
    success: {
      status: 200,
      description: "Entries. A page of a search can be short, even empty, and have a next",
      schema: AUDIT_PAGE,
    },
    handle: async ({ query }, { audit }) => {
      const filter = { search: query["q"], since: readTime(query, "since"), until: readTime(query, "until") };
      return presentList(await audit.list(readPage(query), filter), ({ at, ...entry }) => ({
        ...entry,
        at: isoTime(at),
      }));
    },
  }),
  route({
    id: "verifyAudit",
    method: "GET",
    path: "/audit/verify",
    scope: "admin",
    group: GROUP,
    summary: "Check that no entry of the audit log was altered, removed or inserted",
    query: {
      checkpoint: string(
        "The checkpoint of an earlier check, which must still be part of the chain",
        {},
        {
          pattern: "^[0-9]{1,15}\\.[0-9a-f]{64}$",
        },
      ),
    },
    success: {
      status: 200,
      description: "Whether the chain is intact, and the first problem if it isn't",
      schema: AUDIT_CHECK,
    },
    handle: async ({ query }, { audit }) => {
      const { last, problem, ...checked } = await audit.verify(query["checkpoint"]);
      return {
        ...checked,
        last: last === undefined ? null : { id: last.id, at: isoTime(last.at) },
        problem: problem === undefined ? null : { ...problem, id: problem.id ?? null },
        checkpoint: checked.checkpoint ?? null,
      };
    },
  }),
];
