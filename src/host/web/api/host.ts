/** The host itself: how things stand, endpoints, keys, settings, and who did what. */
import { CallboardError } from "../../../errors.ts";
import type { ChangedSettings } from "../../admin/settings.ts";
import { gateOf } from "../../delivery/breaker.ts";
import { stateOf } from "../../model/endpoint-life.ts";
import { MOST_COUNTED } from "../../sent-log/status.ts";
import type { Endpoint } from "../../store/endpoints.ts";
import type { SigningKeyRecord } from "../../store/keys.ts";
import type { Limit } from "../../model/limits.ts";
import type { Href } from "../../model/base-path.ts";
import { route } from "../route.ts";
import type { Services } from "../services.ts";
import { authorOf, isoTime, listOf, receiverFields } from "./present.ts";
import { PAGE_PARAMETERS, SITE_PARAMETER, pageOf, sitesOf } from "./query.ts";

const GROUP = "Host";
const SHORTEST_RETENTION_MS = 3_600_000;
const LONGEST_RETENTION_MS = 3650 * 86_400_000;
const RETENTION = { type: "integer", minimum: SHORTEST_RETENTION_MS, maximum: LONGEST_RETENTION_MS };

function endpointOf(
  endpoint: Endpoint & { readonly waiting: number },
  { sites, endpoints, receivers }: Services,
) {
  const breaker = gateOf(endpoint, endpoints.now());
  return {
    site: sites.keyOf(endpoint.siteNo) ?? null,
    number: endpoint.no,
    receiver: receivers.nameOf(endpoint.siteNo, endpoint.receiver) ?? null,
    ...receiverFields(endpoint.siteNo, endpoint.receiver),
    origin: endpoint.origin,
    state: stateOf({ ...endpoint, isOpen: breaker === "open" }),
    waiting: endpoint.waiting,
    breaker,
    failures: endpoint.failures,
    openUntil: isoTime(endpoint.openUntil),
    pausedAt: isoTime(endpoint.pausedAt),
    nextProbeAt: isoTime(endpoint.probeAt),
    failingSince: isoTime(endpoint.failingSince),
    failedAttempts: endpoint.failedAttempts,
    failedDeliveries: endpoint.failedDeliveries,
    expired: endpoint.expired,
  };
}

/** @throws CallboardError ENDPOINT_NOT_FOUND for what is no number: there cannot be such an endpoint */
function endpointNo(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CallboardError("ENDPOINT_NOT_FOUND", `There is no endpoint ${JSON.stringify(text)}`);
}

const limitOf = ({ level, setting, ...limit }: Limit) => {
  const { highest, of } = level?.() ?? {};
  return { ...limit, setting: setting ?? null, level: highest ?? null, owner: of ?? null };
};

const keyOf = (
  { kid, createdAt, retiredAt, withdrawnAt }: Omit<SigningKeyRecord, "privatePem">,
  href: Href,
) => ({
  kid,
  path: href(`/keys/${kid}`),
  createdAt: isoTime(createdAt),
  retiredAt: isoTime(retiredAt),
  withdrawnAt: isoTime(withdrawnAt),
});

export const hostRoutes = [
  route({
    method: "GET",
    path: "/status",
    scope: "read",
    reach: "handler",
    group: GROUP,
    summary: "How deliveries went in the last 24 h, and what waits",
    query: SITE_PARAMETER,
    success: { status: 200, description: "Figures for each site" },
    handle: async ({ query, caller }, services) => {
      const figures = await services.sentLog.status(await sitesOf(query["site"], caller, services));
      return {
        items: figures.map(({ siteKey, series, success, connectSlo, ...rest }) => ({
          site: siteKey,
          ...rest,
          waitingIsMore: rest.waiting >= MOST_COUNTED,
          success: success ?? null,
          connectSlo: connectSlo ?? null,
          series: series.map(({ startsAt, good, bad }) => ({ startsAt: isoTime(startsAt), good, bad })),
        })),
        next: null,
      };
    },
  }),
  route({
    method: "GET",
    path: "/limits",
    scope: "read",
    group: GROUP,
    summary: "List the limits with their present levels in this process",
    success: { status: 200, description: "Limits" },
    handle: (_call, { limits }) => Promise.resolve({ items: limits.map(limitOf), next: null }),
  }),
  route({
    method: "GET",
    path: "/endpoints",
    scope: "read",
    reach: "handler",
    group: GROUP,
    summary: "List the endpoints: whom they are of, how they stand and what waits",
    query: SITE_PARAMETER,
    success: { status: 200, description: "Endpoints" },
    handle: async ({ query, caller }, services) => {
      const endpoints = await services.endpoints.list(await sitesOf(query["site"], caller, services));
      return { items: endpoints.map((endpoint) => endpointOf(endpoint, services)), next: null };
    },
  }),
  route({
    method: "POST",
    path: "/sites/{site}/endpoints/{number}/resume",
    scope: "admin",
    group: GROUP,
    summary: "Resume a paused endpoint, and its subscriptions that a 410 made inactive",
    success: { status: 200, description: "How many endpoints and subscriptions were resumed" },
    handle: async (call, { registry }) =>
      registry.resume(
        call.params["site"] ?? "",
        { kind: "endpoint", endpointNo: endpointNo(call.params["number"] ?? "") },
        authorOf(call),
      ),
  }),
  route({
    method: "GET",
    path: "/keys",
    scope: "read",
    reach: "handler",
    group: GROUP,
    summary: "List the keys of signed install",
    success: { status: 200, description: "Keys, newest first; each is served at its path" },
    handle: async (_call, { keys, href }) => ({
      items: (await keys.list()).map((key) => keyOf(key, href)),
      next: null,
    }),
  }),
  route({
    method: "POST",
    path: "/keys/rotate",
    scope: "admin",
    group: GROUP,
    summary:
      "Make a new key for signed install; the public half of the old one is served for another 3.5 minutes",
    success: { status: 201, description: "Keys, newest first" },
    handle: async (call, { keys, registry, href }) => {
      await registry.rotateSigningKey(authorOf(call));
      return { items: (await keys.list()).map((key) => keyOf(key, href)), next: null };
    },
  }),
  route({
    method: "POST",
    path: "/keys/{kid}/withdraw",
    scope: "admin",
    group: GROUP,
    summary: "Stop serving the public half of a retired key at once",
    success: { status: 200, description: "Keys, newest first" },
    handle: async (call, { keys, registry, href }) => {
      await registry.withdrawSigningKey(call.params["kid"] ?? "", authorOf(call));
      return { items: (await keys.list()).map((key) => keyOf(key, href)), next: null };
    },
  }),
  route({
    method: "POST",
    path: "/master-key/rekey",
    scope: "admin",
    group: GROUP,
    summary: "Encrypt up to 100 more secrets with CALLBOARD_MASTER_KEY_NEXT; repeat until nothing remains",
    success: { status: 200, description: "Key IDs, secrets encrypted by this call, and secrets that remain" },
    handle: async (call, { keys }) => keys.rekey(authorOf(call)),
  }),
  route({
    method: "GET",
    path: "/settings",
    scope: "admin",
    group: GROUP,
    summary: "Show the settings in force",
    success: { status: 200, description: "Settings" },
    handle: async (_call, { settings }) => settings.read(),
  }),
  route<ChangedSettings>({
    method: "PATCH",
    path: "/settings",
    scope: "admin",
    group: GROUP,
    summary: "Change how long things are kept",
    body: {
      type: "object",
      additionalProperties: false,
      minProperties: 1,
      properties: { retentionMs: RETENTION, bodyRetentionMs: RETENTION },
    },
    success: { status: 200, description: "Settings" },
    handle: async (call, { settings }) => settings.change(call.body, authorOf(call)),
  }),
  route({
    method: "GET",
    path: "/audit",
    scope: "admin",
    group: GROUP,
    summary: "Who did what, newest first",
    query: PAGE_PARAMETERS,
    success: { status: 200, description: "Entries" },
    handle: async ({ query }, { audit }) => {
      const page = pageOf(query);
      const entries = await audit.list({ ...page, limit: page.limit + 1 });
      const items = entries.slice(0, page.limit);
      const next = entries.length > page.limit ? items.at(-1)?.id : undefined;
      return listOf({ items, next }, ({ at, ...entry }) => ({ ...entry, at: isoTime(at) }));
    },
  }),
];
