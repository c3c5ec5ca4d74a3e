/**
 * Headers and TLS that an administrator gives the endpoint of an add-on: what may be asked for, what becomes of it beside what the
 * endpoint has, and what lifecycle callbacks to its origin send of it.
 */
import { CallboardError } from "../../errors.ts";
import type { Problem } from "../../errors.ts";
import { findAccess } from "../model/access.ts";
import type { Access, EndpointAccess } from "../model/access.ts";
import { AUTHORIZATION, besideAuthorization, readCustomHeaders } from "../model/custom-headers.ts";
import type { CustomHeaders } from "../model/custom-headers.ts";
import type { OpenedEndpoint, Receiver } from "../model/endpoint.ts";
import type { Installation } from "../model/installation.ts";
import type { Reading } from "../model/reading.ts";
import { refuse } from "../model/reading.ts";
import { KEEP, rotate } from "../model/rotation.ts";
import type { Rotating, Wish } from "../model/rotation.ts";
import type { Site } from "../model/site.ts";
import { readTlsSettings } from "../model/tls-settings.ts";
import type { TlsSettings } from "../model/tls-settings.ts";
import type { Seal } from "../store/seal.ts";
import { endpoints } from "../store/tables/endpoints.ts";
import type { Queryable } from "../store/db/database.ts";
import type { RegistryContext } from "./context.ts";
import { andMore } from "./outgoing/problems.ts";

/** What is asked for, as it was written. A part that is left out stays as it is. */
export interface EndpointAccessWishes {
  readonly headers?: Wish<unknown>;
  readonly tls?: Wish<unknown>;
}

export interface CheckedEndpointAccess {
  readonly headers: Wish<CustomHeaders>;
  readonly tls: Wish<TlsSettings>;
}

/** A refusal has the problems of both parts. */
export function toCheckedEndpointAccess(
  { headers = KEEP, tls = KEEP }: EndpointAccessWishes,
  now: number,
): Reading<CheckedEndpointAccess> {
  const problems: Problem[] = [];
  function checked<T>(wish: Wish<unknown>, read: (value: unknown) => Reading<T>): Wish<T> {
    if (wish.kind !== "given") return wish;
    const reading = read(wish.value);
    if (reading.kind === "value") return { kind: "given", value: reading.value };
    problems.push(...reading.problems);
    return KEEP;
  }
  const value = {
    headers: checked(headers, (given) => readCustomHeaders(given, "/headers")),
    tls: checked(tls, (given) => readTlsSettings(given, "/tls", now)),
  };
  return problems.length > 0 ? refuse(problems) : { kind: "value", value };
}

/**
 * The parts that change, each with its value or undefined. An endpoint keeps its origin, so that the value before is sent for a while
 * where the receiver refuses the new one.
 */
export function endpointAccessAfter(
  { headers, tls }: CheckedEndpointAccess,
  before: Pick<OpenedEndpoint, "origin" | "headers" | "tls">,
  { authentication, now }: { readonly authentication: Installation["authentication"]; readonly now: number },
): Reading<EndpointAccess> {
  const beside =
    authentication === "jwt" && headers.kind === "given"
      ? besideAuthorization(headers.value, "/headers", "JWT")
      : undefined;
  const problems = [
    ...(beside === undefined ? [] : [beside]),
    ...(tls.kind === "given" && !before.origin.startsWith("https:")
      ? [
          {
            pointer: "/tls",
            detail: "needs an endpoint whose origin begins with https://",
            code: "BODY_SCHEMA" as const,
          },
        ]
      : []),
  ];
  if (problems.length > 0) return refuse(problems);
  const after = {
    headers: rotate(before.headers, { wish: headers, now, hasOverlap: true }),
    tls: rotate(before.tls, { wish: tls, now, hasOverlap: true }),
  };
  const value = {
    ...(after.headers === before.headers ? {} : { headers: after.headers }),
    ...(after.tls === before.tls ? {} : { tls: after.tls }),
  };
  return { kind: "value", value };
}

/** The error with the code of the first problem, and all of them. */
export function refuseSettings(errors: readonly Problem[]): CallboardError {
  const [{ pointer, detail, code = "BODY_SCHEMA" } = NO_PROBLEM] = errors;
  return new CallboardError(code, `${pointer} ${detail}${andMore(errors.length, "the settings")}`, {
    errors,
  });
}

const NO_PROBLEM: Problem = { pointer: "", detail: "is not usable" };

/**
 * What a lifecycle callback sends beside its JWT: the headers and TLS of the add-on's endpoint at the same origin. Undefined for most
 * add-ons, and before the first install, when there is no endpoint yet.
 */
export async function findCallbackAccess(
  { site, addonKey, url }: { readonly site: Site; readonly addonKey: string; readonly url: string },
  { database, seal }: Pick<RegistryContext, "database" | "seal">,
): Promise<Access | undefined> {
  const receiver: Receiver = { kind: "addon", addonKey };
  const where = { siteNo: site.no, receiver, origin: new URL(url).origin };
  const endpoint = await endpoints.sealedBy(seal).find(database.read, where);
  if (endpoint === undefined) return undefined;
  return findAccess(endpoint, { kind: "endpoint", siteNo: site.no, no: endpoint.no });
}

/**
 * In the transaction that installs, moves or uninstalls an add-on, before the version of the site is raised: takes away what its
 * endpoints must not send any more.
 */
export async function trimEndpointAccess(
  tx: Queryable,
  seal: Seal,
  installation: Installation,
): Promise<void> {
  const { siteNo, addonKey } = installation;
  const sealed = endpoints.sealedBy(seal);
  for (const endpoint of await sealed.list(tx, { siteNo, receiver: { kind: "addon", addonKey } })) {
    const { headers, tls } = endpoint;
    const left = trimAccess(endpoint, installation);
    if (left.headers === headers && left.tls === tls) continue;
    await sealed.set(tx, { siteNo, no: endpoint.no }, left);
  }
}

/** Nothing of an add-on that is gone from the origin, as its shared secret; no `authorization` beside a JWT. */
function trimAccess(
  { origin, headers, tls }: OpenedEndpoint,
  { state, baseUrl, authentication }: Installation,
): EndpointAccess {
  const isThere = state !== "uninstalled" && new URL(baseUrl).origin === origin;
  if (!isThere) return { headers: undefined, tls: undefined };
  return { headers: authentication === "jwt" ? withoutAuthorization(headers) : headers, tls };
}

/** Returns the same object if there is no such header. */
function withoutAuthorization(
  headers: Rotating<CustomHeaders> | undefined,
): Rotating<CustomHeaders> | undefined {
  if (headers === undefined) return undefined;
  const { value, since, previous } = headers;
  const isOther = ([name]: CustomHeaders[number]) => name !== AUTHORIZATION;
  if ([...value, ...(previous?.value ?? [])].every(isOther)) return headers;
  const left = value.filter(isOther);
  // Without an overlap: the value before may have had it as well.
  return left.length === 0 ? undefined : { value: left, since: since + 1 };
}
