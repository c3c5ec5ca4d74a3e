/**
 * What the caller of a portal reaches, decided in one place for pages and API. A page or route names its subject; one without a
 * subject is not there for portals. What belongs to others is answered as what does not exist.
 */
import { isOperational } from "../../../catalogue/index.ts";
import { CallboardError } from "../../../errors.ts";
import type { Portal } from "../../model/portal.ts";
import type { Receiver } from "../../model/endpoint.ts";
import { formatWebhookId, parseReplayId, parseWebhookId } from "../../model/ids.ts";
import { requireReach } from "../present/delivery.ts";
import type { Rooms } from "../rooms.ts";
import { siteNotFound } from "./access.ts";
import type { Caller, Subject } from "./access.ts";
import { requireReachedSite, listReachedSites } from "./query.ts";

type Params = Readonly<Record<string, string>>;

/** A caller with a portal, and what it asks for. */
interface Visit {
  readonly caller: Caller;
  readonly portal: Portal;
  readonly params: Params;
  readonly rooms: Rooms;
}

const RULES: Readonly<Record<Subject, (visit: Visit) => Promise<void> | void>> = {
  own: () => undefined,
  site: requireSiteOfPath,
  addons: (visit) => requireSiteOfKind("vendor", visit),
  addon: (visit) => {
    requireSiteOfKind("vendor", visit);
    requireReceiver(visit, { kind: "addon", addonKey: visit.params["key"] ?? "" });
  },
  webhooks: (visit) => requireSiteOfKind("tenant", visit),
  webhook: (visit) => {
    requireSiteOfKind("tenant", visit);
    requireReceiver(visit, { kind: "webhook", webhookNo: readWebhookNo(visit.params) });
  },
  delivery: ({ params, caller, rooms }) => requireReach(params["id"] ?? "", caller, rooms),
  replay: async (visit) => {
    const { params, rooms } = visit;
    requireSiteOfPath(visit);
    const id = params["id"] ?? "";
    parseReplayId(id);
    const { receiver } = await rooms.replays.show(params["site"] ?? "", id);
    if (isReached(visit, receiver)) return;
    throw new CallboardError("REPLAY_NOT_FOUND", `${params["site"] ?? ""} has no replay ${id}`);
  },
  catalogue: async ({ params, caller, rooms }) => {
    const product = params["product"];
    if (product === undefined || (await listProducts(caller, rooms)).has(product)) return;
    throw new CallboardError("PRODUCT_UNKNOWN", `There is no product ${JSON.stringify(product)}`);
  },
};

const nothing = () => new CallboardError("NOT_FOUND", "There is nothing at this path");

/** @throws {CallboardError} NOT_FOUND, or the code of what the path names if it is not the portal's */
export async function requireSubject(
  subject: Subject | undefined,
  { caller, params, rooms }: Omit<Visit, "portal">,
): Promise<void> {
  const { portal } = caller;
  if (portal === undefined) return;
  if (subject === undefined) throw nothing();
  await RULES[subject]({ caller, portal, params, rooms });
}

/** @throws {CallboardError} ADDON_NOT_FOUND, WEBHOOK_NOT_FOUND for a receiver that is not the portal's */
export function requirePortalReceiver(
  caller: Caller,
  siteKey: string,
  receiver: Receiver,
  rooms: Rooms,
): void {
  const { portal } = caller;
  if (portal !== undefined) requireReceiver({ caller, portal, params: { site: siteKey }, rooms }, receiver);
}

/**
 * Operational events tell of every receiver of a site.
 * @throws {CallboardError} BODY_SCHEMA if a portal's caller asks for them
 */
export function refuseOperational({ portal }: Caller, events: readonly string[] = []): void {
  const operational = portal === undefined ? undefined : events.find(isOperational);
  if (operational === undefined) return;
  const detail = `must not be an operational event, which ${JSON.stringify(operational)} is`;
  throw new CallboardError("BODY_SCHEMA", `/event ${detail}`, { errors: [{ pointer: "/event", detail }] });
}

/** Reports whether the caller reaches a receiver on one of its sites. */
export function hasReceiver(
  { portal, siteKey }: Caller,
  { siteNo, receiver }: { readonly siteNo: number; readonly receiver: Receiver },
  { receivers }: Pick<Rooms, "receivers">,
): boolean {
  return portal === undefined || receivers.isReached({ portal, siteKey }, siteNo, receiver);
}

/** The products of the sites that the caller reaches. */
export async function listProducts(
  caller: Caller,
  rooms: Pick<Rooms, "sites" | "receivers">,
): Promise<ReadonlySet<string>> {
  const keys = new Set(await listReachedSites(undefined, caller, rooms));
  const reached = (await rooms.sites.list()).filter(({ key }) => keys.has(key));
  return new Set(reached.map(({ product }) => product));
}

function requireSiteOfPath({ params, caller, rooms }: Visit): void {
  requireReachedSite(params["site"] ?? "", caller, rooms);
}

/** A vendor has no outgoing webhooks, and a tenant no add-ons. */
function requireSiteOfKind(kind: Portal["kind"], visit: Visit): void {
  const { site } = visit.params;
  if (site !== undefined) requireSiteOfPath(visit);
  if (visit.portal.kind === kind) return;
  throw site === undefined ? nothing() : siteNotFound(site);
}

function isReached({ caller, params, rooms }: Visit, receiver: Receiver): boolean {
  const siteNo = rooms.receivers.findSiteNo(params["site"] ?? "");
  return siteNo !== undefined && hasReceiver(caller, { siteNo, receiver }, rooms);
}

function requireReceiver(visit: Visit, receiver: Receiver): void {
  if (isReached(visit, receiver)) return;
  const site = visit.params["site"] ?? "";
  if (receiver.kind === "addon") {
    throw new CallboardError(
      "ADDON_NOT_FOUND",
      `The add-on ${receiver.addonKey} is not installed on ${site}`,
    );
  }
  const id = formatWebhookId(visit.rooms.receivers.findSiteNo(site) ?? 0, receiver.webhookNo);
  throw new CallboardError("WEBHOOK_NOT_FOUND", `There is no webhook ${id}`);
}

/** Pages have the number in their paths, the API an ID. */
function readWebhookNo({ id, no = "" }: Params): number {
  if (id !== undefined) return parseWebhookId(id).no;
  if (/^\d{1,9}$/.test(no)) return Number(no);
  throw new CallboardError("WEBHOOK_NOT_FOUND", "There is no such webhook");
}
