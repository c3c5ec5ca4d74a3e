/**
 * Headers and TLS that an administrator gives an add-on while installing it. The fetch of the descriptor and the `installed` callback
 * carry them; once the add-on has accepted, they are those of its endpoint. A refused install leaves nothing of them.
 */
import type { Descriptor } from "../../protocol/descriptor.ts";
import { findAccess } from "../model/access.ts";
import type { Access, EndpointAccess } from "../model/access.ts";
import type { OpenedEndpoint, Receiver } from "../model/endpoint.ts";
import type { Site } from "../model/site.ts";
import { appendAudit } from "../store/tables/audit.ts";
import type { Author } from "../store/tables/audit.ts";
import type { Queryable } from "../store/db/database.ts";
import { endpoints, ensureEndpoint } from "../store/tables/endpoints.ts";
import { findInstalledFrom } from "../store/tables/installations.ts";
import { endpointAccessAfter, refuseSettings, toCheckedEndpointAccess } from "./endpoint-access.ts";
import type { CheckedEndpointAccess, EndpointAccessWishes } from "./endpoint-access.ts";
import { formatAuditObject } from "./endpoint-records.ts";
import type { RegistryContext } from "./context.ts";
import { parseUrl } from "../../parse-url.ts";

type Context = Pick<RegistryContext, "database" | "seal" | "now">;

/** @throws {CallboardError} with the code of the first problem, and all of them in `errors` */
export function requireInstallAccess(wishes: EndpointAccessWishes, now: number): CheckedEndpointAccess {
  const reading = toCheckedEndpointAccess(wishes, now);
  if (reading.kind === "value") return reading.value;
  throw refuseSettings(reading.problems);
}

const isGiven = ({ headers, tls }: CheckedEndpointAccess): boolean =>
  headers.kind !== "keep" || tls.kind !== "keep";

interface Fetched {
  readonly site: Site;
  readonly url: string;
  /** Undefined if the descriptor has to tell it. */
  readonly addonKey: string | undefined;
  readonly given: CheckedEndpointAccess;
}

/**
 * What the fetch of a descriptor sends: as given, beside what the endpoint at the same origin has, of the add-on that was installed
 * from this URL. Undefined for most.
 *
 * @throws {CallboardError} BODY_SCHEMA if TLS settings are given for a URL without https
 */
export async function findFetchAccess(
  { site, url, addonKey, given }: Fetched,
  context: Context,
): Promise<Access | undefined> {
  // The fetch says what is wrong with the URL.
  const origin = parseUrl(url)?.origin;
  if (origin === undefined) return undefined;
  const { database, seal, now } = context;
  const key = addonKey ?? (await findInstalledFrom(database.read, seal, site.no, url))?.addonKey;
  const before =
    key === undefined ? undefined : await findOpened(database.read, site, { key, origin }, context);
  if (before === undefined && !isGiven(given)) return undefined;
  // How the add-on authenticates is in the descriptor.
  return toAccess(site, accessAfter(given, before ?? newAt(origin), { authentication: "none", now: now() }));
}

/**
 * What the `installed` callback of an add-on sends: as given, beside what its endpoint has.
 *
 * @throws {CallboardError} with every problem of what is given, beside what the descriptor says
 */
export async function findInstallAccess(
  { site, descriptor, descriptorUrl, given }: InstalledWith,
  context: Context,
): Promise<Access | undefined> {
  if (!isGiven(given)) return undefined;
  requireSameOrigin(descriptor, descriptorUrl, given);
  const { origin } = new URL(descriptor.baseUrl);
  const at = { key: descriptor.key, origin };
  const before = (await findOpened(context.database.read, site, at, context)) ?? newAt(origin);
  const authentication = descriptor.authentication.type;
  return toAccess(site, accessAfter(given, before, { authentication, now: context.now() }));
}

export interface InstalledWith {
  readonly site: Site;
  readonly descriptor: Descriptor;
  /** Undefined when the descriptor itself was given. */
  readonly descriptorUrl: string | undefined;
  readonly given: CheckedEndpointAccess;
}

/** In the transaction that installs the add-on, once its subscriptions are there. */
export async function saveInstallAccess(
  tx: Queryable,
  { site, descriptor, given }: InstalledWith,
  { by, seal, now }: Pick<Context, "seal" | "now"> & { readonly by: Author },
): Promise<void> {
  if (!isGiven(given)) return;
  const receiver: Receiver = { kind: "addon", addonKey: descriptor.key };
  const { origin } = new URL(descriptor.baseUrl);
  const no = await ensureEndpoint(tx, site.no, receiver, origin);
  const before = await findOpened(tx, site, { key: descriptor.key, origin }, { seal });
  const authentication = descriptor.authentication.type;
  const { headers, tls } = before ?? newAt(origin);
  const after = accessAfter(given, { origin, headers, tls }, { authentication, now: now() });
  if (after.headers === headers && after.tls === tls) return;
  await endpoints.sealedBy(seal).set(tx, { siteNo: site.no, no }, after);
  const names = [...(after.headers === headers ? [] : ["headers"]), ...(after.tls === tls ? [] : ["tls"])];
  const detail = `${names.join(", ")}: ${origin} (${no})`;
  const object = formatAuditObject(site, receiver);
  await appendAudit(tx, { ...by, action: "endpoint.changed", object, detail });
}

/** The descriptor says where the add-on is: secrets that are meant for one server must not follow it to another one. */
function requireSameOrigin(
  { baseUrl }: Descriptor,
  descriptorUrl: string | undefined,
  { headers, tls }: CheckedEndpointAccess,
): void {
  if (descriptorUrl === undefined || new URL(descriptorUrl).origin === new URL(baseUrl).origin) return;
  const detail = `goes to the origin of the descriptor alone, and its baseUrl is at ${new URL(baseUrl).origin}. Set it on the endpoint once the add-on is installed`;
  throw refuseSettings([
    ...(headers.kind === "given" ? [{ pointer: "/headers", detail }] : []),
    ...(tls.kind === "given" ? [{ pointer: "/tls", detail }] : []),
  ]);
}

type Before = Pick<OpenedEndpoint, "origin" | "headers" | "tls">;

const newAt = (origin: string): Before => ({ origin, headers: undefined, tls: undefined });

/** @throws {CallboardError} with every problem */
function accessAfter(
  given: CheckedEndpointAccess,
  before: Before,
  of: Parameters<typeof endpointAccessAfter>[2],
): EndpointAccess {
  const reading = endpointAccessAfter(given, before, of);
  if (reading.kind === "refused") throw refuseSettings(reading.problems);
  const { headers, tls } = before;
  return { headers, tls, ...reading.value };
}

/** The number names no endpoint: there may be none yet. */
const toAccess = ({ no: siteNo }: Site, settings: EndpointAccess): Access | undefined =>
  findAccess(settings, { kind: "endpoint", siteNo, no: 0 });

function findOpened(
  q: Queryable,
  { no: siteNo }: Site,
  { key: addonKey, origin }: { readonly key: string; readonly origin: string },
  { seal }: Pick<Context, "seal">,
): Promise<OpenedEndpoint | undefined> {
  return endpoints.sealedBy(seal).find(q, { siteNo, receiver: { kind: "addon", addonKey }, origin });
}
