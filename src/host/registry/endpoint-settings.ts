/** An administrator gives the endpoint of an add-on its settings. Those of an outgoing webhook are on the webhook. */
import { CallboardError } from "../../errors.ts";
import type { Problem } from "../../errors.ts";
import { formatReceiverId } from "../model/receiver.ts";
import { readOrderBy } from "../model/order.ts";
import { readPace } from "../model/pace.ts";
import type { ReceiverSettings } from "../model/receiver-settings.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import { endpoints, findEndpoint } from "../store/tables/endpoints.ts";
import { loadSite, raiseVersion } from "../store/tables/sites.ts";
import { formatAuditObject } from "./endpoint-records.ts";
import type { RegistryContext } from "./context.ts";

/** New values as a caller wrote them: a member that is missing stays as it is, and null takes it away. */
export type EndpointChange = { readonly [K in keyof ReceiverSettings]?: unknown };

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
  { database, changed }: Pick<RegistryContext, "database" | "changed">,
): Promise<void> {
  const site = await loadSite(database.read, siteKey);
  const settings = readSettings(change);
  await database.write(async (tx) => {
    const endpoint = await findEndpoint(tx, site.no, endpointNo);
    if (endpoint === undefined)
      throw new CallboardError("ENDPOINT_NOT_FOUND", `The site ${siteKey} has no endpoint ${endpointNo}`);
    const { receiver, origin } = endpoint;
    if (receiver.kind === "webhook") {
      const id = formatReceiverId(site.no, receiver);
      throw new CallboardError(
        "ENDPOINT_OF_WEBHOOK",
        `The endpoint ${endpointNo} belongs to the outgoing webhook ${id}. Change the webhook instead`,
      );
    }
    if (Object.keys(settings).length === 0) return;
    await endpoints.set(tx, { siteNo: site.no, no: endpointNo }, settings);
    await raiseVersion(tx, site.no);
    const object = formatAuditObject(site, receiver);
    const detail = `${Object.keys(settings).join(", ")}: ${origin} (${endpointNo})`;
    await appendAudit(tx, { ...by, action: "endpoint.changed", object, detail });
  });
  await changed(site.no);
}

/** The members that change, each with its value or undefined. @throws {CallboardError} with every problem of every member */
function readSettings(change: EndpointChange): ReceiverSettings {
  const pace = readPace(change.pace, "/pace");
  const orderBy = readOrderBy(change.orderBy, "/orderBy");
  const problems = [pace, orderBy].flatMap((reading) => (reading.kind === "refused" ? reading.problems : []));
  const [first] = problems;
  if (first !== undefined) throw refuse(first, problems);
  return {
    ...("pace" in change && pace.kind === "pace" ? { pace: pace.pace } : {}),
    ...("orderBy" in change && orderBy.kind === "orderBy" ? { orderBy: orderBy.pointer } : {}),
  };
}

function refuse({ pointer, detail, code = "BODY_SCHEMA" }: Problem, errors: readonly Problem[]) {
  const others = errors.length === 1 ? "" : `, and ${errors.length - 1} more problems with the settings`;
  return new CallboardError(code, `${pointer} ${detail}${others}`, { errors });
}
