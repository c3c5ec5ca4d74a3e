/** An administrator gives the endpoint of an add-on its settings. Those of an outgoing webhook are on the webhook. */
import { CallboardError } from "../../errors.ts";
import { formatReceiverId } from "../model/receiver.ts";
import { readOrderBy } from "../model/order.ts";
import { readPace } from "../model/pace.ts";
import type { ReceiverSettings } from "../model/receiver-settings.ts";
import type { Site } from "../model/site.ts";
import type { OpenedEndpoint } from "../model/endpoint.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import type { Queryable } from "../store/db/database.ts";
import { endpoints } from "../store/tables/endpoints.ts";
import { findInstallation } from "../store/tables/installations.ts";
import { loadSite, raiseVersion } from "../store/tables/sites.ts";
import { endpointAccessAfter, refuseSettings, toCheckedEndpointAccess } from "./endpoint-access.ts";
import type { CheckedEndpointAccess, EndpointAccessWishes } from "./endpoint-access.ts";
import { formatAuditObject } from "./endpoint-records.ts";
import type { RegistryContext } from "./context.ts";

/** New values as a caller wrote them: a member that is missing stays as it is, and null takes it away. */
export interface EndpointChange extends EndpointAccessWishes {
  readonly pace?: unknown;
  readonly orderBy?: unknown;
}

type Context = Pick<RegistryContext, "database" | "seal" | "now" | "changed">;

/**
 * Changes the settings of an add-on's endpoint. What waits is sent with the new ones.
 *
 * @throws {CallboardError} SITE_NOT_FOUND, ENDPOINT_NOT_FOUND; ENDPOINT_OF_WEBHOOK if an outgoing webhook is its receiver; with the
 * code of the first problem if a value is refused, and all of them in `errors`
 */
export async function updateEndpoint(
  siteKey: string,
  endpointNo: number,
  { change, by }: { readonly change: EndpointChange; readonly by: Author },
  context: Context,
): Promise<void> {
  const { database, seal } = context;
  const site = await loadSite(database.read, siteKey);
  const { access, ...settings } = readSettings(change, context.now());
  await database.write(async (tx) => {
    const endpoint = await loadEndpoint(tx, site, endpointNo, context);
    const { receiver, origin } = endpoint;
    const changes = { ...settings, ...(await toAccess(tx, { site, endpoint, access }, context)) };
    const names = Object.keys(changes);
    if (names.length === 0) return;
    await endpoints.sealedBy(seal).set(tx, { siteNo: site.no, no: endpointNo }, changes);
    await raiseVersion(tx, site.no);
    const object = formatAuditObject(site, receiver);
    const detail = `${names.join(", ")}: ${origin} (${endpointNo})`;
    await appendAudit(tx, { ...by, action: "endpoint.changed", object, detail });
  });
  await context.changed(site.no);
}

/** The endpoint of an add-on. @throws {CallboardError} ENDPOINT_NOT_FOUND, ENDPOINT_OF_WEBHOOK */
async function loadEndpoint(
  tx: Queryable,
  site: Site,
  no: number,
  { seal }: Pick<Context, "seal">,
): Promise<OpenedEndpoint> {
  const endpoint = await endpoints.sealedBy(seal).find(tx, { siteNo: site.no, no });
  if (endpoint === undefined)
    throw new CallboardError("ENDPOINT_NOT_FOUND", `The site ${site.key} has no endpoint ${no}`);
  if (endpoint.receiver.kind === "addon") return endpoint;
  const id = formatReceiverId(site.no, endpoint.receiver);
  throw new CallboardError(
    "ENDPOINT_OF_WEBHOOK",
    `The endpoint ${no} belongs to the outgoing webhook ${id}. Change the webhook instead`,
  );
}

interface AccessChange {
  readonly site: Site;
  readonly endpoint: OpenedEndpoint;
  readonly access: CheckedEndpointAccess;
}

/** @throws {CallboardError} with every problem of what is asked for, beside what the endpoint and its add-on are */
async function toAccess(
  tx: Queryable,
  { site, endpoint, access }: AccessChange,
  { seal, now }: Pick<Context, "seal" | "now">,
) {
  const { receiver } = endpoint;
  const addonKey = receiver.kind === "addon" ? receiver.addonKey : "";
  const installation = await findInstallation(tx, seal, site.no, addonKey);
  const { authentication = "jwt" } = installation ?? {};
  const reading = endpointAccessAfter(access, endpoint, { authentication, now: now() });
  if (reading.kind === "value") return reading.value;
  throw refuseSettings(reading.problems);
}

/** The members that change, each with its value or undefined. @throws {CallboardError} with every problem of every member */
function readSettings(
  change: EndpointChange,
  now: number,
): Pick<ReceiverSettings, "pace" | "orderBy"> & { readonly access: CheckedEndpointAccess } {
  const pace = readPace(change.pace, "/pace");
  const orderBy = readOrderBy(change.orderBy, "/orderBy");
  const access = toCheckedEndpointAccess(change, now);
  if (pace.kind === "refused" || orderBy.kind === "refused" || access.kind === "refused") {
    throw refuseSettings(
      [pace, orderBy, access].flatMap((each) => (each.kind === "refused" ? each.problems : [])),
    );
  }
  return {
    ...("pace" in change ? { pace: pace.pace } : {}),
    ...("orderBy" in change ? { orderBy: orderBy.pointer } : {}),
    access: access.value,
  };
}
