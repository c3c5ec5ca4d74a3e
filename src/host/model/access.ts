/**
 * What a receiver's own settings add to a request: custom headers, authentication and TLS, and what is sent if the receiver does not
 * accept them. Pure; built once for each version of the settings.
 */
import { createHash } from "node:crypto";
import type { Outcome, PostCredentials, TlsIdentity } from "../../egress/index.ts";
import type { AccessToken } from "./access-token.ts";
import type { Authentication, OAuthClient } from "./authentication.ts";
import { formatAuthorization, formatBearer } from "./authentication.ts";
import type { CustomHeaders } from "./custom-headers.ts";
import { AUTHORIZATION } from "./custom-headers.ts";
import { findPrevious } from "./rotation.ts";
import type { Rotating } from "./rotation.ts";
import type { TlsSettings } from "./tls-settings.ts";

/** Settings of a receiver that are sealed in the database. */
export interface AccessSettings {
  readonly headers?: Rotating<CustomHeaders> | undefined;
  /** Of outgoing webhooks alone: add-ons get a JWT. */
  readonly authentication?: Rotating<Authentication> | undefined;
  readonly tls?: Rotating<TlsSettings> | undefined;
}

/** Those of an add-on's endpoint, which an administrator sets beside the JWT. */
export type EndpointAccess = Pick<AccessSettings, "headers" | "tls">;

/** Whose access tokens these are; `since` differs after each change of the client. */
export interface TokenOwner {
  readonly siteNo: number;
  readonly webhookNo: number;
  readonly since: number;
  readonly client: OAuthClient;
}

export interface Access {
  readonly settings: AccessSettings;
  /** Names the receiver in the identity of its connections. */
  readonly name: string;
  readonly current: PostCredentials;
  /** Names of the headers that `current` and an access token add, for the record of an attempt. */
  readonly headerNames: readonly string[];
  /** Set if `current` lacks an access token. */
  readonly tokenOwner: TokenOwner | undefined;
}

const cache = new WeakMap<AccessSettings, Access>();

export interface ReceiverName {
  readonly siteNo: number;
  /** Number of the outgoing webhook; of the endpoint for an add-on. */
  readonly no: number;
  readonly kind: "webhook" | "endpoint";
}

/** Returns undefined for a receiver without such settings, which costs no more than the comparisons. */
export function findAccess(settings: AccessSettings, receiver: ReceiverName): Access | undefined {
  const { headers, authentication, tls } = settings;
  if (headers === undefined && authentication === undefined && tls === undefined) return undefined;
  const known = cache.get(settings);
  if (known !== undefined) return known;
  const name = `${receiver.kind} ${receiver.siteNo}/${receiver.no}`;
  const current = toCredentials(
    {
      headers: headers?.value,
      authentication: authentication?.value,
      tls: tls?.value,
    },
    toIdentityId(name, tls),
  );
  const names = (headers?.value ?? []).map(([header]) => header);
  const access: Access = {
    settings,
    name,
    current,
    headerNames: authentication === undefined ? names : [...names, AUTHORIZATION],
    tokenOwner: toTokenOwner(authentication, receiver),
  };
  cache.set(settings, access);
  return access;
}

function toTokenOwner(
  authentication: Rotating<Authentication> | undefined,
  { siteNo, no: webhookNo }: ReceiverName,
): TokenOwner | undefined {
  if (authentication?.value.kind !== "oauth2") return undefined;
  return { siteNo, webhookNo, since: authentication.since, client: authentication.value };
}

interface Values {
  readonly headers: CustomHeaders | undefined;
  readonly authentication: Authentication | undefined;
  readonly tls: TlsSettings | undefined;
}

function toCredentials({ headers, authentication, tls }: Values, id: string): PostCredentials {
  const authorization = authentication === undefined ? undefined : formatAuthorization(authentication);
  const identity: TlsIdentity | undefined = tls === undefined ? undefined : { id, ...tls };
  return {
    headers: [
      ...(headers ?? []).flat(),
      ...(authorization === undefined ? [] : [AUTHORIZATION, authorization]),
    ],
    identity,
  };
}

/** Returns the credentials with the token of the receiver's client. */
export function withToken({ headers, identity }: PostCredentials, { token }: AccessToken): PostCredentials {
  return { headers: [...headers, AUTHORIZATION, formatBearer(token)], identity };
}

/** Credentials, and whether they still lack the access token. */
export interface PreviousCredentials {
  readonly credentials: PostCredentials;
  readonly lacksToken: boolean;
}

/** Returns the credentials before the last rotation, as far as their overlap lasts; undefined if nothing would differ. */
export function previousCredentials(
  { settings, name }: Access,
  now: number,
): PreviousCredentials | undefined {
  const { headers, authentication, tls } = settings;
  const previous: Values = {
    headers: findPrevious(headers, now),
    authentication: findPrevious(authentication, now),
    tls: findPrevious(tls, now),
  };
  if (Object.values(previous).every((value) => value === undefined)) return undefined;
  const values: Values = {
    headers: previous.headers ?? headers?.value,
    authentication: previous.authentication ?? authentication?.value,
    tls: previous.tls ?? tls?.value,
  };
  const id = toIdentityId(name, tls);
  return {
    credentials: toCredentials(values, previous.tls === undefined ? id : `${id} before`),
    lacksToken: values.authentication?.kind === "oauth2",
  };
}

/** A change of the settings makes new connections. Receivers that are not saved yet have the same name, and differ in what they present. */
const toIdentityId = (name: string, tls: AccessSettings["tls"]): string =>
  tls === undefined
    ? name
    : `${name} ${tls.since} ${createHash("sha256").update(JSON.stringify(tls.value)).digest("base64url")}`;

/** Reports whether the receiver did not accept who sends: then the same request with other credentials can be accepted. */
export function isNotAuthenticated(outcome: Outcome): boolean {
  return outcome.kind === "refused"
    ? outcome.status === 401
    : outcome.kind === "unreachable" && outcome.reason === "tls-client-certificate";
}
