/**
 * Lifecycle callbacks: how one is signed, what it says, and the call itself, whose failure is a value.
 * Sources: developer.atlassian.com/cloud/jira/platform/understanding-jwt, "Signed install callbacks", and
 * …/connect-app-descriptor, "Lifecycle".
 */

import type { ControlRequest, Outcome } from "../../egress/index.ts";
import { assertNever, CallboardError } from "../../errors.ts";
import type { AuthenticationType, Descriptor, LifecycleEvent } from "../../protocol/descriptor.ts";
import { ANNOUNCED_VERSION, CONNECT_VERSION } from "../../protocol/headers.ts";
import { INSTALLED_SUCCESS } from "../../protocol/lifecycle.ts";
import type { LaterPayload } from "../../protocol/lifecycle.ts";
import { parseToken } from "../../protocol/parsed-token.ts";
import { signInstall } from "../../protocol/sign-install.ts";
import { signRequest } from "../../protocol/token.ts";
import type { Access } from "../model/access.ts";
import { lacksSecret } from "../model/lost-secrets.ts";
import { newUuid } from "../model/ids.ts";
import { keepAnswer } from "../model/kept-answer.ts";
import { listSecrets } from "../model/masked-answer.ts";
import { insertLifecycleCall } from "../store/tables/lifecycle-calls.ts";
import type { LifecycleCall, LifecycleSigning } from "../store/tables/lifecycle-calls.ts";
import { getBaseUrl } from "./context.ts";
import type { RegistryContext } from "./context.ts";
import { findCallbackAccess } from "./endpoint-access.ts";
import { sendWithAccess } from "./send-with-access.ts";
import { loadSigningKey } from "./signing-keys.ts";
import type { Installation } from "../model/installation.ts";
import type { InstallSigning, Site } from "../model/site.ts";

/** Add-ons that compile their templates on the first request need a while. */
export const CALLBACK_TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 16 * 1024;

/** The two secrets of an installation that callbacks are signed with. */
export interface CallbackSecrets {
  /** What the add-on is told by `installed`, and signs with from then on. */
  readonly sharedSecret: string | undefined;
  /** What the add-on knows already: the last one it was told. */
  readonly knownSecret: string | undefined;
}

export interface CallbackTarget {
  readonly site: Site;
  readonly descriptor: Descriptor;
  readonly secrets: CallbackSecrets;
  /** What it sends beside its JWT; that of the add-on's endpoint when left out. */
  readonly access?: Access | undefined;
}

/**
 * How a callback is signed. Signed install: RS256 for `installed` and `uninstalled`, HS256 for the others. Legacy: the
 * first `installed` is unsigned, everything later is HS256 with the secret that the add-on knows.
 */
export function chooseSigning(
  event: LifecycleEvent,
  authentication: AuthenticationType,
  installSigning: InstallSigning,
  hasKnownSecret: boolean,
): LifecycleSigning {
  if (authentication === "none") return "none";
  if (installSigning === "signed" && (event === "installed" || event === "uninstalled")) return "RS256";
  return hasKnownSecret ? "HS256" : "none";
}

/** The body of any callback; an add-on without authentication is installed without a secret. */
export type CallbackPayload = Omit<LaterPayload, "eventType"> & {
  readonly eventType: LifecycleEvent;
  readonly sharedSecret?: string;
};

/** Only `installed` carries the secret, and only to an add-on that has one. */
export function createPayload(
  event: LifecycleEvent,
  { site, descriptor, secrets }: CallbackTarget,
  context: Pick<RegistryContext, "baseUrl" | "version">,
): CallbackPayload {
  const fields = {
    key: descriptor.key,
    clientKey: site.clientKey,
    baseUrl: getBaseUrl(context, site),
    productType: site.product,
    description: site.name,
    serverVersion: context.version,
    pluginsVersion: context.version,
    eventType: event,
  };
  return event === "installed" && secrets.sharedSecret !== undefined
    ? { ...fields, sharedSecret: secrets.sharedSecret }
    : fields;
}

/** Makes the callback when the descriptor asks for it; undefined when it does not. Never throws for the add-on. */
export async function callBack(
  event: LifecycleEvent,
  target: CallbackTarget,
  context: RegistryContext,
): Promise<LifecycleCall | undefined> {
  const { site, descriptor, secrets } = target;
  const path = descriptor.lifecycle[event];
  if (path === undefined) return undefined;
  const url = descriptor.baseUrl + path;
  const signing = chooseSigning(
    event,
    descriptor.authentication.type,
    site.installSigning,
    secrets.knownSecret !== undefined,
  );
  const token = await sign(signing, url, target, context);
  const id = newUuid();
  const access =
    target.access ?? (await findCallbackAccess({ site, addonKey: descriptor.key, url }, context));
  const request: ControlRequest = {
    method: "POST",
    url,
    headers: {
      "content-type": "application/json",
      accept: "*/*",
      [CONNECT_VERSION]: ANNOUNCED_VERSION,
      ...(token === undefined ? {} : { authorization: `JWT ${token}` }),
    },
    body: JSON.stringify(createPayload(event, target, context)),
    timeoutMs: CALLBACK_TIMEOUT_MS,
    maxBytes: MAX_ANSWER_BYTES,
    httpsOnly: true,
  };
  const { outcome, answer, timing } = await sendWithAccess(request, access, context);
  const call: LifecycleCall = {
    siteNo: site.no,
    id,
    addonKey: descriptor.key,
    event,
    url,
    signing,
    claims: token === undefined ? undefined : readClaims(token),
    outcome: outcome.kind,
    status: "status" in outcome ? outcome.status : undefined,
    detail: describeOutcome(event, outcome, context.baseUrl()),
    answer: answer && keepAnswer(answer, { secrets: listSent(secrets, access), token }).answer.body,
    durationMs: Math.round(timing.durationMs),
  };
  context.logger.info("addon.called", {
    site: site.key,
    addon: descriptor.key,
    callback: event,
    outcome: call.outcome,
    status: call.status,
    durationMs: call.durationMs,
  });
  return call;
}

/**
 * Makes a callback whose answer changes nothing, signed with the secret that the add-on has, and records it; resolves to
 * the call, or to none when the descriptor does not ask for it.
 */
export async function callAndRecord(
  event: LifecycleEvent,
  installation: Installation,
  site: Site,
  context: RegistryContext,
): Promise<readonly LifecycleCall[]> {
  const { descriptor, sharedSecret } = installation;
  const { type } = descriptor.authentication;
  // The secret was lost: unsigned, the callback would have to be refused.
  if (lacksSecret(installation) && chooseSigning(event, type, site.installSigning, false) === "none")
    return [];
  const secrets = { sharedSecret, knownSecret: sharedSecret };
  const call = await callBack(event, { site, descriptor, secrets }, context);
  if (call === undefined) return [];
  await context.database.write((tx) => insertLifecycleCall(tx, call));
  return [call];
}

/** The error for an `installed` callback that was not accepted, with the add-on's own answer for its developer. */
export function toRefusal(call: LifecycleCall): CallboardError {
  const answer = call.answer?.toString("utf8").slice(0, 2_000);
  return new CallboardError("LIFECYCLE_INSTALLED", call.detail, {
    extra: {
      callback: {
        url: call.url,
        outcome: call.outcome,
        ...(call.status === undefined ? {} : { status: call.status }),
        ...(answer === undefined || answer === "" ? {} : { answer }),
      },
    },
  });
}

/** Whether an add-on took part: a missing callback asks for nothing, and only some statuses mean yes. */
export function isInstalled(call: LifecycleCall | undefined): boolean {
  if (call === undefined) return true;
  return call.status !== undefined && INSTALLED_SUCCESS.includes(call.status);
}

async function sign(
  signing: LifecycleSigning,
  url: string,
  { site, descriptor, secrets }: CallbackTarget,
  context: RegistryContext,
): Promise<string | undefined> {
  const common = {
    issuer: site.clientKey,
    url,
    baseUrl: descriptor.baseUrl,
    // The add-on judges it by its own clock, not by the database's.
    nowSeconds: Math.floor(Date.now() / 1000),
  };
  switch (signing) {
    case "RS256":
      return signInstall({
        ...common,
        audience: descriptor.writtenBaseUrl ?? descriptor.baseUrl,
        ...(await loadSigningKey(context)),
      });
    case "HS256":
      return secrets.knownSecret === undefined
        ? undefined
        : signRequest({ ...common, method: "POST", sharedSecret: secrets.knownSecret });
    case "none":
      return undefined;
    default:
      return assertNever(signing);
  }
}

function readClaims(token: string): Readonly<Record<string, unknown>> | undefined {
  const parsed = parseToken(token);
  return parsed.ok ? parsed.claims : undefined;
}

/** Of an add-on that answers with what it was sent, no secret must get into the history. */
function listSent(
  { sharedSecret, knownSecret }: CallbackSecrets,
  access: Access | undefined,
): readonly string[] {
  const { headers } = access?.settings ?? {};
  const values = [...(headers?.value ?? []), ...(headers?.previous?.value ?? [])].flat();
  const secrets = [sharedSecret, knownSecret, ...listSecrets({ headers: values })];
  return secrets.filter((secret) => secret !== undefined);
}

function describeOutcome(event: LifecycleEvent, outcome: Outcome, serverUrl: string): string {
  switch (outcome.kind) {
    case "accepted":
      return event === "installed" && !INSTALLED_SUCCESS.includes(outcome.status)
        ? `The add-on answered ${outcome.status} to installed; only 200, 201 and 204 count`
        : `The add-on answered ${outcome.status}`;
    case "refused":
      return `The add-on answered ${outcome.status} to ${event}${adviceFor(outcome.status, serverUrl)}`;
    case "unreachable":
      return `The add-on could not be reached for ${event}: ${outcome.detail} (${outcome.reason})`;
    case "forbidden":
      return `The callback ${event} was not sent: ${outcome.detail}`;
    default:
      return assertNever(outcome);
  }
}

function adviceFor(status: number, serverUrl: string): string {
  if (status >= 300 && status < 400)
    return "; redirects are not followed, so its lifecycle url must be the final one";
  if (status === 400 || status === 401 || status === 403) {
    return `; it does not accept the signature: ${adviceForKeys(serverUrl)}, and allow this host. ${LEGACY_ADVICE}`;
  }
  if (status === 404) {
    return `; it has no route there, or could not get the public key: ${adviceForKeys(serverUrl)}`;
  }
  return "; look into the add-on's own output";
}

const adviceForKeys = (serverUrl: string): string =>
  `it must take public keys from ${serverUrl}/keys (atlassian-connect-express: CONNECT_KEYS_CDN_URL=${serverUrl}/keys; ` +
  `atlassian-connect-spring-boot: atlassian.connect.public-key-base-url=${serverUrl}/keys)`;

const LEGACY_ADVICE = "A framework from before signed install needs a site whose installSigning is legacy";
