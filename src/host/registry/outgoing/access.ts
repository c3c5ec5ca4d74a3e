/**
 * Headers, authentication and TLS of an outgoing webhook: what may be asked for, what becomes of it beside what the webhook has, and
 * the trial of a client at its token server.
 */
import type { BodyShape } from "../../../catalogue/index.ts";
import type { Problem } from "../../../errors.ts";
import type { AccessToken } from "../../model/access-token.ts";
import type { AccessSettings } from "../../model/access.ts";
import { readAuthentication } from "../../model/authentication.ts";
import type { Authentication } from "../../model/authentication.ts";
import { besideAuthorization, besideFormat, readCustomHeaders } from "../../model/custom-headers.ts";
import type { CustomHeaders } from "../../model/custom-headers.ts";
import { CLOUDEVENTS_HEADERS } from "../../model/formats/cloudevents.ts";
import { areCredentialsLost } from "../../model/lost-secrets.ts";
import { refuse } from "../../model/reading.ts";
import type { Reading } from "../../model/reading.ts";
import { KEEP, rotate } from "../../model/rotation.ts";
import type { Wish } from "../../model/rotation.ts";
import { readTlsSettings } from "../../model/tls-settings.ts";
import type { TlsSettings } from "../../model/tls-settings.ts";
import type { Webhook } from "../../model/webhook.ts";
import type { OutgoingContext } from "./context.ts";
import { misfit, refused, tried } from "./problems.ts";

/** What is asked for, as it was written. A part that is left out stays as it is. */
export interface AccessWishes {
  readonly headers?: Wish<unknown>;
  readonly authentication?: Wish<unknown>;
  readonly tls?: Wish<unknown>;
}

export interface CheckedAccess {
  readonly headers: Wish<CustomHeaders>;
  readonly authentication: Wish<Authentication>;
  readonly tls: Wish<TlsSettings>;
}

/** Checks each part by itself. A part with problems counts as kept. */
export function toCheckedAccess(
  { headers = KEEP, authentication = KEEP, tls = KEEP }: AccessWishes,
  { checkUrl, now }: Pick<OutgoingContext, "checkUrl" | "now">,
): { readonly value: CheckedAccess; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  function checked<T>(wish: Wish<unknown>, read: (value: unknown) => Reading<T>): Wish<T> {
    if (wish.kind !== "given") return wish;
    const reading = read(wish.value);
    if (reading.kind === "value") return { kind: "given", value: reading.value };
    problems.push(...reading.problems);
    return KEEP;
  }
  const value: CheckedAccess = {
    headers: checked(headers, (given) => readCustomHeaders(given, "/headers")),
    authentication: checked(authentication, (given) => checkAuthentication(given, checkUrl, now())),
    tls: checked(tls, (given) => readTlsSettings(given, "/tls", now())),
  };
  return { value, problems };
}

const TOKEN_URL = "/authentication/tokenUrl";

function checkAuthentication(
  given: unknown,
  checkUrl: OutgoingContext["checkUrl"],
  now: number,
): Reading<Authentication> {
  const reading = readAuthentication(given, "/authentication", now);
  if (reading.kind === "refused" || reading.value.kind !== "oauth2") return reading;
  const { tokenUrl } = reading.value;
  const url = tried(TOKEN_URL, () => checkUrl(tokenUrl, { httpsOnly: true }));
  return url.problems.length > 0 ? refuse(url.problems) : reading;
}

interface AccessChange {
  readonly access: CheckedAccess;
  readonly shape: BodyShape;
  readonly url: string;
  readonly active: boolean;
  readonly now: number;
}

/**
 * Returns the parts after a change. Credentials never go to another origin than that which they were given for, not even during an
 * overlap: otherwise who may change a URL could learn what is shown to nobody.
 *
 * @throws {CallboardError} CREDENTIALS_ORIGIN, HEADER_VALUE, AUTHENTICATION_INVALID or BODY_SCHEMA with every problem
 */
export function accessAfter(change: AccessChange, before: Webhook | undefined): AccessSettings {
  const { access, url, now } = change;
  const hasOverlap = before !== undefined && new URL(before.url).origin === new URL(url).origin;
  const after: AccessSettings = {
    headers: rotate(before?.headers, { wish: access.headers, now, hasOverlap }),
    // A client is tried at its token server before it is saved: the one before is needed no more.
    authentication: rotate(before?.authentication, {
      wish: access.authentication,
      now,
      hasOverlap: hasOverlap && before.authentication?.value.kind !== "oauth2",
    }),
    tls: rotate(before?.tls, { wish: access.tls, now, hasOverlap }),
  };
  const problems = [
    ...(before === undefined || hasOverlap ? [] : originProblems(access, before)),
    ...(before === undefined ? [] : lostProblems(change, before)),
    ...besideProblems(after),
    ...(change.shape === "cloudevents-binary"
      ? besideFormat(after.headers?.value, "/headers", CLOUDEVENTS_HEADERS)
      : []),
    ...(after.tls !== undefined && !url.startsWith("https:")
      ? [misfit("/tls", "needs a URL that begins with https://")]
      : []),
  ];
  if (problems.length > 0) throw refused(problems);
  return after;
}

function originProblems({ headers, authentication }: CheckedAccess, before: Webhook): readonly Problem[] {
  const isKept = {
    "/headers": headers.kind === "keep" && before.headers !== undefined,
    "/authentication": authentication.kind === "keep" && before.authentication !== undefined,
  };
  const detail = "must be given again, or null: the URL has another origin than that which it was given for";
  return Object.entries(isKept).flatMap(([pointer, is]) =>
    is ? [{ pointer, detail, code: "CREDENTIALS_ORIGIN" as const }] : [],
  );
}

function lostProblems({ access, active }: AccessChange, before: Webhook): readonly Problem[] {
  const areAllKept = Object.values(access).every((wish: Wish<unknown>) => wish.kind === "keep");
  if (!active || !areAllKept || !areCredentialsLost(before)) return [];
  const detail = "is lost, or the headers or tls are: give them again, or send null for what is not needed";
  return [{ pointer: "/authentication", detail, code: "AUTHENTICATION_INVALID" }];
}

function besideProblems({ headers, authentication }: AccessSettings): readonly Problem[] {
  if (authentication === undefined) return [];
  const problem = besideAuthorization(headers?.value, "/headers", "authentication");
  return problem === undefined ? [] : [problem];
}

/**
 * Fetches the first access token of a client that is about to be saved. Resolves to undefined if there is no new client.
 * @throws {CallboardError} TOKEN_SERVER with the field that is most likely wrong
 */
export async function tryClient(
  { authentication }: Pick<AccessSettings, "authentication">,
  before: Pick<AccessSettings, "authentication"> | undefined,
  { fetchToken }: Pick<OutgoingContext, "fetchToken">,
): Promise<AccessToken | undefined> {
  if (authentication?.value.kind !== "oauth2" || authentication.since === before?.authentication?.since) {
    return undefined;
  }
  const result = await fetchToken(authentication.value);
  if (result.kind === "token") return result.token;
  const pointer = result.isOfClient ? "/authentication/clientSecret" : TOKEN_URL;
  throw refused([{ pointer, detail: result.detail, code: "TOKEN_SERVER" }]);
}
